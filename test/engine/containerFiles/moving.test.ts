import { Buffer } from 'node:buffer';
import {
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nameOf } from '../../../src/engine/buildkit/files/names.ts';
import { openArchive, putEntries } from '../../../src/engine/containerFiles/archive.ts';
import { newHeader } from '../../../src/engine/tar/pack.ts';
import { readTar } from '../../../src/engine/tar/reader.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { failure, filesSuite, text, treeIn } from './support.ts';

const suite = await filesSuite('files-moved');
const { client, files, names, read } = suite;

describe.each(suite.kinds)('moving files of $what', ({ make }) => {
  const { at, id, owner } = treeIn(suite, make);

  it('renames, copies and removes files, links and directories', async () => {
    await files.makeFolder(at('/d/a'));
    await files.write(at('/d/a/file'), text('file'));
    await files.rename(at('/d/a/file'), at('/d/moved'));
    expect([await read(at('/d/moved')), await names(at('/d/a'))]).toEqual(['file', []]);
    await files.copy(at('/d/moved'), at('/d/a/again'));
    await files.rename(at('/d/a'), at('/d/b'));
    expect([await read(at('/d/b/again')), await read(at('/d/moved'))]).toEqual(['file', 'file']);
    await files.copy(at('/d/b'), at('/d/c'));
    await files.copy(at('/d/to-one'), at('/d/c/linked'));
    await files.rename(at('/d/c/linked'), at('/d/c/renamed'));
    expect(await names(at('/d/c'))).toEqual(['again', 'renamed']);
    expect((await failure(files.copy(at('/d/b'), at('/d/b/in')))).reason).toBe('bad-request');
    for (const name of ['b', 'c', 'moved']) await files.remove(at(`/d/${name}`));
    expect(await names(at('/d'))).toEqual([
      'one',
      'sub',
      'to-itself',
      'to-nothing',
      'to-one',
      'to-sub',
    ]);
    // A link that is removed takes nothing with it.
    for (const name of ['to-sub', 'to-nothing', 'to-one']) await files.remove(at(`/d/${name}`));
    expect(await names(at('/d/sub'))).toEqual(['deep']);
    expect(await names(at('/d'))).toEqual(['one', 'sub', 'to-itself']);
  });

  it('renames a file that runs as its owner, which it still does afterwards', async () => {
    await putEntries(client, id(), '/d', [
      {
        header: newHeader({ name: 'asowner', size: 3, mode: 0o6751, uid: 12, gid: 13 }),
        content: text('one').bytes(),
      },
    ]);
    await files.rename(at('/d/asowner'), at('/d/renamed'));
    expect((await files.stat(at('/d/renamed'))).mode).toBe(0o6751);
    expect(await owner('/d/renamed', '12 13')).toBe('12 13');
    await files.remove(at('/d/renamed'));
  });

  it('replaces what is there, and has it back when that fails', async () => {
    await files.makeFolder(at('/d/there'));
    await files.write(at('/d/there/file'), text('theirs'));
    const fails = files.replace(at('/d/there'), async () => {
      await files.write(at('/d/there'), text('half'));
      throw new EngineError('dropped', 'The engine went.');
    });
    expect((await failure(fails)).reason).toBe('dropped');
    expect(await read(at('/d/there/file'))).toBe('theirs');
    await files.replace(at('/d/there'), () => files.write(at('/d/there'), text('ours')));
    expect(await read(at('/d/there'))).toBe('ours');
    expect((await names(at('/d'))).filter((name) => name.startsWith('.stevedore'))).toEqual([]);
    await files.remove(at('/d/there'));
  });

  it('copies and renames folders with names in them that are not UTF-8', async () => {
    const [one, two] = ['caf\xe8', 'caf\xe9'].map((name) => nameOf(Buffer.from(name, 'latin1')));
    await putEntries(client, id(), '/d', [
      { header: newHeader({ name: 'latin', type: 'directory', mode: 0o755 }) },
      { header: newHeader({ name: `latin/${one}`, size: 3 }), content: text('one').bytes() },
      { header: newHeader({ name: `latin/${two}`, size: 3 }), content: text('two').bytes() },
    ]);
    await files.copy(at('/d/latin'), at('/d/copied'));
    await files.rename(at('/d/copied'), at('/d/renamed'));
    const found: string[] = [];
    for await (const { header } of readTar(await openArchive(client, id(), '/d/renamed')))
      found.push(header.name);
    expect(found.sort()).toEqual(['renamed', `renamed/${one}`, `renamed/${two}`]);
    // A tree has no way to write them.
    expect(await names(at('/d/renamed'))).toEqual(['caf\ufffd', 'caf\ufffd']);
    await files.remove(at('/d/latin'));
    await files.remove(at('/d/renamed'));
  });

  it('brings files and directories to this machine, and sends them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-files-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'sent/in'), { recursive: true });
    await writeFile(join(folder, 'sent/in/file'), 'sent', { mode: 0o751 });
    await symlink('file', join(folder, 'sent/in/link'));
    expect(await files.upload(join(folder, 'sent'), at('/d/sent'))).toEqual([]);
    expect(await read(at('/d/sent/in/link'))).toBe('sent');
    expect((await files.stat(at('/d/sent/in/file'))).mode).toBe(0o751);
    expect(await files.download(at('/d/sent'), join(folder, 'back'))).toEqual([]);
    expect(await readFile(join(folder, 'back/in/file'), 'utf8')).toBe('sent');
    expect(await readlink(join(folder, 'back/in/link'))).toBe('file');
    expect((await stat(join(folder, 'back/in/file'))).mode & 0o777).toBe(0o751);
    await files.download(at('/d/one'), join(folder, 'one'));
    expect(await readFile(join(folder, 'one'), 'utf8')).toBe('one');
    await files.remove(at('/d/sent'));
  });

  it('sends single files with mode and time, over links too, and folders that links lead to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-files-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const run = join(folder, 'run.sh');
    await writeFile(run, 'true', { mode: 0o755 });
    await utimes(run, 1000, 1000);
    await files.upload(run, at('/d/run.sh'));
    expect(await files.stat(at('/d/run.sh'))).toMatchObject({ mode: 0o755, mtime: 1_000_000 });
    expect(await owner('/d/run.sh', '7 8')).toBe('7 8');
    await putEntries(client, id(), '/d', [
      { header: newHeader({ name: 'real', mode: 0o640, uid: 12, gid: 13 }) },
      { header: newHeader({ name: 'alias', type: 'symlink', linkname: 'real' }) },
    ]);
    await files.upload(run, at('/d/alias'));
    expect(await read(at('/d/real'))).toBe('true');
    expect(await files.stat(at('/d/alias'))).toMatchObject({ mode: 0o640, isLink: true });
    expect(await owner('/d/real', '12 13')).toBe('12 13');
    await mkdir(join(folder, 'sent'));
    await writeFile(join(folder, 'sent/file'), 'sent');
    await symlink('sent', join(folder, 'link'));
    await files.upload(join(folder, 'link'), at('/d/link'));
    expect(await read(at('/d/link/file'))).toBe('sent');
    expect(await files.stat(at('/d/link'))).toMatchObject({ type: 'directory', isLink: false });
    for (const name of ['run.sh', 'real', 'alias', 'link']) await files.remove(at(`/d/${name}`));
  });

  it('brings files of two names with both', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-files-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const made = ['d/twins', 'd/twins/a', 'd/twins/b'];
    await putEntries(client, id(), '/', [
      ...made.map((name) => ({ header: newHeader({ name, type: 'directory', mode: 0o755 }) })),
      { header: newHeader({ name: 'd/twins/a/one', size: 3 }), content: text('one').bytes() },
      { header: newHeader({ name: 'd/twins/b/two', type: 'link', linkname: 'd/twins/a/one' }) },
    ]);
    expect(await files.download(at('/d/twins'), join(folder, 'back'))).toEqual([]);
    expect(await readFile(join(folder, 'back/b/two'), 'utf8')).toBe('one');
    await files.remove(at('/d/twins'));
  });
});
