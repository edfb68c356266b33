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
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { nameOf } from '../../src/engine/buildkit/files/names.ts';
import {
  newHeader,
  openArchive,
  openFile,
  putEntries,
} from '../../src/engine/containerFiles/archive.ts';
import { createContainerFiles } from '../../src/engine/containerFiles/service.ts';
import type { FilePath } from '../../src/engine/containerFiles/service.ts';
import { HELPER_LABEL } from '../../src/engine/containerFiles/source.ts';
import type { FileSource } from '../../src/engine/containerFiles/source.ts';
import { readTar } from '../../src/engine/containerFiles/tarReader.ts';
import {
  createContainer,
  removeContainer,
  runContainer,
  stopContainer,
} from '../../src/engine/containers.ts';
import { EngineError } from '../../src/engine/errors.ts';
import { inspectImage } from '../../src/engine/images.ts';
import { filtersText } from '../../src/engine/path.ts';
import { parseMount } from '../../src/engine/runSpec.ts';
import type { RunSpec } from '../../src/engine/runSpec.ts';
import { runExec } from '../../src/engine/shell.ts';
import { createVolume, removeVolume } from '../../src/engine/volumes.ts';
import {
  BARE_IMAGE,
  generation,
  labelledSuite,
  podman,
  SHELL_IMAGE,
  unique,
} from './support/engine.ts';

const { client, label } = await labelledSuite('files');
const reports: unknown[] = [];
const files = createContainerFiles(
  () => Promise.resolve(client),
  (error) => reports.push(error),
);
afterAll(async () => {
  await files.dispose();
  expect(reports).toEqual([]);
});

const spec = (more: Partial<RunSpec> = {}): RunSpec => ({
  image: SHELL_IMAGE,
  command: ['sleep', '1000'],
  labels: { [label]: '' },
  ...more,
});
const running = async (more?: Partial<RunSpec>): Promise<FileSource> => ({
  kind: 'container',
  id: (await runContainer(client, spec(more))).id,
});
const stopped = async (more?: Partial<RunSpec>): Promise<FileSource> => ({
  kind: 'container',
  id: (await createContainer(client, spec(more))).id,
});
const bare = () => running({ image: BARE_IMAGE, command: ['/sleep', '1000'] });

const text = (content: string) => {
  const bytes = Buffer.from(content);
  return {
    size: bytes.length,
    bytes: async function* () {
      yield bytes;
    },
  };
};
const read = (at: FilePath) =>
  files.read(at, async ({ content }) => {
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(part);
    return Buffer.concat(parts).toString();
  });
const names = async (at: FilePath) =>
  (await files.list(at, { fresh: true })).map(({ name }) => name).sort();
const failure = async (work: Promise<unknown>): Promise<EngineError> => {
  const error: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof EngineError) return error;
  throw new Error(`no EngineError, but ${String(error)}`);
};

const containers = [
  { what: 'a running container', make: running },
  { what: 'a running container without a shell', make: bare },
  { what: 'a container that was never started', make: stopped },
] as const;

