import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  isRaw,
  nameOf,
  sortNames,
} from '../../../../../src/engine/buildkit/files/names.ts';
import {
  dataPacket,
  readPacket,
  smallPacket,
} from '../../../../../src/engine/buildkit/files/packet.ts';
import { createStatWriter } from '../../../../../src/engine/buildkit/files/statBatch.ts';
import { frame } from '../../../../../src/engine/buildkit/grpc/frames.ts';
import { PacketSchema } from '../../../../../src/engine/buildkit/proto/session_pb.ts';

const stat = {
  path: 'a/ä/\u{1F600}',
  raw: false,
  mode: 0x8000_01ed,
  size: 2 ** 40 + 5,
  modified: 1_795_866_962_806_999_123n,
  linkname: '../ü',
  major: 8,
  minor: 300,
};

describe('stat packets', () => {
  it.each([
    ['all there is', stat],
    [
      'nothing but a path',
      { ...stat, mode: 0, size: 0, modified: 0n, linkname: '', major: 0, minor: 0 },
    ],
    ['a time before 1970', { ...stat, modified: -1n }],
    ['the earliest time', { ...stat, modified: -(2n ** 63n) }],
    ['times around the edges of varints', { ...stat, modified: 2n ** 53n + 1n }],
    ['a small time', { ...stat, modified: 127n }],
    ['long names', { ...stat, path: 'ä'.repeat(100), linkname: 'x'.repeat(5_000) }],
    ['a long name of one byte each', { ...stat, path: 'x'.repeat(127) }],
    ['a name as long as they come', { ...stat, path: '\u{1F600}'.repeat(30_000) }],
  ])('are what a generated codec makes of %s', (_, entry) => {
    const writer = createStatWriter();
    writer.add({ ...stat, path: 'first' });
    writer.add(entry);
    const { bytes, bounds } = writer.take();
    const message = bytes.subarray(bounds[2], bounds[3]);
    // They are sent as they stand.
    expect(frame(bytes.subarray(bounds[0], bounds[1]), message).equals(bytes)).toBe(true);
    const { path, mode, linkname } = entry;
    const expected = create(PacketSchema, {
      stat: {
        path,
        mode,
        linkname,
        size: BigInt(entry.size),
        modTime: entry.modified,
        devmajor: BigInt(entry.major),
        devminor: BigInt(entry.minor),
      },
    });
    expect(fromBinary(PacketSchema, message)).toEqual(expected);
    expect(Buffer.from(message).equals(toBinary(PacketSchema, expected))).toBe(true);
    expect(readPacket(message).stat).toEqual({
      path,
      mode,
      linkname,
      size: entry.size,
      modified: entry.modified,
    });
    expect(writer.take().bounds).toHaveLength(0);
  });

  it('carry names that are not UTF-8 byte for byte', () => {
    const name = Buffer.from([0x61, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f]);
    const writer = createStatWriter();
    writer.add({ ...stat, path: nameOf(name), raw: true });
    const { bytes } = writer.take();
    expect(Buffer.from(bytes).includes(name)).toBe(true);
  });
});

describe('other packets', () => {
  it.each([0, 1, 127, 128, 70_000, 4_294_967_295])('carry the number %d', (id) => {
    for (const text of ['', 'x', 'ä'.repeat(200)]) {
      const length = Buffer.byteLength(text);
      const { bytes, offset } = dataPacket(id, length);
      bytes.write(text, offset);
      const expected = create(PacketSchema, {
        type: 2,
        id,
        data: new Uint8Array(Buffer.from(text)),
      });
      expect(Buffer.from(toBinary(PacketSchema, expected)).equals(bytes)).toBe(true);
      expect(readPacket(bytes)).toMatchObject({ type: 2, id });
      const small = readPacket(smallPacket(4, { id, text }));
      expect(small).toMatchObject({ type: 4, id });
      expect(Buffer.from(small.data).toString()).toBe(text);
    }
  });

  it('skip fields that are not known, and refuse what is cut off', () => {
    const known = smallPacket(1, { id: 3 });
    const unknown = Buffer.from([
      0x78, 1, 0x7d, 1, 2, 3, 4, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 1, 9,
    ]);
    expect(readPacket(Buffer.concat([unknown, known]))).toMatchObject({ type: 1, id: 3 });
    for (let length = 1; length < known.length; length += 2)
      expect(() => readPacket(known.subarray(0, length))).toThrow(RangeError);
    expect(() => readPacket(Buffer.from([0x22, 5, 1]))).toThrow(RangeError);
    expect(() => readPacket(Buffer.alloc(20, 0xff))).toThrow(RangeError);
    expect(() => readPacket(Buffer.from([0x0b]))).toThrow(RangeError);
  });
});

describe('names', () => {
  it('are bytes, whatever these are', () => {
    for (let first = 0; first < 256; first++)
      for (const rest of [[], [0x80], [0xa0, 0x80], [0xbf, 0xbf, 0xbf], [0x41, 0x90, 0x80, 0x80]]) {
        const bytes = Buffer.from([0x2f, first, ...rest, 0x7a]);
        const name = nameOf(bytes);
        expect(bytesOf(name).equals(bytes)).toBe(true);
        expect(isRaw(name)).toBe(!Buffer.from(bytes.toString()).equals(bytes));
      }
  });

  it('sort by their bytes', () => {
    const names = ['\uFF5E', '\u{1F600}', 'z', 'é', '\udcff', 'B', 'a'];
    expect(sortNames(names)).toEqual(['B', 'a', 'z', 'é', '\uFF5E', '\u{1F600}', '\udcff']);
  });
});
