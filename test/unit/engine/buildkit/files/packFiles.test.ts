import { chmod, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
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
  return Buffer.from(memory, 0, packFiles(files, memory));
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
    const length = packFiles(late, memory);
    expect(length).toBeGreaterThan(files.reduce((sum, { size }) => sum + size, 0));
    expect(packed(late).equals(Buffer.from(memory, 0, length))).toBe(true);
  });

  it('takes of a file that has grown what was listed', async () => {
    const [file] = await planted([10]);
    if (!file) throw new Error('no file');
    const before = packed([file]);
    await writeFile(file.path, Buffer.alloc(1000, 1));
    expect(packed([file]).equals(before)).toBe(true);
  });

  it('names the file that has shrunk, has gone, or is none any more', async () => {
    const [good, shrinks, gone] = await planted([3, 100, 7]);
    if (!good || !shrinks || !gone) throw new Error('no files');
    await truncate(shrinks.path, 10);
    expect(() => packed([good, shrinks])).toThrow(
      `“${shrinks.name}” changed while it was sent: it had 100 bytes and has 10 now.`,
    );
    await rm(gone.path);
    expect(() => packed([good, gone])).toThrow(
      `“${gone.name}” could not be read: there is no such file or folder.`,
    );
    expect(() => packed([{ ...good, path: base }])).toThrow(
      `“${good.name}” changed while it was sent: it is no file any more.`,
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
