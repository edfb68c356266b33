import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Filter } from '../../../../../src/engine/buildkit/files/filter.ts';
import { readPacket } from '../../../../../src/engine/buildkit/files/packet.ts';
import type { StatBatch } from '../../../../../src/engine/buildkit/files/statBatch.ts';
import { unframe } from '../../../../../src/engine/buildkit/grpc/frames.ts';
import { walk } from '../../../../../src/engine/buildkit/files/walk.ts';
import { createWalker } from '../../../../../src/engine/buildkit/files/walker.ts';
import type { WalkerOptions } from '../../../../../src/engine/buildkit/files/walker.ts';

const SOURCE = new URL('../../../../../src/engine/buildkit/files/walkerThread.ts', import.meta.url);
const EVERYTHING: Filter = { include: [], exclude: [], follow: [] };

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'stevedore-walk-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

const tree = async () => {
  const root = await mkdtemp(join(base, 'tree-'));
  for (const dir of ['a', 'b/c']) await mkdir(join(root, dir), { recursive: true });
  for (const file of ['a/1', 'a/2', 'b/c/3', 'd']) await writeFile(join(root, file), file);
  return root;
};

const statsOf = ({ bytes, bounds }: StatBatch) =>
  Array.from(
    { length: bounds.length / 2 },
    (_, index) => readPacket(bytes.subarray(bounds[2 * index], bounds[2 * index + 1])).stat,
  );

const pathsOf = (batch: StatBatch): string[] => statsOf(batch).map((stat) => stat?.path ?? '');

const list = (root: string, filter: Partial<Filter> = {}): string[] =>
  [...walk({ root, filter: { ...EVERYTHING, ...filter }, windows: false }, 1_000)].flatMap(pathsOf);

function walkerFor(options: WalkerOptions) {
  const walker = createWalker(options);
  onTestFinished(() => walker.close());
  return walker;
}

async function collected(batches: AsyncIterable<StatBatch>): Promise<string[]> {
  const paths: string[] = [];
  for await (const batch of batches) paths.push(...pathsOf(batch));
  return paths;
}

const ALL = ['a', 'a/1', 'a/2', 'b', 'b/c', 'b/c/3', 'd'];

