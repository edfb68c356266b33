import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { putEntries } from '../../../src/engine/containerFiles/archive.ts';
import { newHeader } from '../../../src/engine/tar/pack.ts';
import type { FilePath } from '../../../src/engine/containerFiles/service.ts';
import { HELPER_LABEL } from '../../../src/engine/containerFiles/source.ts';
import type { FileSource } from '../../../src/engine/containerFiles/source.ts';
import { removeContainer, stopContainer } from '../../../src/engine/containers.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { inspectImage } from '../../../src/engine/images.ts';
import { filtersText } from '../../../src/engine/path.ts';
import { parseMount } from '../../../src/engine/runSpec.ts';
import { runExec } from '../../../src/engine/shell.ts';
import { createVolume, removeVolume } from '../../../src/engine/volumes.ts';
import { BARE_IMAGE, generation, podman, SHELL_IMAGE, unique } from '../support/engine.ts';
import { failure, filesSuite, text } from './support.ts';

const { client, label, files, running, stopped, bare, names, read } = await filesSuite('files');

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
