import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { nameOf } from '../../../../src/engine/buildkit/files/names.ts';
import { connect } from '../../../../src/engine/client.ts';
import { newHeader } from '../../../../src/engine/tar/pack.ts';
import { downloadTo } from '../../../../src/engine/containerFiles/download.ts';
import { placeOf } from '../../../../src/engine/containerFiles/place.ts';
import { padding, TAR_END, writeHeader } from '../../../../src/engine/tar/header.ts';
import type { TarHeader } from '../../../../src/engine/tar/header.ts';
import { scratch, serveEngine } from '../support/servers.ts';

/** Downloads a folder whose archive has just these entries. Resolves with what was left out. */
async function download(to: string, entries: [Partial<TarHeader> & { name: string }, string?][]) {
  const archive = entries.flatMap(([header, content = '']) => [
    writeHeader(newHeader({ size: content.length, ...header })),
    Buffer.from(content),
    Buffer.alloc(padding(content.length)),
  ]);
  // Go's bit of a directory.
  const stat = Buffer.from(JSON.stringify({ mode: 2 ** 31 })).toString('base64');
  const { endpoint } = await serveEngine({
    onRequest(request, response) {
      if (!request.url?.includes('/archive')) return void response.end('{}');
      response.setHeader('X-Docker-Container-Path-Stat', stat);
      response.end(request.method === 'HEAD' ? '' : Buffer.concat([...archive, TAR_END]));
    },
  });
  const client = await connect(endpoint);
  onTestFinished(() => client.close());
  return downloadTo({ place: await placeOf(client, 'c1'), path: '/d' }, to);
}

let folder: string;
beforeEach(async () => {
  folder = await scratch();
});

it('files with two names have them afterwards, in whatever folders', async () => {
  const to = join(folder, 'back');
  const left = await download(to, [
    [{ name: 'd', type: 'directory', mode: 0o755 }],
    [{ name: 'd/a', type: 'directory', mode: 0o755 }],
    [{ name: 'd/a/one', mode: 0o640 }, 'one'],
    [{ name: 'd/b', type: 'directory', mode: 0o755 }],
    [{ name: 'd/b/two', type: 'link', linkname: 'd/a/one' }],
  ]);
  expect(left).toEqual([]);
  expect(await readFile(join(to, 'b/two'), 'utf8')).toBe('one');
  expect((await stat(join(to, 'b/two'))).ino).toBe((await stat(join(to, 'a/one'))).ino);
});

it('no second name is given to what is outside, or was not brought', async () => {
  const to = join(folder, 'back');
  await writeFile(join(folder, 'secret'), 'secret');
  const left = await download(to, [
    [{ name: 'd', type: 'directory', mode: 0o755 }],
    [{ name: 'd/up', type: 'symlink', linkname: join(folder, 'secret') }],
    [{ name: 'd/out', type: 'link', linkname: '../secret' }],
    [{ name: 'd/absolute', type: 'link', linkname: join(folder, 'secret') }],
    [{ name: 'd/over', type: 'link', linkname: 'd/up' }],
    [{ name: 'd/up/in', type: 'link', linkname: 'd/up' }],
  ]);
  expect(left).toEqual(['d/out', 'd/absolute', 'd/over', 'd/up/in']);
  expect(await readdir(to)).toEqual(['up']);
  expect(await readlink(join(to, 'up'))).toBe(join(folder, 'secret'));
  expect((await stat(join(folder, 'secret'))).nlink).toBe(1);
});

// Other machines take none.
it.runIf(process.platform === 'linux')('names that are not UTF-8 stay as they are', async () => {
  const bytes = ['caf\xe8', 'caf\xe9', 'm\xfcll'].map((name) => Buffer.from(name, 'latin1'));
  const [one = '', two = '', sub = ''] = bytes.map(nameOf);
  const to = join(folder, 'back');
  const left = await download(to, [
    [{ name: 'd', type: 'directory', mode: 0o755 }],
    [{ name: `d/${one}` }, 'one'],
    [{ name: `d/${two}` }, 'two'],
    [{ name: `d/${sub}`, type: 'directory', mode: 0o755 }],
    [{ name: `d/${sub}/in`, type: 'symlink', linkname: `../${one}` }],
  ]);
  expect(left).toEqual([]);
  const names = await readdir(to, { encoding: 'buffer' });
  expect(names.sort(Buffer.compare)).toEqual(bytes);
  const inner = Buffer.concat([Buffer.from(`${to}/`), Buffer.from('m\xfcll/in', 'latin1')]);
  expect(await readlink(inner, 'buffer')).toEqual(Buffer.from('../caf\xe8', 'latin1'));
  expect(await readFile(inner, 'utf8')).toBe('one');
});

it('of two names that this machine takes for one the second is left out', async () => {
  const to = join(folder, 'back');
  const left = await download(to, [
    [{ name: 'd', type: 'directory', mode: 0o755 }],
    [{ name: 'd/a', mode: 0o644 }, 'one'],
    [{ name: 'd/a', mode: 0o644 }, 'two'],
    [{ name: 'd/a', type: 'directory' }],
    [{ name: 'd/a/b' }, 'three'],
    [{ name: `d/${'x'.repeat(300)}` }, 'four'],
    [{ name: 'd/z' }, 'last'],
  ]);
  expect(left).toEqual(['d/a', 'd/a', 'd/a/b', `d/${'x'.repeat(300)}`]);
  expect((await readdir(to)).sort()).toEqual(['a', 'z']);
  expect(await readFile(join(to, 'a'), 'utf8')).toBe('one');
  expect(await readFile(join(to, 'z'), 'utf8')).toBe('last');
});
