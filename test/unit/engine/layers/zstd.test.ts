import { describe, expect, it, vi } from 'vitest';
import { NATIVE, unzstd } from '../../../../src/engine/layers/zstd.ts';
import { inPieces } from './support/archives.ts';
import { zstdLayer } from './support/rpm.ts';

const MB = 1024 * 1024;
const TOO_WIDE =
  'A layer of the export is compressed so that more than 128 MB of memory are needed to read it.';
const DAMAGED = 'A layer of the export cannot be decompressed.';

/** A frame of one block as it is, behind the bytes that the header has after the magic number. */
function frame(header: readonly number[], text = 'text', end: readonly number[] = []): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE(1 | (text.length << 3), 0, 3);
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  return Buffer.concat([
    Buffer.from([...magic, ...header]),
    block,
    Buffer.from(text),
    Buffer.from(end),
  ]);
}

/** The header of a frame whose window has 2^`log` bytes and so many eighths more. */
const window = (log: number, eighths = 0) => [0, ((log - 10) << 3) | eighths];

/** The header of a frame that says the size of its content, of this many bytes, and has no window beside. */
function single(size: number, bytes: 1 | 2 | 4 | 8): number[] {
  const flag = { 1: 0, 2: 0x40, 4: 0x80, 8: 0xc0 }[bytes];
  const written = Buffer.alloc(8);
  written.writeBigUInt64LE(BigInt(bytes === 2 ? size - 256 : size));
  return [0x20 | flag, ...written.subarray(0, bytes)];
}

const SKIPPED = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

const DECOMPRESSORS = [
  ['in JavaScript', undefined] as const,
  ['by Node.js', NATIVE] as const,
].filter(([how, native]) => native !== undefined || how === 'in JavaScript');

describe.each(DECOMPRESSORS)('what zstd compressed, %s,', (_, native) => {
  async function all(bytes: Buffer, size?: number): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const part of unzstd(inPieces(bytes, size), native)) parts.push(part);
    return Buffer.concat(parts).toString('latin1');
  }

  it('may have any frames', async () => {
    const frames: readonly (readonly [Buffer, string])[] = [
      [SKIPPED, ''],
      [frame(window(10, 7), ''), ''],
      // A checksum, and the number of a dictionary that is none.
      [frame([4, 0], 'summed', [0x69, 0xe1, 0xaf, 0x97]), 'summed'],
      [frame([3, 0, 0, 0, 0, 0], 'more'), 'more'],
      [frame(single(5, 1), 'small'), 'small'],
      [frame(single(300, 2), 's'.repeat(300)), 's'.repeat(300)],
      [frame(single(70_000, 4), 'l'.repeat(70_000)), 'l'.repeat(70_000)],
      [frame(single(9, 8), 'eightfold'), 'eightfold'],
      [SKIPPED, ''],
    ];
    const bytes = Buffer.concat(frames.map(([one]) => one));
    for (const size of [1, 7, 1000])
      expect(await all(bytes, size)).toBe(frames.map(([, text]) => text).join(''));
    // The most that may be.
    expect(await all(frame(window(27)))).toBe('text');
    await all(frame(single(128 * MB, 4))).catch((error: unknown) =>
      expect(error).toHaveProperty('message', DAMAGED),
    );
    const layer = zstdLayer();
    const once = await all(layer);
    expect(await all(Buffer.concat([layer, SKIPPED, layer]), 5000)).toBe(once + once);
    expect(await all(Buffer.alloc(0))).toBe('');
  });

  it.each([
    ['a window of 1 GB', window(30)],
    ['the largest window', window(41, 7)],
    ['a window of some more than 128 MB', window(27, 1)],
    ['so much content at once', single(128 * MB + 1, 4)],
    ['a size of 64 bits', single(2 ** 32 + 1, 8)],
  ])('is not read where it has %s', async (_, header) => {
    const wide = frame(header);
    await expect(all(wide)).rejects.toThrow(TOO_WIDE);
    await expect(all(wide, 1)).rejects.toThrow(TOO_WIDE);
    // No frame escapes it by those before.
    const later = Buffer.concat([frame(window(10)), zstdLayer(), SKIPPED, wide]);
    await expect(all(later)).rejects.toThrow(TOO_WIDE);
  });

  it('is damaged where it ends within a frame', async () => {
    const layer = zstdLayer();
    for (const length of [3000, layer.length - 1])
      await expect(all(layer.subarray(0, length))).rejects.toThrow(DAMAGED);
    for (const whole of [SKIPPED, frame(single(0x0fffffff, 8)), frame([4, 0], 'a', [1, 2, 3, 4])])
      for (let length = 1; length < Math.min(12, whole.length); length++)
        await expect(all(whole.subarray(0, length))).rejects.toThrow(DAMAGED);
  });

  it('is damaged where what is in it makes no sense', async () => {
    await expect(all(zstdLayer().fill(0xff, 100, 160))).rejects.toThrow(DAMAGED);
  });

  it('may have more frames than are worth a decompressor each', async () => {
    const made = vi.fn(native);
    const [empty, last] = [frame(window(10), ''), frame(window(10))];
    const bytes = Buffer.concat([...Array<Buffer>(3000).fill(empty), SKIPPED, last]);
    const parts: Uint8Array[] = [];
    for await (const part of unzstd(inPieces(bytes), native && made)) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('text');
    expect(made.mock.calls.length).toBe(native ? 1000 : 0);
  });

  it('is read no further when no more is wanted', async () => {
    let ended = false;
    async function* source() {
      try {
        for (;;) yield* inPieces(zstdLayer());
      } finally {
        ended = true;
      }
    }
    for await (const part of unzstd(source(), native)) if (part.length > 0) break;
    expect(ended).toBe(true);
  });

  it('is damaged where a block says that it has more than 128 KB', async () => {
    const blocks = (size: number) => {
      const bytes = frame(window(24));
      bytes.writeUIntLE(3 | (size << 3), 6, 3);
      return bytes.subarray(0, 10);
    };
    expect((await all(blocks(128 * 1024))).length).toBe(128 * 1024);
    await expect(all(blocks(128 * 1024 + 1))).rejects.toThrow(DAMAGED);
  });
});