// Podman takes a second for each call, so two kinds of container are enough for it.
describe.each(podman ? [containers[0], containers[2]] : containers)(
  'files of $what',
  ({ make }) => {
    let source: FileSource;
    const at = (path: string): FilePath => ({ source, path });
    /** Owner and group, by a program where the archive does not tell; what is expected where nothing does. */
    async function owner(path: string, expected: string): Promise<string> {
      const { header, close } = await openFile(client, source.id, path);
      await close();
      if (!podman) return `${header.uid} ${header.gid}`;
      if (make !== running) return expected;
      const cmd = ['busybox', 'stat', '-c', '%u %g', path];
      return (await runExec(client, source.id, { cmd })).stdout.trim();
    }
    beforeAll(async () => {
      source = await make();
      await putEntries(client, source.id, '/', [
        { header: newHeader({ name: 'd', type: 'directory', mode: 0o755, uid: 7, gid: 8 }) },
        {
          header: newHeader({ name: 'd/one', size: 3, mode: 0o640 }),
          content: text('one').bytes(),
        },
        { header: newHeader({ name: 'd/sub', type: 'directory', mode: 0o700 }) },
        { header: newHeader({ name: 'd/sub/deep', size: 4 }), content: text('deep').bytes() },
        { header: newHeader({ name: 'd/to-one', type: 'symlink', linkname: 'one' }) },
        { header: newHeader({ name: 'd/to-sub', type: 'symlink', linkname: '/d/sub' }) },
        { header: newHeader({ name: 'd/to-nothing', type: 'symlink', linkname: '/nothing' }) },
        { header: newHeader({ name: 'd/to-itself', type: 'symlink', linkname: 'to-itself' }) },
      ]);
    });

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

    it('writes a file that keeps its owner, mode and capabilities, and leaves nothing beside it', async () => {
      const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex');
      await putEntries(client, source.id, '/d', [
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
      const { header, close } = await openFile(client, source.id, '/d/kept');
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
      await putEntries(client, source.id, '/d', [
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

    it.each([
      ['a newline', 'a\nb'],
      ['quotes', `it's "quoted" $(touch x) \`y\``],
      ['dots and a dash', '-..x'],
      ['other letters', 'žluťoučký 🐳'],
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

    it('copies and renames folders with names in them that are not UTF-8', async () => {
      const [one, two] = ['caf\xe8', 'caf\xe9'].map((name) => nameOf(Buffer.from(name, 'latin1')));
      await putEntries(client, source.id, '/d', [
        { header: newHeader({ name: 'latin', type: 'directory', mode: 0o755 }) },
        { header: newHeader({ name: `latin/${one}`, size: 3 }), content: text('one').bytes() },
        { header: newHeader({ name: `latin/${two}`, size: 3 }), content: text('two').bytes() },
      ]);
      await files.copy(at('/d/latin'), at('/d/copied'));
      await files.rename(at('/d/copied'), at('/d/renamed'));
      const found: string[] = [];
      for await (const { header } of readTar(await openArchive(client, source.id, '/d/renamed')))
        found.push(header.name);
      expect(found.sort()).toEqual(['renamed', `renamed/${one}`, `renamed/${two}`]);
      // A tree has no way to write them.
      expect(await names(at('/d/renamed'))).toEqual(['caf\ufffd', 'caf\ufffd']);
      await files.remove(at('/d/latin'));
      await files.remove(at('/d/renamed'));
    });

    it('takes paths of 4,000 bytes, and says so of longer ones', async () => {
      const part = 'p'.repeat(199);
      const folders = ['long'];
      while ((folders.at(-1)?.length ?? 0) < 3800) folders.push(`${folders.at(-1)}/${part}`);
      const path = `/d/${folders.at(-1)}`;
      const made = folders.map((name) => ({
        header: newHeader({ name, type: 'directory', mode: 0o755 }),
      }));
      await putEntries(client, source.id, '/d', made);
      await files.write(at(`${path}/f`), text('far down'));
      expect(await read(at(`${path}/f`))).toBe('far down');
      const error = await failure(files.write(at(`${path}/${part}/${part}/f`), text('x')));
      expect(['not-found', 'bad-request', 'server']).toContain(error.reason);
      expect(
        (await failure(files.write(at(`/d/${'x'.repeat(256)}`), text('x')))).message.length,
      ).toBeLessThan(400);
      await files.remove(at('/d/long'));
    });

    it('never leaves the container by dots', async () => {
      expect(await read(at('/d/../../../d/one'))).toBe('one');
      expect((await failure(files.stat(at('d/one')))).reason).toBe('bad-request');
      expect((await failure(files.remove(at('/d/..')))).reason).toBe('bad-request');
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
      await putEntries(client, source.id, '/d', [
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
      await putEntries(client, source.id, '/', [
        ...made.map((name) => ({ header: newHeader({ name, type: 'directory', mode: 0o755 }) })),
        { header: newHeader({ name: 'd/twins/a/one', size: 3 }), content: text('one').bytes() },
        { header: newHeader({ name: 'd/twins/b/two', type: 'link', linkname: 'd/twins/a/one' }) },
      ]);
      expect(await files.download(at('/d/twins'), join(folder, 'back'))).toEqual([]);
      expect(await readFile(join(folder, 'back/b/two'), 'utf8')).toBe('one');
      await files.remove(at('/d/twins'));
    });
  },
);

describe('files of an image', () => {
  it('are read through a container that is gone afterwards, and cannot be changed', async () => {
    const answer = await client.docker.getImage(BARE_IMAGE).inspect();
    const source: FileSource = { kind: 'image', id: answer.Id };
    expect((await files.list({ source, path: '/' })).map(({ name }) => name)).toContain('sleep');
    expect((await files.stat({ source, path: '/sleep' })).writable).toBe(false);
    const error = await failure(files.write({ source, path: '/x' }, text('x')));
    expect(error.reason).toBe('forbidden');
    expect((await failure(files.remove({ source, path: '/sleep' }))).reason).toBe('forbidden');
    await files.letGo(source);
    await expect.poll(helpers).toEqual([]);
  });
});

async function helpers() {
  const path = `/containers/json?all=1&filters=${filtersText({ label: [HELPER_LABEL] })}`;
  return (await client.request({ path, as: 'json' })) as unknown[];
}

/** A container in a list of the engine's. */
interface Listed {
  readonly ImageID: string;
  readonly Mounts: readonly { readonly Name?: string }[];
}

describe('files of a volume', () => {
  it('are read and changed without a container of its own, and nothing is left behind', async () => {
    const name = await createVolume(client, { name: unique('Vol_ume.x') });
    onTestFinished(() => removeVolume(client, name));
    const source: FileSource = { kind: 'volume', id: name };
    await files.write({ source, path: '/file' }, text('in a volume'));
    const helper = ((await helpers()) as Listed[]).find(({ Mounts }) =>
      Mounts.some((mount) => mount.Name === name),
    );
    const image = () => inspectImage(client, helper?.ImageID ?? '');
    await expect(image()).resolves.toBeDefined();
    await files.makeFolder({ source, path: '/folder' });
    await files.rename({ source, path: '/file' }, { source, path: '/folder/renamed' });
    expect(await names({ source, path: '/' })).toEqual(['folder']);
    const container = await running({ mounts: [parseMount(`${name}:/data`)] });
    expect(await read({ source: container, path: '/data/folder/renamed' })).toBe('in a volume');
    await files.copy({ source, path: '/folder' }, { source: container, path: '/copied' });
    expect(await read({ source: container, path: '/copied/renamed' })).toBe('in a volume');
    await removeContainer(client, container.id, { force: true });
    await files.remove({ source, path: '/folder' });
    expect(await names({ source, path: '/' })).toEqual([]);
    await files.letGo(source);
    await expect.poll(helpers).toEqual([]);
    await expect(image()).rejects.toMatchObject({ reason: 'not-found' });
  });
});

describe('what goes wrong', () => {
  it('a container that is removed says so, and another of its name is another', async () => {
    const name = unique('again');
    const source = await running({ name });
    await files.write({ source, path: '/f' }, text('first'));
    await removeContainer(client, source.id, { force: true });
    const other = await running({ name });
    const errors = await Promise.all(
      [
        files.stat({ source, path: '/f' }),
        files.list({ source, path: '/' }, { fresh: true }),
        files.write({ source, path: '/f' }, text('x')),
      ].map(failure),
    );
    for (const { reason, message } of errors)
      expect([reason, message]).toEqual(['not-found', 'The container is not there any more.']);
    expect(await names({ source: other, path: '/' })).not.toContain('f');
  });

  it('a container that stops is read as it is then', async () => {
    const source = await running();
    await files.write({ source, path: '/f' }, text('kept'));
    expect(await names({ source, path: '/' })).toContain('f');
    await stopContainer(client, source.id, { seconds: 0 });
    expect(await read({ source, path: '/f' })).toBe('kept');
    await files.write({ source, path: '/f' }, text('changed'));
    expect(await read({ source, path: '/f' })).toBe('changed');
  });

  it('a save that is cut off half-way leaves the file as it was', async () => {
    const source = await stopped();
    const at = { source, path: '/f' };
    await files.write(at, text('before'));
    const half = {
      size: 4_000_000,
      bytes: async function* () {
        yield Buffer.alloc(1_000_000, 'x');
        await new Promise((done) => setTimeout(done, 300));
        throw new EngineError('dropped', 'cut');
      },
    };
    await expect(files.write(at, half)).rejects.toThrow();
    expect(await read(at)).toBe('before');
    expect(
      (await names({ source, path: '/' })).filter((name) => name.startsWith('.stevedore')),
    ).toEqual([]);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    const error = await failure(files.write(at, half, abort.signal));
    expect(['cancelled', 'dropped']).toContain(error.reason);
    expect(await read(at)).toBe('before');
  });

  it('a file system that is read-only is said to be', async () => {
    const source: FileSource = {
      kind: 'container',
      id: await rawRun({ ReadonlyRootfs: true }),
    };
    const error = await failure(files.write({ source, path: '/f' }, text('x')));
    expect([error.reason, error.message]).toEqual([
      'forbidden',
      expect.stringMatching(/read-only/),
    ]);
  });

  it('a disk that is full is said to be, and the file is as it was', async () => {
    const source: FileSource = {
      kind: 'container',
      id: await rawRun({ Tmpfs: { '/small': 'size=64k' } }),
    };
    const at = { source, path: '/small/f' };
    await files.write(at, text('before'));
    const error = await failure(files.write(at, text('x'.repeat(300_000))));
    expect(error.message).toMatch(/No space left|no space/i);
    expect(await read(at)).toBe('before');
  });
});

/** Runs a container with settings of the engine's that no spec has. */
async function rawRun(host: object): Promise<string> {
  const answer = (await client.request({
    method: 'POST',
    path: '/containers/create',
    body: { Image: SHELL_IMAGE, Cmd: ['sleep', '1000'], Labels: { [label]: '' }, HostConfig: host },
    as: 'json',
  })) as { Id: string };
  await client.request({ method: 'POST', path: `/containers/${answer.Id}/start`, as: 'bytes' });
  return answer.Id;
}

describe('what only programs in a container see', () => {
  it('file systems in memory are read and changed by them', async () => {
    const source: FileSource = { kind: 'container', id: await rawRun({ Tmpfs: { '/mem': '' } }) };
    const at = (path: string): FilePath => ({ source, path });
    expect(await read(at('/proc/self/comm'))).toMatch(/cat/);
    expect(await names(at('/proc'))).toContain('cpuinfo');
    await files.write(at('/mem/a'), text('in memory'));
    await files.makeFolder(at('/mem/folder'));
    await files.rename(at('/mem/a'), at('/mem/folder/b'));
    expect(await read(at('/mem/folder/b'))).toBe('in memory');
    expect(await names(at('/mem'))).toEqual(['folder']);
    await files.remove(at('/mem/folder'));
    expect(await names(at('/mem'))).toEqual([]);
    await putEntries(client, source.id, '/', [
      { header: newHeader({ name: 'alias', type: 'symlink', linkname: '/mem' }) },
    ]);
    await files.write(at('/alias/linked'), text('through a link'));
    expect(await read(at('/mem/linked'))).toBe('through a link');
    expect(await names(at('/alias'))).toEqual(['linked']);
  });

  it('what is no file is not read, and what is one keeps its mode', async () => {
    const source: FileSource = { kind: 'container', id: await rawRun({ Tmpfs: { '/mem': '' } }) };
    const at = (path: string): FilePath => ({ source, path });
    expect((await failure(read(at('/dev/zero')))).message).toBe('“/dev/zero” is not a file.');
    expect((await failure(read(at('/dev/nothing')))).reason).toBe('not-found');
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-files-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'run.sh'), 'true', { mode: 0o755 });
    await files.upload(join(folder, 'run.sh'), at('/mem/run.sh'));
    expect((await files.stat(at('/mem/run.sh'))).mode).toBe(0o755);
    await files.download(at('/mem/run.sh'), join(folder, 'back'));
    expect(await readFile(join(folder, 'back'), 'utf8')).toBe('true');
  });

  it('a file that is mounted by itself keeps its place', async () => {
    const source = await running();
    const at = { source, path: '/etc/hosts' };
    const before = await read(at);
    await files.write(at, text(`${before}127.0.0.9 extra\n`));
    expect((await runExec(client, source.id, { cmd: ['cat', '/etc/hosts'] })).stdout).toContain(
      'extra',
    );
    await stopContainer(client, source.id, { seconds: 0 });
  });
});

describe('large directories', () => {
  // The older engines take many times as long to write them.
  const count = generation === 'new' ? 50_000 : 12_000;
  const kinds = podman ? [{ running }] : [{ running }, { bare }, { stopped }];

  it.each(kinds.flatMap(Object.entries))(
    'are listed whole while other things go on, in a container that is %s',
    async (_, make: () => Promise<FileSource>) => {
      const source = await make();
      const many = function* () {
        yield { header: newHeader({ name: 'many', type: 'directory', mode: 0o755 }) };
        for (let i = 0; i < count; i++) yield { header: newHeader({ name: `many/file-${i}` }) };
      };
      await putEntries(client, source.id, '/', many());
      let turns = 0;
      const beat = setInterval(() => (turns += 1), 5);
      const entries = await files.list({ source, path: '/many' }, { fresh: true });
      clearInterval(beat);
      expect(new Set(entries.map(({ name }) => name)).size).toBe(count);
      expect(turns).toBeGreaterThan(5);
    },
  );
});

describe('what differs from the image', () => {
  it('is told without the directories that it is in', async () => {
    const source = await running();
    await files.write({ source, path: '/bin/added' }, text('x'));
    await files.remove({ source, path: '/bin/true' });
    await files.write({ source, path: '/bin/echo' }, text('x'));
    const changes = await files.changes(source.id);
    const ours = changes.filter(({ path }) => path.startsWith('/bin'));
    // The link is followed, so that the program behind all of them is what changed.
    expect(ours).toEqual([
      { path: '/bin/added', what: 'added' },
      { path: '/bin/busybox', what: 'modified' },
      { path: '/bin/true', what: 'deleted' },
    ]);
    expect(podman || changes.every(({ path }) => path !== '/bin')).toBe(true);
  });
});
