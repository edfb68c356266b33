import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  createContainer,
  removeContainer,
  renameContainer,
  restartContainer,
  runContainer,
  startContainer,
  stopContainer,
} from '../../src/engine/containers.ts';
import type { LogBook } from '../../src/engine/logs/book.ts';
import { readLog } from '../../src/engine/logs/read.ts';
import { FLAGS } from '../../src/engine/logs/ring.ts';
import { createBody } from '../../src/engine/runSpec.ts';
import type { RunSpec } from '../../src/engine/runSpec.ts';
import { bedEndpoint, labelledSuite, podman, SHELL_IMAGE, unique } from './support/engine.ts';
import { bookOf, held, texts, windowEngine } from './support/logs.ts';
import { cuttingProxy } from './support/cutting.ts';
import { privateEngine, runningContainer } from './support/privateEngine.ts';

const { client, label } = await labelledSuite('logs');
const engine = await windowEngine(bedEndpoint);
afterAll(() => engine.dispose());

const spec = (script: string, more: Partial<RunSpec> = {}): RunSpec => ({
  image: SHELL_IMAGE,
  command: ['sh', '-c', script],
  labels: { [label]: '' },
  ...more,
});
const run = async (script: string, more?: Partial<RunSpec>) =>
  (await runContainer(client, spec(script, more))).id;

/** Starts a container with settings that no form asks for. */
async function runWith(script: string, hostConfig: object): Promise<string> {
  const body = createBody(spec(script)) as { HostConfig: object };
  const answer = (await client.request({
    method: 'POST',
    path: '/containers/create',
    body: { ...body, HostConfig: { ...body.HostConfig, ...hostConfig } },
    as: 'json',
  })) as { Id: string };
  await startContainer(client, answer.Id);
  return answer.Id;
}

function open(
  ...[selection, start]: [Parameters<typeof bookOf>[1], Parameters<typeof bookOf>[2]?]
): LogBook {
  const book = bookOf(engine, selection, start);
  onTestFinished(() => book.dispose());
  return book;
}

async function linesOf(id: string): Promise<string[]> {
  const lines: string[] = [];
  await readLog(client, id, { tty: false }, ({ text }) => lines.push(text.toString()));
  return lines;
}

const known = (id: string) =>
  expect.poll(() => engine.store?.get('container', id)?.name).toBeTruthy();

describe('the log of a container', () => {
  const collect = async (
    id: string,
    options: Parameters<typeof readLog>[2],
    signal?: AbortSignal,
  ) => {
    const seen = { stdout: [] as string[], stderr: [] as string[] };
    await readLog(
      client,
      id,
      options,
      ({ stderr, text }) => seen[stderr ? 'stderr' : 'stdout'].push(text.toString()),
      signal,
    );
    return seen;
  };

  it.each([false, true])('is followed to its end (terminal: %s)', async (tty) => {
    const id = await run('echo one; echo two >&2; sleep 1; echo three', { tty });
    const { stdout, stderr } = await collect(id, { follow: true, tty });
    expect([...stdout, ...stderr].sort()).toEqual(['one', 'three', 'two']);
    expect(stderr).toEqual(tty ? [] : ['two']);
  });

  it('has an end that can be asked for', async () => {
    const id = await run('for i in 1 2 3 4 5; do echo $i; done; sleep 100');
    await expect
      .poll(() => collect(id, { tail: 2, tty: false }))
      .toEqual({ stdout: ['4', '5'], stderr: [] });
  });

  it('ends with the signal', async () => {
    const id = await run('sleep 100');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    expect(await collect(id, { follow: true, tty: false }, controller.signal)).toEqual({
      stdout: [],
      stderr: [],
    });
  });

  it('is an error when there is no such container', async () => {
    await expect(collect('nope', { tty: false })).rejects.toMatchObject({ reason: 'not-found' });
  });
});

