import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { openFile, putEntries } from '../../../src/engine/containerFiles/archive.ts';
import { newHeader } from '../../../src/engine/tar/pack.ts';
import { podman } from '../support/engine.ts';
import { failure, filesSuite, text, treeIn } from './support.ts';

const suite = await filesSuite('files-read');
const { client, files, names, read } = suite;

describe.each(suite.kinds)('files of $what', ({ make }) => {
  const { at, id, owner } = treeIn(suite, make);

  it('lists a directory with what links lead to', async () => {
    const entries = await files.list(at('/d'), { fresh: true });
    const shown = entries.map(({ name, type, size, link, leadsTo }) => [
      name,
      type,
      type === 'file' ? size : 0,
      link,
      leadsTo,
    ]);
    expect(shown.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['one', 'file', 3, undefined, undefined],
      ['sub', 'directory', 0, undefined, undefined],
      ['to-itself', 'symlink', 0, 'to-itself', undefined],
      ['to-nothing', 'symlink', 0, '/nothing', undefined],
      ['to-one', 'symlink', 0, 'one', 'file'],
      ['to-sub', 'symlink', 0, '/d/sub', 'directory'],
    ]);
    expect(entries.find(({ name }) => name === 'one')?.mode).toBe(0o640);
  });

  it('lists the root, directories below, and through links', async () => {
    expect(await names(at('/'))).toEqual(expect.arrayContaining(['d']));
    expect(await names(at('/d/sub'))).toEqual(['deep']);
    expect(await names(at('/d/to-sub'))).toEqual(['deep']);
    expect((await failure(files.list(at('/d/one')))).reason).toMatch(/bad-request|not-found/);
    expect((await failure(files.list(at('/nowhere')))).reason).toBe('not-found');
  });

  it('tells what is at a path', async () => {
    expect(await files.stat(at('/d/one'))).toMatchObject({
      type: 'file',
      size: 3,
      isLink: false,
    });
    expect(await files.stat(at('/d/to-sub'))).toMatchObject({ type: 'directory', isLink: true });
    // Podman tells nothing of a link that leads nowhere.
    if (podman) expect((await failure(files.stat(at('/d/to-nothing')))).reason).toBe('not-found');
    else
      expect(await files.stat(at('/d/to-nothing'))).toMatchObject({
        type: undefined,
        isLink: true,
      });
    expect((await failure(files.stat(at('/d/nowhere')))).reason).toBe('not-found');
    expect((await failure(files.stat(at('/d/one/x')))).reason).toBe('not-found');
  });

  it('reads a file, and through links', async () => {
    expect(await read(at('/d/one'))).toBe('one');
    expect(await read(at('/d/to-one'))).toBe('one');
    expect(await read(at('/d/to-sub/deep'))).toBe('deep');
    expect((await failure(read(at('/d')))).reason).toBe('bad-request');
  });

  it('never leaves the container by dots', async () => {
    expect(await read(at('/d/../../../d/one'))).toBe('one');
    expect((await failure(files.stat(at('d/one')))).reason).toBe('bad-request');
    expect((await failure(files.remove(at('/d/..')))).reason).toBe('bad-request');
  });

  it('writes a file that keeps its owner, mode and capabilities, and leaves nothing beside it', async () => {
    const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex');
    await putEntries(client, id(), '/d', [
      {
        header: newHeader({
          name: 'kept',
          size: 3,
          mode: 0o4751,
          uid: 12,
          gid: 13,
          xattrs: new Map([['SCHILY.xattr.security.capability', capability]]),
        }),
        content: text('old').bytes(),
      },
    ]);
    await files.write(at('/d/kept'), text('new text'));
    expect(await read(at('/d/kept'))).toBe('new text');
    const { header, close } = await openFile(client, id(), '/d/kept');
    await close();
    expect(header.mode).toBe(0o4751);
    expect(await owner('/d/kept', '12 13')).toBe('12 13');
    expect(header.xattrs.get('SCHILY.xattr.security.capability')).toEqual(capability);
    expect((await names(at('/d'))).filter((name) => name.startsWith('.'))).toEqual([]);
    const { mtime } = await files.stat(at('/d/kept'));
    expect(Math.abs(mtime - Date.now())).toBeLessThan(60_000);
    await files.remove(at('/d/kept'));
  });

  it('writes through a link, which stays one', async () => {
    await files.write(at('/d/to-one'), text('two'));
    expect(await read(at('/d/one'))).toBe('two');
    const entries = await files.list(at('/d'), { fresh: true });
    expect(entries.find(({ name }) => name === 'to-one')).toMatchObject({
      type: 'symlink',
      link: 'one',
    });
    await files.write(at('/d/one'), text('one'));
  });

  it('makes files and directories that belong to whom the one around them belongs', async () => {
    await files.write(at('/d/made'), text(''));
    await files.makeFolder(at('/d/folder'));
    await files.write(at('/d/folder/in'), text('in'));
    const entries = await files.list(at('/d'), { fresh: true });
    expect(entries.find(({ name }) => name === 'made')).toMatchObject({ type: 'file', size: 0 });
    expect(await owner('/d/made', '7 8')).toBe('7 8');
    expect(entries.find(({ name }) => name === 'folder')).toMatchObject({ type: 'directory' });
    expect(await owner('/d/folder/in', '7 8')).toBe('7 8');
    expect((await failure(files.write(at('/d/no/file'), text('x')))).reason).toBe('not-found');
    expect((await failure(files.makeFolder(at('/d/no/folder')))).reason).toBe('not-found');
    expect(await names(at('/d'))).not.toContain('no');
    await files.remove(at('/d/made'));
    await files.remove(at('/d/folder'));
  });

  it.each([
    [
      'all that a shell, a tar or a terminal may take for its own',
      `-..a\nit's "q" $(touch x) \`y\` žluťoučký 🐳`,
    ],
    ['255 bytes', 'x'.repeat(255)],
  ])('takes names with %s', async (_, name) => {
    await files.write(at(`/d/${name}`), text(name));
    expect(await names(at('/d'))).toContain(name);
    expect(await read(at(`/d/${name}`))).toBe(name);
    await files.rename(at(`/d/${name}`), at('/d/plain'));
    await files.rename(at('/d/plain'), at(`/d/${name}`));
    await files.remove(at(`/d/${name}`));
    expect(await names(at('/d'))).not.toContain(name);
  });

  it('takes paths of 4,000 bytes, and says so of longer ones', async () => {
    const part = 'p'.repeat(199);
    const folders = ['long'];
    while ((folders.at(-1)?.length ?? 0) < 3800) folders.push(`${folders.at(-1)}/${part}`);
    const path = `/d/${folders.at(-1)}`;
    const made = folders.map((name) => ({
      header: newHeader({ name, type: 'directory', mode: 0o755 }),
    }));
    await putEntries(client, id(), '/d', made);
    await files.write(at(`${path}/f`), text('far down'));
    expect(await read(at(`${path}/f`))).toBe('far down');
    const error = await failure(files.write(at(`${path}/${part}/${part}/f`), text('x')));
    expect(['not-found', 'bad-request', 'server']).toContain(error.reason);
    expect(
      (await failure(files.write(at(`/d/${'x'.repeat(256)}`), text('x')))).message.length,
    ).toBeLessThan(400);
    await files.remove(at('/d/long'));
  });
});
