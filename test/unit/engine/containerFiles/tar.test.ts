import { extract, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { nameOf } from '../../../../src/engine/buildkit/files/names.ts';
import { newHeader } from '../../../../src/engine/tar/pack.ts';
import { padding, TAR_END, writeHeader } from '../../../../src/engine/tar/header.ts';
import type { TarHeader } from '../../../../src/engine/tar/header.ts';
import { readTar } from '../../../../src/engine/tar/reader.ts';

const archive = (...entries: [Partial<TarHeader> & { name: string }, string?][]) =>
  Buffer.concat([
    ...entries.flatMap(([header, content = '']) => {
      const bytes = Buffer.from(content);
      return [
        writeHeader(newHeader({ size: bytes.length, ...header })),
        bytes,
        Buffer.alloc(padding(bytes.length)),
      ];
    }),
    TAR_END,
  ]);

/** The bytes in pieces of a size. */
async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(source: AsyncIterable<Buffer>) {
  const found: [TarHeader, string][] = [];
  for await (const { header, content } of readTar(source)) {
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(part);
    found.push([header, Buffer.concat(parts).toString()]);
  }
  return found;
}

describe('tar archives', () => {
  const long = `${'d/'.repeat(2040)}name`;
  const xattrs = new Map([
    ['SCHILY.xattr.security.capability', Buffer.from([1, 0, 0, 2, 0xff, 0x0a, 0x3d])],
  ]);
  const headers = [
    newHeader({ name: 'plain', size: 5, mode: 0o4751, uid: 12, gid: 13, mtime: 1_700_000_000_123 }),
    newHeader({ name: long, size: 1, xattrs }),
    newHeader({ name: 'žluť\n"\'\\', uid: 4_000_000_000, gid: 3_000_000_000 }),
    newHeader({ name: 'folder', type: 'directory', mode: 0o1777 }),
    newHeader({ name: 'link', type: 'symlink', linkname: long }),
    newHeader({ name: 'hard', type: 'link', linkname: 'plain' }),
  ];
  const bytes = archive(
    ...headers.map((header): [TarHeader, string] => [header, 'x'.repeat(header.size)]),
  );

  it.each([1, 7, 512, 1000, 100_000])(
    'are read as they were written, in pieces of %d',
    async (size) => {
      const found = await readAll(inPieces(bytes, size));
      expect(found.map(([header]) => header)).toEqual(headers);
      expect(found.map(([, content]) => content.length)).toEqual(headers.map(({ size }) => size));
    },
  );

  it('that we write are read by others', async () => {
    const reader = extract();
    reader.end(bytes);
    const found: unknown[] = [];
    for await (const entry of reader) {
      const { name, mode, type, linkname, pax } = entry.header;
      const { uid: longUid = entry.header.uid } = (pax ?? {}) as { uid?: string };
      const uid = Number(longUid);
      found.push([name.replace(/\/$/, ''), mode, uid, type, linkname ?? '']);
      entry.resume();
    }
    expect(found).toEqual(
      headers.map(({ name, mode, uid, type, linkname }) => [name, mode, uid, type, linkname]),
    );
  });

  it('that others write are read', async () => {
    const writer = pack();
    writer.entry({ name: 'a', uid: 1, mode: 0o600, mtime: new Date(5000) }, 'content');
    writer.entry({ name: 'b', type: 'symlink', linkname: 'a' });
    writer.entry({ name: 'č'.repeat(200) }, 'y');
    writer.finalize();
    const found = await readAll(writer as AsyncIterable<Buffer>);
    expect(found.map(([{ name, type }, content]) => [name, type, content])).toEqual([
      ['a', 'file', 'content'],
      ['b', 'symlink', ''],
      ['č'.repeat(200), 'file', 'y'],
    ]);
    expect(found[0]?.[0]).toMatchObject({ uid: 1, mode: 0o600, mtime: 5000 });
  });

  it('keep names that are not UTF-8, long ones too', async () => {
    const short = Buffer.from('caf\xe9', 'latin1');
    const long = Buffer.from('\xe8'.repeat(200), 'latin1');
    const [name, linkname] = [nameOf(short), nameOf(long)];
    const bytes = archive(
      [{ name, type: 'symlink', linkname }],
      [{ name: linkname, type: 'symlink', linkname: name }],
    );
    expect([bytes.includes(short), bytes.includes(long)]).toEqual([true, true]);
    const found = await readAll(inPieces(bytes, 1000));
    expect(found.map(([header]) => [header.name, header.linkname])).toEqual([
      [name, linkname],
      [linkname, name],
    ]);
  });

  it('skip what is not read, and end the source when they are left early', async () => {
    let ended = false;
    const source = async function* () {
      try {
        yield* inPieces(
          archive([{ name: 'a' }, 'x'.repeat(5000)], [{ name: 'b' }], [{ name: 'c' }]),
          300,
        );
      } finally {
        ended = true;
      }
    };
    const names: string[] = [];
    for await (const { header } of readTar(source())) {
      names.push(header.name);
      if (header.name === 'b') break;
    }
    expect([names, ended]).toEqual([['a', 'b'], true]);
  });

  it('say when they are cut off, or are none', async () => {
    const whole = archive([{ name: 'a' }, 'x'.repeat(5000)]);
    await expect(readAll(inPieces(whole.subarray(0, 3000), 512))).rejects.toMatchObject({
      reason: 'dropped',
    });
    await expect(readAll(inPieces(whole.subarray(0, 100), 512))).rejects.toMatchObject({
      reason: 'dropped',
    });
    await expect(readAll(inPieces(Buffer.alloc(2048, 'z'), 512))).rejects.toMatchObject({
      reason: 'not-an-engine',
    });
    const huge = writeHeader(newHeader({ name: 'x', size: 3_000_000_000, mtime: 0 }));
    huge.write('x', 156);
    const sum =
      Number.parseInt(huge.toString('latin1', 148, 154), 8) + 'x'.charCodeAt(0) - '0'.charCodeAt(0);
    huge.write(sum.toString(8).padStart(6, '0'), 148);
    await expect(readAll(inPieces(huge, 512))).rejects.toThrow(/header that is too large/);
  });
});
