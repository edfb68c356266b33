import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../../src/engine/files.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stevedore-files-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('a folder that is made', () => {
  it('has those above it made, and may be there', async () => {
    const path = join(dir, 'a/b/c');
    await Promise.all([makeFolder(path), makeFolder(join(dir, 'a/b')), makeFolder(path)]);
    expect(statSync(path).isDirectory()).toBe(true);
    symlinkSync('a', join(dir, 'link'));
    await makeFolder(join(dir, 'link/b/d'));
    expect(statSync(join(dir, 'a/b/d')).isDirectory()).toBe(true);
  });

  it('tells what is in its way', async () => {
    writeFileSync(join(dir, 'file'), '');
    symlinkSync('/nowhere/at/all', join(dir, 'dangling'));
    await expect(makeFolder(join(dir, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(dir, 'file/below/it'))).rejects.toThrow('ENOTDIR');
    await expect(makeFolder(join(dir, 'dangling/below'))).rejects.toThrow('EEXIST');
  });

  it.runIf(process.platform === 'linux')('is refused where none can be made', async () => {
    await expect(makeFolder('/proc/stevedore/below')).rejects.toThrow('ENOENT');
  });
});
