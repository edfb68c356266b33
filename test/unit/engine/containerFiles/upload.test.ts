import { rmSync, truncateSync } from 'node:fs';
import { appendFile, chmod, mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { nameOf } from '../../../../src/engine/buildkit/files/names.ts';
import { connect } from '../../../../src/engine/client.ts';
import { newHeader } from '../../../../src/engine/tar/pack.ts';
import type { Place } from '../../../../src/engine/containerFiles/place.ts';
import { placeOf } from '../../../../src/engine/containerFiles/place.ts';
import { TAR_END, writeHeader } from '../../../../src/engine/tar/header.ts';
import type { TarHeader } from '../../../../src/engine/tar/header.ts';
import { readTar } from '../../../../src/engine/tar/reader.ts';
import { uploadFrom } from '../../../../src/engine/containerFiles/upload.ts';
import { scratch, serveEngine } from '../support/servers.ts';

/** What a path is: its header, and Go's mode and target of a link as the engine's stat says them. */
type Has = Readonly<Record<string, { head: Partial<TarHeader>; mode?: number; target?: string }>>;

/**
 * A stopped container that has some paths, with the headers that it is sent, by their directory.
 * @param onAsked called whenever it is asked what a path is
 */
async function container(
  has: Has,
  onAsked: () => Promise<void> = async () => {},
): Promise<{ place: Place; sent: [string, TarHeader][] }> {
  const sent: [string, TarHeader][] = [];
  const { endpoint } = await serveEngine({
    async onRequest(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://engine');
      if (!pathname.endsWith('/archive')) return void response.end('{}');
      const path = searchParams.get('path') ?? '';
      if (request.method === 'HEAD') await onAsked();
      if (request.method === 'PUT') {
        try {
          for await (const { header } of readTar(request)) sent.push([path, header]);
        } catch {
          // What was to be sent could not be read to its end.
          return void response.destroy();
        }
        return void response.end();
      }
      const found = has[path];
      if (!found) return void response.writeHead(404).end('{"message":"Could not find the file"}');
      const { head, mode = 0o644, target: linkTarget = '' } = found;
      const stat = JSON.stringify({ mode, linkTarget });
      response.setHeader('X-Docker-Container-Path-Stat', Buffer.from(stat).toString('base64'));
      response.end(
        request.method === 'HEAD'
          ? ''
          : Buffer.concat([writeHeader(newHeader({ name: path.slice(1), ...head })), TAR_END]),
      );
    },
  });
  const client = await connect(endpoint);
  onTestFinished(() => client.close());
  return { place: await placeOf(client, 'c1'), sent };
}

const opt: Has = { '/opt': { head: { type: 'directory', uid: 7, gid: 8 } } };

it('a file that is sent keeps its mode and time', async () => {
  const file = join(await scratch(), 'run.sh');
  await writeFile(file, 'true');
  await chmod(file, 0o755);
  await utimes(file, 1000, 1000);
  const { place, sent } = await container(opt);
  await uploadFrom(file, { place, path: '/opt/run.sh' });
  expect(sent[0]).toMatchObject(['/opt', { mode: 0o755, mtime: 1_000_000, uid: 7, gid: 8 }]);
});

it('a file that is sent over a link takes the place of what the link leads to, with its mode', async () => {
  const file = join(await scratch(), 'app.conf');
  await writeFile(file, 'new');
  const { place, sent } = await container({
    ...opt,
    '/opt/app.conf': {
      head: { type: 'symlink', mode: 0o777, linkname: '/etc/app.conf' },
      mode: 2 ** 27 + 0o777,
      target: '/etc/app.conf',
    },
    '/etc/app.conf': { head: { mode: 0o640 } },
  });
  await uploadFrom(file, { place, path: '/opt/app.conf' });
  const link = sent.find(([, { type }]) => type === 'link');
  expect(link).toMatchObject(['/etc', { name: 'app.conf', mode: 0o640 }]);
  expect(sent.every(([path]) => path === '/etc')).toBe(true);
});

it('a link to a folder is sent as the folder, links in it as links', async () => {
  const folder = await scratch();
  await mkdir(join(folder, 'real'));
  await writeFile(join(folder, 'real/file'), 'x');
  await symlink('file', join(folder, 'real/inner'));
  await symlink('real', join(folder, 'link'));
  const { place, sent } = await container(opt);
  await uploadFrom(join(folder, 'link'), { place, path: '/opt/link' });
  expect(sent.map(([, { name, type }]) => `${type} ${name}`)).toEqual([
    'directory link',
    'file link/file',
    'symlink link/inner',
  ]);
});

it.runIf(process.platform === 'linux')(
  'names that are not UTF-8 are sent as they are',
  async () => {
    const folder = await scratch();
    const names = ['d\xe9p\xf4t', 'd\xe9p\xf4t/caf\xe9'].map((name) => Buffer.from(name, 'latin1'));
    const [made, file] = names.map((name) => Buffer.concat([Buffer.from(`${folder}/`), name]));
    await mkdir(made ?? '');
    await writeFile(file ?? '', 'x');
    const { place, sent } = await container(opt);
    expect(await uploadFrom(folder, { place, path: '/opt/to' })).toEqual([]);
    const expected = names.map((name) => `to/${nameOf(name)}`);
    expect(sent.map(([, { name }]) => name)).toEqual(['to', ...expected]);
  },
);

it('of a file that grows meanwhile is sent what it had', async () => {
  const file = join(await scratch(), 'a.log');
  await writeFile(file, 'line\n');
  const { place, sent } = await container(opt, () => appendFile(file, 'another\n'));
  await uploadFrom(file, { place, path: '/opt/a.log' });
  expect(sent.find(([, { type }]) => type === 'file')).toMatchObject(['/opt', { size: 5 }]);
});

it('a file that shrinks meanwhile is named as it is called here', async () => {
  const file = join(await scratch(), 'a.log');
  await writeFile(file, 'line\n');
  const { place } = await container(opt, () => truncate(file, 2));
  await expect(uploadFrom(file, { place, path: '/opt/a.log' })).rejects.toMatchObject({
    reason: 'conflict',
    message: `“${file}” changed while it was sent.`,
  });
});

it('what goes away while a folder is sent is left out, and what shrinks is named', async () => {
  const folder = await scratch();
  const big = join(folder, 'c');
  for (const name of ['a', 'b']) await writeFile(join(folder, name), 'x');
  await writeFile(big, Buffer.alloc(2_000_000));
  const { place, sent } = await container(opt);
  const goes = (bytes: number) => {
    if (bytes === 1) rmSync(join(folder, 'b'));
    else truncateSync(big, 100);
  };
  await expect(uploadFrom(folder, { place, path: '/opt/to' }, goes)).rejects.toMatchObject({
    message: `“${big}” changed while it was sent.`,
  });
  expect(sent.map(([, { name }]) => name)).not.toContain('to/b');
});