describe('a walker', () => {
  const request = (root: string) => ({ root, filter: EVERYTHING, windows: false });

  it('lists in a worker, from source', async () => {
    const root = await tree();
    const walker = walkerFor({ thread: SOURCE, execArgv: ['--import', 'tsx'] });
    expect(await collected(walker.walk(request(root)))).toEqual(ALL);
    await expect(collected(walker.walk(request(join(root, 'd/e'))))).rejects.toMatchObject({
      name: 'EngineError',
      reason: 'not-found',
      message: expect.stringContaining('d/e” could not be read'),
    });
  });

  it('lists in a worker, bundled', async () => {
    const root = await tree();
    const outfile = join(base, 'walker.cjs');
    await build({
      entryPoints: [SOURCE.pathname],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
    });
    const walker = walkerFor({ thread: pathToFileURL(outfile) });
    expect(await collected(walker.walk(request(root)))).toEqual(ALL);
    const many = await Promise.all(
      Array.from({ length: 5 }, () => collected(walker.walk(request(root)))),
    );
    expect(many).toEqual(Array.from({ length: 5 }, () => ALL));
  });

  it('does without a worker where there is none, or none that starts', async () => {
    const root = await tree();
    expect(await collected(walkerFor({}).walk(request(root)))).toEqual(ALL);
    const broken = join(base, 'broken.cjs');
    await writeFile(broken, 'throw new Error("broken")');
    for (const thread of [pathToFileURL(broken), pathToFileURL(join(base, 'missing.cjs'))]) {
      const walker = walkerFor({ thread });
      expect(await collected(walker.walk(request(root)))).toEqual(ALL);
      expect(await collected(walker.walk(request(root)))).toEqual(ALL);
    }
  });

  it.each([{ thread: undefined }, { thread: SOURCE, execArgv: ['--import', 'tsx'] }])(
    'stops when it is cancelled (%j)',
    async (options) => {
      const root = await mkdtemp(join(base, 'many-'));
      for (let index = 0; index < 3_000; index++) await writeFile(join(root, `f${index}`), '');
      const walker = walkerFor(options);
      const abort = new AbortController();
      const found: string[] = [];
      const walking = (async () => {
        for await (const batch of walker.walk(request(root), abort.signal)) {
          found.push(...pathsOf(batch));
          abort.abort();
        }
      })();
      await expect(walking).rejects.toMatchObject({ reason: 'cancelled' });
      expect(found.length).toBeLessThan(3_000);
      expect(await collected(walker.walk(request(root)))).toHaveLength(3_000);
    },
  );

  it('fails what is under way when it is closed', async () => {
    const walker = walkerFor({ thread: SOURCE, execArgv: ['--import', 'tsx'] });
    const walking = collected(walker.walk(request(await tree())));
    walker.close();
    await expect(walking).rejects.toMatchObject({ name: 'EngineError', reason: 'cancelled' });
    await expect(collected(walker.walk(request(base)))).rejects.toMatchObject({
      reason: 'cancelled',
    });
  });

  it('starts a worker anew when it has ended for want of work', async () => {
    const root = await tree();
    const walker = walkerFor({ thread: SOURCE, execArgv: ['--import', 'tsx'], idle: 1 });
    for (let round = 0; round < 3; round++) {
      expect(await collected(walker.walk(request(root)))).toEqual(ALL);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});

describe('packs of files', () => {
  const requests = (root: string, names: readonly string[]) =>
    names.map((name, id) => ({ id, name, path: join(root, name), size: name.length }));
  const contents = async (bytes: Uint8Array) => {
    const found: string[] = [];
    const chunks = (async function* () {
      yield Buffer.from(bytes);
    })();
    for await (const message of unframe(chunks)) found.push(readPacket(message).data.toString());
    return found;
  };
  const inThread = { thread: SOURCE, execArgv: ['--import', 'tsx'] };

  it.each([
    ['in a worker', () => inThread],
    ['here', () => ({})],
    ['here, where no worker starts', () => ({ thread: pathToFileURL(join(base, 'none.cjs')) })],
  ])('are read %s', async (_, options) => {
    const root = await tree();
    const walker = walkerFor(options());
    const one = await walker.pack(requests(root, ['a/1', 'd']));
    expect(await contents(one.bytes)).toEqual(['a/1', '', 'd', '']);
    // Two that are not done with have memory of their own.
    const [two, three] = await Promise.all(
      ['b/c/3', 'a/2'].map((name) => walker.pack(requests(root, [name]))),
    );
    expect(await contents(two?.bytes ?? one.bytes)).toEqual(['b/c/3', '']);
    expect(await contents(three?.bytes ?? one.bytes)).toEqual(['a/2', '']);
    expect(await contents(one.bytes)).toEqual(['a/1', '', 'd', '']);
    one.done();
    one.done();
    const again = await walker.pack(requests(root, ['d']));
    expect(again.bytes.buffer).toBe(one.bytes.buffer);
    // Given back twice, it is still for one pack at a time.
    const { bytes } = await walker.pack(requests(root, ['a/1']));
    expect(bytes.buffer).not.toBe(again.bytes.buffer);
    await expect(walker.pack(requests(root, ['a/1', 'gone']))).rejects.toMatchObject({
      name: 'EngineError',
      reason: 'not-found',
      message: '“gone” could not be read: there is no such file or folder.',
    });
  });

  it('are read here when the worker breaks down', async () => {
    const root = await tree();
    const module = join(base, 'breaks.cjs');
    await writeFile(
      module,
      `const { parentPort } = require('node:worker_threads');
       parentPort.postMessage({ kind: 'ready' });
       parentPort.on('message', () => process.exit());`,
    );
    const walker = walkerFor({ thread: pathToFileURL(module) });
    const { bytes } = await walker.pack(requests(root, ['d']));
    expect(await contents(bytes)).toEqual(['d', '']);
  });

  it('fail when the walker is closed', async () => {
    const root = await tree();
    const walker = walkerFor(inThread);
    const packing = walker.pack(requests(root, ['d']));
    walker.close();
    await expect(packing).rejects.toMatchObject({ name: 'EngineError', reason: 'cancelled' });
    await expect(walker.pack(requests(root, ['d']))).rejects.toMatchObject({
      reason: 'cancelled',
    });
  });
});

describe('a walk', () => {
  it.skipIf(process.platform === 'win32')(
    'names a directory that it can’t read, unless that isn’t wanted',
    async () => {
      const root = await tree();
      for (const path of [base, root]) await chmod(path, 0o755);
      await chmod(join(root, 'b/c'), 0);
      onTestFinished(() => chmod(join(root, 'b/c'), 0o700));
      // Everything is open to root.
      if (process.getuid?.() === 0) process.seteuid?.(65_534);
      onTestFinished(() => process.seteuid?.(process.getuid?.() ?? 0));
      expect(() => list(root)).toThrow('“b/c” could not be read: permission was denied.');
      expect(list(root, { exclude: ['b'] })).toEqual(['a', 'a/1', 'a/2', 'd']);
      expect(list(root, { exclude: ['b', '!**/nothing'] })).toEqual(['a', 'a/1', 'a/2', 'd']);
    },
  );

  it('lists a folder behind a link, and goes into no link to a directory', async () => {
    const root = await tree();
    const way = join(base, `way-${root.slice(-6)}`);
    await symlink(root, way);
    await symlink('.', join(root, 'circle'));
    expect(list(way)).toEqual([...ALL.slice(0, 6), 'circle', 'd']);
  });

  it.skipIf(process.platform === 'win32')(
    'names what lies too deep to be read, and leaves out what no name can be',
    async () => {
      const root = await tree();
      onTestFinished(() => void execFileSync('rm', ['-rf', root]));
      const part = `${'x'.repeat(200)}/`;
      await mkdir(join(root, part.repeat(10)), { recursive: true });
      await mkdir(join(root, 'deep', part.repeat(12)), { recursive: true });
      await rename(join(root, 'deep'), join(root, part.repeat(10), 'deep'));
      expect(() => list(root)).toThrow(/^“x.*” could not be read: its path is too long\.$/);
      expect(list(root, { exclude: ['x*'] })).toEqual(ALL);
      expect(list(root, { include: ['d'], follow: ['y'.repeat(300)] })).toEqual(['d']);
    },
  );

  it('lists what took the place of a link while that was looked at', async () => {
    const root = await tree();
    const path = join(root, 'link');
    await symlink('d', path);
    const { readlinkSync } = fs;
    const putBack = () => {
      fs.readlinkSync = readlinkSync;
      syncBuiltinESMExports();
    };
    onTestFinished(putBack);
    fs.readlinkSync = ((...args: Parameters<typeof readlinkSync>) => {
      putBack();
      fs.rmSync(path);
      fs.writeFileSync(path, 'text');
      return readlinkSync(...args);
    }) as typeof readlinkSync;
    syncBuiltinESMExports();
    const [batch] = [...walk({ root, filter: EVERYTHING, windows: false }, 1_000)];
    const stats = batch ? statsOf(batch) : [];
    expect(stats.find((stat) => stat?.path === 'link')).toMatchObject({ size: 4, linkname: '' });
  });

  it('yields in time, whether or not it has found something', async () => {
    const root = await mkdtemp(join(base, 'slices-'));
    for (let index = 0; index < 500; index++) await writeFile(join(root, `f${index}`), '');
    const slices = [
      ...walk({ root, filter: { ...EVERYTHING, include: ['none', 'f1'] }, windows: false }, 0),
    ];
    expect(slices.length).toBeGreaterThan(10);
    expect(slices.flatMap(pathsOf)).toEqual(['f1']);
  });
});