describe('the lines of a log', () => {
  it('have their times, and tell errors from output', async () => {
    const before = Date.now();
    const id = await run('echo out; sleep 0.2; echo err >&2; sleep 100');
    const book = open([id]);
    await expect.poll(() => texts(book)).toEqual(['out', 'err']);
    const [out, err] = held(book);
    // Podman tells whole seconds.
    expect(out?.time).toBeGreaterThan(before - 2000);
    expect(err?.time).toBeGreaterThanOrEqual(out?.time ?? 0);
    expect([out?.flags, err?.flags]).toEqual([0, FLAGS.stderr]);
  });

  // Podman leaves lines out of a log that it follows, also to `curl`, and of one that has ended.
  it.skipIf(podman)('are all there, in order, of many', async () => {
    const id = await run('i=0; while [ $i -lt 50000 ]; do echo $i; i=$((i+1)); done');
    const book = open([id]);
    await expect.poll(() => texts(book).at(-1)).toMatch(/exited with code 0/);
    expect(texts(book).slice(0, -1)).toEqual(Array.from({ length: 50_000 }, (_, n) => String(n)));
  });

  // Podman puts a time in front of each part of a terminal's long line.
  it.each(podman ? [false] : [false, true])(
    'may have 10 MB: their beginning is held (terminal: %s)',
    async (tty) => {
      const script =
        'dd if=/dev/zero bs=1000000 count=10 2>/dev/null | busybox tr "\\\\0" x; echo; echo after; sleep 100';
      const book = open([await run(script, { tty })]);
      await expect.poll(() => texts(book).at(-1)).toBe('after');
      const [line] = held(book);
      expect(line?.text).toBe('x'.repeat(line?.text.length ?? 0));
      expect(line?.text.length).toBeGreaterThan(60_000);
      // Of a terminal, the times in what was left out are counted with it.
      const size = (line?.text.length ?? 0) + (line?.cut ?? 0);
      expect(size).toBeGreaterThanOrEqual(10_000_000);
      expect(size).toBeLessThan(tty ? 10_100_000 : 10_000_001);
    },
  );

  it('may be no UTF-8', async () => {
    const script = String.raw`busybox printf 'a\303'; sleep 0.3; busybox printf '\274b\377\n\200\n'; sleep 100`;
    const book = open([await run(script)]);
    await expect.poll(() => texts(book)).toEqual(['aüb\ufffd', '\ufffd']);
  });

  it('of several containers are one log, in the order of their times', async () => {
    const talk = (name: string) =>
      `i=0; while [ $i -lt 40 ]; do echo ${name}; i=$((i+1)); sleep 0.01; done; sleep 100`;
    const ids = await Promise.all(['a', 'b', 'c'].map((name) => run(talk(name))));
    // What is written while it is read may come later than a line waits for it.
    for (const id of ids) await expect.poll(() => linesOf(id)).toHaveLength(40);
    const book = open(ids);
    await expect.poll(() => texts(book).length).toBe(120);
    const times = held(book).map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(held(book).map(({ source, text }) => `${source}${text}`)).size).toBe(3);
  });
});

describe('a log that is followed', () => {
  // Podman's events of a short run come late, or after those of the next.
  it.skipIf(podman)(
    'says how the container ended, and goes on when it is started again',
    async () => {
      const id = await run('echo run; exit 3');
      const book = open([id]);
      await expect
        .poll(() => texts(book))
        .toEqual(['run', expect.stringMatching(/^«.* exited with code 3»$/)]);
      await expect.poll(() => book.sources[0]?.state).toBe('waiting');
      await startContainer(client, id);
      await expect
        .poll(() => texts(book).join('\n'))
        .toMatch(/^run\n«.*code 3»\n«.* started again»\nrun\n«.*code 3»$/);
      expect(held(book)[1]?.flags).toBe(FLAGS.mark | FLAGS.bad);
    },
  );

  // Podman doesn't tell of the end of a run when the next one has begun.
  it.skipIf(podman)('says how one ended that the engine has restarted at once', async () => {
    const id = await run('echo begun; sleep 100');
    const book = open([id]);
    await expect.poll(() => texts(book)).toEqual(['begun']);
    await restartContainer(client, id, { seconds: 0 });
    await expect
      .poll(() => texts(book).join('\n'))
      .toMatch(/^begun\n«.*exited with code 137»\n«.*started again»\nbegun$/);
  });

  it.skipIf(podman)('has each line once of a container that restarts by itself', async () => {
    const book = open([
      await runWith('echo $(cat /proc/uptime); exit 7', {
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
      }),
    ]);
    const lines = () => texts(book).filter((text) => !text.startsWith('«'));
    // A run of a moment may be over before anybody has seen that it began, so that only its line tells of it.
    await expect
      .poll(() => [lines().length, texts(book).at(-1)])
      .toEqual([4, expect.stringContaining('code 7')]);
    expect(new Set(lines()).size).toBe(4);
  });

  it('knows a container that is renamed', async () => {
    const id = await run('sleep 100');
    await known(id);
    const book = open([id]);
    const name = unique('renamed');
    await renameContainer(client, id, name);
    await expect.poll(() => book.sources[0]?.name).toBe(name);
  });

  it('says that a container was removed, and ends', async () => {
    const id = await run('echo here; sleep 100');
    const book = open([id]);
    await expect.poll(() => texts(book)).toEqual(['here']);
    await removeContainer(client, id, { force: true });
    await expect.poll(() => texts(book).at(-1)).toMatch(/was removed/);
    expect(book.sources[0]?.state).toBe('ended');
  });

  it('goes on with the container that takes the place of another', async () => {
    const name = unique('compose');
    const old = await run('echo old; sleep 100', { name });
    await known(old);
    const book = open([old]);
    await expect.poll(() => texts(book)).toEqual(['old']);
    await removeContainer(client, old, { force: true });
    await run('echo new; sleep 100', { name });
    // The log of the former may end, and say so, only after that.
    await expect.poll(() => texts(book)).toContain('new');
    expect(book.sources).toHaveLength(2);
  });

  it('has all containers with a label, those that come later too', async () => {
    const labels = { [label]: '', 'test.set': unique('set') };
    await known(await run('echo first; sleep 100', { labels }));
    const book = open(`test.set=${labels['test.set']}`);
    await expect.poll(() => texts(book)).toEqual(['first']);
    await run('echo second; sleep 100', { labels });
    await expect.poll(() => texts(book)).toEqual(['first', 'second']);
  });

  it('of a container that has never been started waits for it', async () => {
    const { id } = await createContainer(client, spec('echo started; sleep 100'));
    const book = open([id]);
    await expect.poll(() => book.sources[0]?.state).toBe('waiting');
    expect(texts(book)).toEqual([]);
    await startContainer(client, id);
    await expect.poll(() => texts(book).at(-1)).toBe('started');
  });

  it('stops where it is when nobody wants it any more', async () => {
    const id = await run('while true; do echo x; sleep 0.05; done');
    const book = open([id]);
    await expect.poll(() => texts(book).length).toBeGreaterThan(2);
    book.dispose();
    const length = texts(book).length;
    await new Promise((done) => setTimeout(done, 300));
    expect(texts(book).length).toBe(length);
  });
});

