import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, link, mkdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mode } from '../../../../../src/engine/buildkit/files/packet.ts';
import type { Walker } from '../../../../../src/engine/buildkit/files/walker.ts';
import { askFiles } from './support/engine.ts';
import { exchangePair } from './support/pair.ts';
import { asText, servedContext } from './support/served.ts';

const { root, serve, plant, walker } = servedContext();

describe('serving a folder', () => {
  it('lists directories before what is in them, names in the order of their bytes', async () => {
    await plant({ 'a/z': '', 'a-b': '', 'a.b/c': '', B: '', é: '', '\u{1F600}': '', '\uFF5E': '' });
    const { stats } = await askFiles(serve().services, 'context');
    expect(stats.map(({ path }) => path)).toEqual([
      'B',
      'a',
      'a/z',
      'a-b',
      'a.b',
      'a.b/c',
      'é',
      '\uFF5E',
      '\u{1F600}',
    ]);
  });

  it('sends the contents that are asked for, and no others', async () => {
    await plant({ one: '1', 'sub/two': 'zwei', empty: '' });
    const sync = serve();
    const { contents } = await askFiles(sync.services, 'context', {
      want: ({ path }) => path !== 'one',
    });
    expect(asText(contents)).toEqual({ 'sub/two': 'zwei', empty: '' });
    const sent = sync.sent().get('context');
    expect(sent).toMatchObject({ listed: 4, files: 2, bytes: 4 });
    expect(sent?.listBytes).toBeGreaterThan(40);
    expect(sent?.listBytes).toBeLessThan(200);
  });

  it('says of each what Go would: mode, size, time to the nanosecond, links, further names', async () => {
    await plant({ 'bin/tool': 'x', plain: 'four' });
    await chmod(join(root(), 'bin/tool'), 0o6755);
    await chmod(join(root(), 'bin'), 0o1777);
    await symlink('../plain', join(root(), 'bin/to'));
    await link(join(root(), 'plain'), join(root(), 'same'));
    await utimes(join(root(), 'plain'), 1, new Date(-5_500));
    const { stats } = await askFiles(serve().services, 'context');
    const by = new Map(stats.map((entry) => [entry.path, entry]));
    expect(by.get('bin')?.mode).toBe((mode.directory | mode.sticky | 0o777) >>> 0);
    expect(by.get('bin')?.size).toBe(0);
    expect(by.get('bin/tool')?.mode).toBe(mode.setuid | mode.setgid | 0o755);
    expect(by.get('bin/to')).toMatchObject({
      mode: mode.symlink | 0o777,
      linkname: '../plain',
      size: 8,
    });
    expect(by.get('plain')).toMatchObject({ size: 4, linkname: '', modified: -5_500_000_000n });
    expect(by.get('same')).toMatchObject({ size: 4, linkname: 'plain' });
    const { mtimeNs } = await stat(join(root(), 'bin/tool'), { bigint: true });
    expect(by.get('bin/tool')?.modified).toBe(mtimeNs);
  });

  it('names the first of a file’s names that is sent', async () => {
    await plant({ a: 'x' });
    for (const name of ['b', 'c']) await link(join(root(), 'a'), join(root(), name));
    const { stats, contents } = await askFiles(serve().services, 'context', {
      metadata: { 'exclude-patterns': ['a'] },
    });
    expect(stats.map(({ path, linkname }) => [path, linkname])).toEqual([
      ['b', ''],
      ['c', 'b'],
    ]);
    expect(asText(contents)).toEqual({ b: 'x' });
  });

  it.skipIf(process.platform === 'win32')(
    'lists pipes as pipes and sockets as empty files, and opens neither',
    async () => {
      execFileSync('mkfifo', [join(root(), 'pipe')]);
      const server = createServer().listen(join(root(), 'socket'));
      await once(server, 'listening');
      try {
        const { stats, contents } = await askFiles(serve().services, 'context');
        expect(stats.map(({ path, mode: bits }) => [path, bits & ~0o777])).toEqual([
          ['pipe', mode.pipe],
          ['socket', 0],
        ]);
        expect(asText(contents)).toEqual({ socket: '' });
      } finally {
        server.close();
      }
    },
  );

  it('gives Windows’ files the modes that buildx gives them', async () => {
    await plant({ file: 'x', 'dir/': '' });
    await chmod(join(root(), 'file'), 0o666);
    const { stats } = await askFiles(serve({}, { windows: true }).services, 'context');
    expect(stats.map(({ mode: bits }) => bits & 0o777)).toEqual([0o755, 0o755]);
  });

  it.skipIf(process.platform !== 'linux')('sends names byte for byte', async () => {
    const name = Buffer.from([0x66, 0xff, 0xfe, 0x6f]);
    await writeFile(Buffer.concat([Buffer.from(`${root()}/`), name]), 'raw');
    await plant({ 'new\nline': 'n', 'q"uo\'te': 'q', '\uFFFD': 'u' });
    const { stats, contents } = await askFiles(serve().services, 'context');
    expect(stats.map(({ path }) => path)).toEqual([
      'f\udcff\udcfeo',
      'new\nline',
      'q"uo\'te',
      '\uFFFD',
    ]);
    expect(asText(contents)).toMatchObject({
      'f\udcff\udcfeo': 'raw',
      'new\nline': 'n',
      '\uFFFD': 'u',
    });
  });

  it.skipIf(process.platform !== 'linux')('takes paths as long as the system does', async () => {
    // The system takes 4,095 bytes, the name of the folder included.
    const part = 'd'.repeat(250);
    let path = root();
    while (path.length + 1 + part.length + 1 + 20 < 4_095) {
      path = join(path, part);
      await mkdir(path);
    }
    const name = 'f'.repeat(4_095 - path.length - 1);
    await writeFile(join(path, name.slice(0, 255)), 'deep');
    const { contents } = await askFiles(serve().services, 'context');
    expect([...contents.values()].map(String)).toEqual(['deep']);
  });

  it('serves an unsaved text in place of a file, and one of a file that does not exist', async () => {
    await plant({ Dockerfile: 'FROM old', other: 'o' });
    await chmod(join(root(), 'Dockerfile'), 0o600);
    const text = `FROM new # ${'ä'.repeat(300_000)}`;
    const before = BigInt(Date.now()) * 1_000_000n;
    const there = await askFiles(
      serve({ override: { name: 'Dockerfile', text } }).services,
      'context',
    );
    expect(there.contents.get('Dockerfile')?.toString()).toBe(text);
    const entry = there.stats.find(({ path }) => path === 'Dockerfile');
    expect(entry).toMatchObject({ mode: 0o600, size: Buffer.byteLength(text) });
    expect(entry?.modified).toBeGreaterThanOrEqual(before);
    const gone = await askFiles(
      serve({ override: { name: 'Unsaved', text: 'FROM x' } }).services,
      'context',
      {
        metadata: { followpaths: ['Unsaved', 'Unsaved.dockerignore'] },
      },
    );
    expect(asText(gone.contents)).toEqual({ Unsaved: 'FROM x' });
  });

  it('refuses folders that are not served, and TarStream', async () => {
    const { services } = serve();
    await expect(askFiles(services, '../etc')).rejects.toMatchObject({ code: 5 });
    await expect(askFiles(services, 'constructor')).rejects.toMatchObject({ code: 5 });
    const stream = services['/moby.filesync.v1.FileSync/TarStream'];
    await expect(stream?.(exchangePair().ours)).rejects.toMatchObject({ code: 12 });
  });

  it('reads what the engine asks for as it encodes it', async () => {
    await plant({ 'ü b+c': 'x', 'ü,d': 'y', plain: 'z' });
    const { stats } = await askFiles(serve().services, 'context', {
      metadata: {
        'include-patterns': ['%C3%BC+b%2Bc', '%C3%BC%2Cd'],
        'include-patterns-encoded': ['1'],
      },
    });
    expect(stats.map(({ path }) => path)).toEqual(['ü b+c', 'ü,d']);
  });

  it('follows links to what they lead to, in circles too, and never out of the folder', async () => {
    await plant({ 'data/v1/file': '1', 'data/other': 'o', outside: 'x' });
    await symlink('data/v1', join(root(), 'current'));
    await symlink('loop-b', join(root(), 'loop-a'));
    await symlink('loop-a', join(root(), 'loop-b'));
    await symlink('../../../outside', join(root(), 'up'));
    const { stats } = await askFiles(serve().services, 'context', {
      metadata: { followpaths: ['current/f*', 'loop-a', 'up'] },
    });
    expect(stats.map(({ path }) => path)).toEqual([
      'current',
      'data',
      'data/v1',
      'data/v1/file',
      'loop-a',
      'loop-b',
      'outside',
      'up',
    ]);
  });
});

describe('preparing', () => {
  it('uses a list that was made with the same filter, once', async () => {
    await plant({ a: '1', b: '2' });
    const requests: unknown[] = [];
    const counting: Walker = {
      ...walker(),
      walk: (request, signal) => {
        requests.push(request.filter);
        return walker().walk(request, signal);
      },
    };
    const sync = serve({}, { walker: counting });
    const filter = { include: [], exclude: ['b'], follow: [] };
    sync.prepare('context', filter);
    await expect.poll(() => requests).toHaveLength(1);
    const metadata = { 'exclude-patterns': ['b'] };
    const other = await askFiles(sync.services, 'context', {
      metadata: { 'include-patterns': ['.dockerignore'] },
    });
    expect(other.stats).toEqual([]);
    const { stats } = await askFiles(sync.services, 'context', { metadata });
    expect(stats.map(({ path }) => path)).toEqual(['a']);
    expect(requests).toHaveLength(2);
    await askFiles(sync.services, 'context', { metadata });
    expect(requests).toHaveLength(3);
    expect(sync.asked('context')).toEqual(filter);
  });
});
