import { appendFile, chmod, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { FileRequest } from '../../../../../src/engine/buildkit/files/fileRequest.ts';
import { PACK, packFiles, packMemory } from '../../../../../src/engine/buildkit/files/packFiles.ts';
import { CHUNK, sendFile } from '../../../../../src/engine/buildkit/files/sendFile.ts';
import { frame } from '../../../../../src/engine/buildkit/grpc/frames.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'stevedore-pack-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** Writes files of these sizes, each of one byte repeated. */
const planted = (sizes: readonly number[]): Promise<FileRequest[]> =>
  Promise.all(
    sizes.map(async (size, index) => {
      const name = `file-${index}-${size}`;
      await writeFile(join(base, name), Buffer.alloc(size, index + 1));
      return { id: index * 200, name, path: join(base, name), size };
    }),
  );

const packed = (files: readonly FileRequest[]): Buffer => {
  const memory = packMemory();
  return Buffer.from(memory, 0, packFiles(files, memory).length);
};

describe('a pack of files', () => {
  it('holds what each of them would be sent as, in frames', async () => {
    const files = await planted([5, 0, 1, 70_000, CHUNK]);
    const packets: Uint8Array[] = [];
    for (const file of files)
      await sendFile(
        file,
        async (...some) => void packets.push(...some),
        () => {},
      );
    expect(packed(files).equals(frame(...packets))).toBe(true);
  });

  it('has room for as much as is allowed, whatever was in it before', async () => {
    const sizes = Array.from({ length: PACK.files }, () => Math.floor(PACK.bytes / PACK.files) - 1);
    const files = await planted([...sizes.slice(0, -1), CHUNK]);
    const late = files.map((file) => ({ ...file, id: file.id + 2 ** 31 }));
    const memory = packMemory();
    Buffer.from(memory).fill(0xff);
    const { length } = packFiles(late, memory);
    expect(length).toBeGreaterThan(files.reduce((sum, { size }) => sum + size, 0));
    expect(packed(late).equals(Buffer.from(memory, 0, length))).toBe(true);
  });

  it('has room for as much where each is a byte longer than it was', async () => {
    const half = PACK.bytes / 2 - 1;
    const files = await planted([half, half, CHUNK]);
    for (const { path } of files) await appendFile(path, 'x');
    const memory = packMemory();
    expect(packFiles(files, memory)).toEqual({ length: 0, resized: [0, 1, 2] });
    const [one, two] = files;
    if (!one || !two) throw new Error('no files');
    const last = await planted([CHUNK]);
    expect(packFiles([{ ...one, size: half + 1 }, two, ...last], memory).resized).toEqual([1]);
  });

  it('leaves out those that have grown, and goes on behind them', async () => {
    const [grows, file, filled, empty] = await planted([10, 20, 0, 0]);
    if (!grows || !file || !filled || !empty) throw new Error('no files');
    const without = packed([file, empty]);
    await writeFile(grows.path, Buffer.alloc(11, 1));
    await writeFile(filled.path, 'x');
    const memory = packMemory();
    const { length, resized } = packFiles([grows, file, filled, empty], memory);
    expect(resized).toEqual([0, 2]);
    expect(without.equals(Buffer.from(memory, 0, length))).toBe(true);
  });

  it('leaves out those that have shrunk, too', async () => {
    const [good, shrinks, last] = await planted([3, 100, 7]);
    if (!good || !shrinks || !last) throw new Error('no files');
    const without = packed([good, last]);
    await truncate(shrinks.path, 10);
    const memory = packMemory();
    const { length, resized } = packFiles([good, shrinks, last], memory);
    expect(resized).toEqual([1]);
    expect(without.equals(Buffer.from(memory, 0, length))).toBe(true);
  });

  it('takes as empty what was, and can’t be opened', async () => {
    const [empty] = await planted([0]);
    if (!empty) throw new Error('no file');
    const before = packed([empty]);
    await rm(empty.path);
    expect(packed([empty]).equals(before)).toBe(true);
    expect(packed([{ ...empty, path: base }]).equals(before)).toBe(true);
  });

  it('names the file that has gone, or is none any more', async () => {
    const [good, gone] = await planted([3, 7]);
    if (!good || !gone) throw new Error('no files');
    await rm(gone.path);
    expect(() => packed([good, gone])).toThrow(
      `“${gone.name}” could not be read: there is no such file or folder.`,
    );
    expect(() => packed([{ ...good, path: base }])).toThrow(
      `“${good.name}” changed while it was sent: it is no file any more. Build again, or leave it out by .dockerignore.`,
    );
  });

  it.skipIf(process.platform === 'win32')('names the file that may not be read', async () => {
    const [file] = await planted([4]);
    if (!file) throw new Error('no file');
    await chmod(base, 0o755);
    await chmod(file.path, 0);
    // Everything is open to root.
    if (process.getuid?.() === 0) process.seteuid?.(65_534);
    onTestFinished(() => process.seteuid?.(process.getuid?.() ?? 0));
    expect(() => packed([file])).toThrow(
      `“${file.name}” could not be read: permission was denied.`,
    );
  });
});
