import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { replaceFile } from '../../../src/lsp/server/cli/replaceFile.ts';

const NOBODY = 65_534;

/** A file in a folder of its own. */
async function file(): Promise<{ folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'stevedore-replace-'));
  onTestFinished(async () => {
    process.seteuid?.(process.getuid?.() ?? 0);
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true });
  });
  const path = join(folder, 'Dockerfile');
  await writeFile(path, 'old');
  return { folder, path };
}

/** From here on no other file can be made in a folder, by root neither. */
async function close(folder: string): Promise<void> {
  await chmod(folder, 0o555);
  if (process.getuid?.() === 0) process.seteuid?.(NOBODY);
}

test('a file is another one afterwards, with its rights and nothing beside it', async () => {
  const { folder, path } = await file();
  await chmod(path, 0o604);
  const { ino } = await stat(path);
  await replaceFile(path, 'new');
  const after = await stat(path);
  expect([await readFile(path, 'utf8'), after.mode & 0o777]).toEqual(['new', 0o604]);
  expect(after.ino).not.toBe(ino);
  expect(await readdir(folder)).toEqual(['Dockerfile']);
});

test('one in a folder that takes no other is written all the same', async () => {
  const { folder, path } = await file();
  await chmod(path, 0o666);
  await close(folder);
  await replaceFile(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
});

test('one that may not be written stays', async () => {
  const { folder, path } = await file();
  await chmod(path, 0o444);
  await chmod(folder, 0o777);
  if (process.getuid?.() === 0) process.seteuid?.(NOBODY);
  await expect(replaceFile(path, 'new')).rejects.toMatchObject({ code: 'EACCES' });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['Dockerfile']);
});

test.runIf(process.getuid?.() === 0)('the owner stays', async () => {
  const { path } = await file();
  await chown(path, NOBODY, NOBODY);
  await replaceFile(path, 'new');
  const { uid, gid } = await stat(path);
  expect([uid, gid]).toEqual([NOBODY, NOBODY]);
});