describe.skipIf(podman)('a log that the engine ends too early', () => {
  it('is read to its end once the container has ended', async () => {
    const id = await run('for i in 1 2 3 4 5; do echo $i; done');
    const proxy = await cuttingProxy();
    onTestFinished(() => proxy.stop());
    const window = await windowEngine(proxy.endpoint);
    onTestFinished(() => window.dispose());
    const book = bookOf(window, [id]);
    onTestFinished(() => book.dispose());
    await expect.poll(() => texts(book).at(-1)).toMatch(/exited with code 0/);
    expect(texts(book).slice(0, -1)).toEqual(['1', '2', '3', '4', '5']);
    expect(proxy.cut()).toBe(1);
  });

  it('ends before the next run, though that has begun when the rest is read', async () => {
    const id = await run('echo begun; sleep 100');
    const proxy = await cuttingProxy(async () => {
      await startContainer(client, id);
      await expect.poll(() => linesOf(id)).toEqual(['begun', 'begun']);
    });
    onTestFinished(() => proxy.stop());
    const window = await windowEngine(proxy.endpoint);
    onTestFinished(() => window.dispose());
    const book = bookOf(window, [id]);
    onTestFinished(() => book.dispose());
    await expect.poll(() => book.sources[0]?.state).toBe('reading');
    await stopContainer(client, id, { seconds: 0 });
    await expect
      .poll(() => texts(book).join('\n'))
      .toMatch(/^begun\n«.*exited with code 137»\n«.*started again»/);
  });
});

describe('a log that cannot be read', () => {
  it('says which driver keeps none', async () => {
    const book = open([
      await runWith('echo unseen; sleep 100', { LogConfig: { Type: 'none', Config: {} } }),
    ]);
    await expect
      .poll(() => texts(book))
      .toEqual([expect.stringMatching(/cannot be read: the logging driver none keeps none/)]);
    expect(book.sources[0]?.state).toBe('ended');
  });
});

it.skipIf(podman)('a container that was killed for want of memory is said to be', async () => {
  const id = await runWith('echo begun; busybox sort /dev/zero', {
    Memory: 16_000_000,
    MemorySwap: 16_000_000,
  });
  const book = open([id]);
  await expect.poll(() => texts(book).at(-1)).toMatch(/killed with code \d+: out of memory/);
});

it.skipIf(podman)(
  'goes on after the engine was restarted, with no line twice and none lost',
  async () => {
    const own = await privateEngine();
    onTestFinished(() => own.end());
    const window = await windowEngine(own.endpoint);
    onTestFinished(() => window.dispose());
    await runningContainer(await window.client());
    const count = 'i=0; while true; do echo $i; i=$((i+1)); sleep 0.02; done';
    const { Id } = (await (
      await window.client()
    ).request({
      method: 'POST',
      path: '/containers/create',
      body: {
        Image: 'stevedore-test/sh',
        Cmd: ['/bin/sh', '-c', count],
        StopSignal: 'SIGKILL',
        Env: ['PATH=/bin'],
        HostConfig: { RestartPolicy: { Name: 'always' } },
      },
      as: 'json',
    })) as { Id: string };
    await startContainer(await window.client(), Id);
    const book = bookOf(window, [Id]);
    onTestFinished(() => book.dispose());
    await expect.poll(() => texts(book).length).toBeGreaterThan(20);
    await own.stop();
    await expect.poll(() => texts(book).at(-1)).toMatch(/engine does not answer/);
    await own.start();
    await expect
      .poll(() => texts(book).join('\n'))
      .toMatch(/answers again[^]*started again»\n0\n1\n2\n/);
    const runs = texts(book)
      .filter((text) => !text.startsWith('«'))
      .join(' ')
      .split(/ (?=0 )/);
    expect(runs).toHaveLength(2);
    for (const numbers of runs.map((text) => text.split(' ').map(Number)))
      expect(numbers).toEqual(Array.from(numbers, (_, n) => n));
    await stopContainer(await window.client(), Id, { seconds: 0 });
  },
);
