import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../src/engine/client.ts';
import {
  createContainer,
  killContainer,
  pauseContainer,
  removeContainer,
  renameContainer,
  restartContainer,
  readContainer,
  runContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from '../../src/engine/containers.ts';
import type { Endpoint } from '../../src/engine/endpoint.ts';
import type { RunSpec } from '../../src/engine/runSpec.ts';
import { readRunState } from '../../src/engine/logs/state.ts';
import { createAlerts } from '../../src/engine/stats/alerts.ts';
import { createLimitedReading } from '../../src/engine/stats/limited.ts';
import { limitsBody, readLimits, updateLimits } from '../../src/engine/stats/limits.ts';
import { createMemoryWatch } from '../../src/engine/stats/outOfMemory.ts';
import { readProcesses } from '../../src/engine/stats/top.ts';
import { createStatsWatch } from '../../src/engine/stats/watch.ts';
import { bedEndpoint, labelledSuite, podman, SHELL_IMAGE, unique } from './support/engine.ts';
import { windowEngine } from './support/logs.ts';
import { privateEngine, runningContainer } from './support/privateEngine.ts';
import { statsProxy } from './support/stats.ts';

const MB = 1024 * 1024;
const { client, label } = await labelledSuite('stats');

const BUSY = 'while :; do :; done';
const IDLE = 'sleep 1000';

async function run(script: string, hostConfig: object = {}, more: Partial<RunSpec> = {}) {
  const spec = { image: SHELL_IMAGE, command: ['sh', '-c', script], labels: { [label]: '' } };
  if (Object.keys(hostConfig).length === 0)
    return (await runContainer(client, { ...spec, ...more })).id;
  const { Id } = (await client.request({
    method: 'POST',
    path: `/containers/create?name=${more.name ?? unique('limited')}`,
    body: { Image: spec.image, Cmd: spec.command, Labels: spec.labels, HostConfig: hostConfig },
    as: 'json',
  })) as { Id: string };
  await startContainer(client, Id);
  return Id;
}

async function watching(endpoint: Endpoint = bedEndpoint) {
  const engine = await windowEngine(endpoint);
  const told: string[] = [];
  const watch = createStatsWatch(engine, (line) => told.push(line));
  onTestFinished(() => {
    watch.dispose();
    engine.dispose();
  });
  return { engine, watch, told };
}

/** What `docker stats` says of the CPU, percent. */
async function cliPercent(id: string): Promise<number> {
  const args = ['--host', bedEndpoint.url, 'stats', '--no-stream', '--format', '{{.CPUPerc}}', id];
  const { stdout } = await promisify(execFile)('docker', args);
  return Number.parseFloat(stdout);
}

describe('what containers use', () => {
  it('is told of a busy and an idle one, second by second', async () => {
    const [busy, idle] = [await run(BUSY, { Memory: 64 * MB }), await run(IDLE)];
    const { watch } = await watching();
    watch.open();
    await expect.poll(() => watch.figures(busy)?.cpu ?? 0).toBeGreaterThan(10);
    await expect.poll(() => watch.figures(idle)?.cpu).toBeLessThan(10);
    // One loop keeps one core busy, of however many there are.
    await expect.poll(() => watch.figures(busy)?.cpu).toBeLessThan(115);
    const figures = watch.figures(busy);
    expect(figures?.limit).toBe(64 * MB);
    expect(figures?.memory).toBeGreaterThan(10_000);
    expect(figures?.memory).toBeLessThan(20 * MB);
    expect(figures?.pids).toBe(1);
    expect(figures?.rates?.sent).toBeGreaterThanOrEqual(0);
    const history = watch.history(busy);
    const second = history?.last ?? 0;
    expect(second).toBeGreaterThan(1_700_000_000);
    expect([...(history?.values('cpu', second, second) ?? [])][0]).toBeGreaterThan(10);
    await expect.poll(() => watch.restarts(busy)).toBe(0);
    await removeContainer(client, busy, { force: true });
    await removeContainer(client, idle, { force: true });
  });

  it.skipIf(podman)('is what docker stats says', async () => {
    const id = await run(BUSY, { NanoCpus: 3e8 });
    const { watch } = await watching();
    watch.open();
    // A share of a core that the engine holds it to, so that it is the same at both times.
    await expect.poll(() => watch.figures(id)?.cpu ?? 0).toBeGreaterThan(10);
    const compare = async () => {
      const theirs = await cliPercent(id);
      const second = watch.history(id)?.last ?? 0;
      const ours = [...(watch.history(id)?.values('cpu', second - 2, second) ?? [])];
      const near = ours.filter((cpu) => !Number.isNaN(cpu)).map((cpu) => Math.abs(cpu - theirs));
      expect(Math.min(...near), `${ours.join()} and ${theirs}`).toBeLessThan(15);
    };
    // Seconds in which the machine is busy may be odd ones for either.
    await vi.waitFor(compare, { timeout: 40_000 });
    await removeContainer(client, id, { force: true });
  });

  it('ends with the container, and begins again with it', async () => {
    const id = await run(BUSY);
    const { watch, told } = await watching();
    watch.open();
    await expect.poll(() => watch.figures(id)?.memory).toBeGreaterThan(0);
    await killContainer(client, id);
    await expect.poll(() => watch.figures(id)).toBeUndefined();
    await startContainer(client, id);
    await expect.poll(() => watch.figures(id)?.cpu ?? 0).toBeGreaterThan(5);
    // What was before it died is still known.
    const history = watch.history(id);
    const seconds = history?.values('memory', history.last - 40, history.last) ?? [];
    expect([...seconds].filter((value) => value > 0).length).toBeGreaterThan(1);
    expect(told).toEqual([]);
    await removeContainer(client, id, { force: true });
  });

  it('goes on through a restart, another name and a pause, and is forgotten at its removal', async () => {
    const id = await run(IDLE);
    const { watch, engine } = await watching();
    watch.open();
    await expect.poll(() => watch.figures(id)).toBeTruthy();
    await renameContainer(client, id, unique('renamed'));
    await restartContainer(client, id, { seconds: 0 });
    await expect.poll(() => watch.figures(id)?.memory).toBeGreaterThan(0);
    if (!podman) {
      await pauseContainer(client, id);
      await expect.poll(() => engine.store?.get('container', id)?.state).toBe('paused');
      expect(watch.streams).toBeGreaterThan(0);
      await unpauseContainer(client, id);
    }
    await removeContainer(client, id, { force: true });
    await expect.poll(() => watch.figures(id)).toBeUndefined();
    expect(watch.history(id)).toBeTruthy();
  });

  it('is asked for only while somebody looks, by one stream for each that runs', async () => {
    const proxy = await statsProxy();
    onTestFinished(() => proxy.stop());
    const stopped = (
      await createContainer(client, {
        image: SHELL_IMAGE,
        command: ['sh', '-c', IDLE],
        labels: { [label]: '' },
      })
    ).id;
    const ids = [await run(IDLE), await run(IDLE)];
    const { watch } = await watching(proxy.endpoint);
    expect(proxy.open()).toEqual([]);
    const look = watch.open();
    await expect.poll(() => ids.every((id) => watch.figures(id))).toBe(true);
    expect(proxy.open().toSorted()).toEqual([...new Set(proxy.open())].toSorted());
    expect(proxy.open()).toEqual(expect.arrayContaining(ids));
    expect(proxy.open()).not.toContain(stopped);
    await startContainer(client, stopped);
    await expect.poll(() => proxy.open()).toContain(stopped);
    look.dispose();
    await expect.poll(() => proxy.open()).toEqual([]);
    expect(watch.streams).toBe(0);
    expect(watch.history(ids[0] ?? '')).toBeTruthy();
    watch.open();
    await expect.poll(() => proxy.open()).toEqual(expect.arrayContaining(ids));
    for (const id of [...ids, stopped]) await removeContainer(client, id, { force: true });
    await expect
      .poll(() => proxy.open().filter((id) => [...ids, stopped].includes(id)))
      .toEqual([]);
  });

  it('is read of those with a limit of memory, and tells that one is near it', async () => {
    const proxy = await statsProxy();
    const fill = 'dd if=/dev/zero of=/dev/shm/f bs=1M count=30; sleep 1000';
    const full = await run(fill, { Memory: 32 * MB, MemorySwap: 32 * MB });
    const free = await run(IDLE);
    const { engine, watch, told } = await watching(proxy.endpoint);
    const alerts = createAlerts(() => ({
      memory: 90,
      restarts: 0,
      unhealthy: false,
      outOfMemory: false,
    }));
    watch.onDidSample((id) => {
      const figures = watch.figures(id);
      if (figures) alerts.figures(id, figures);
    });
    const reading = createLimitedReading(engine, watch, (error) => told.push(String(error)));
    onTestFinished(() => {
      reading.dispose();
      alerts.dispose();
    });
    expect(proxy.open()).toEqual([]);
    reading.open();
    await expect.poll(() => alerts.of(full).map(({ kind }) => kind)).toEqual(['memory']);
    expect(proxy.open()).toContain(full);
    expect(proxy.open()).not.toContain(free);
    reading.close();
    await expect.poll(() => proxy.open()).toEqual([]);
    for (const id of [full, free]) await removeContainer(client, id, { force: true });
    expect(told).toEqual([]);
  });

  it.skipIf(podman)(
    'comes again after a line that is none, and after a stream that breaks',
    async () => {
      const proxy = await statsProxy();
      onTestFinished(() => proxy.stop());
      const id = await run(IDLE);
      const { watch, told } = await watching(proxy.endpoint);
      watch.open();
      await expect.poll(() => watch.figures(id)).toBeTruthy();
      const later = (than = watch.latest) => expect.poll(() => watch.latest).toBeGreaterThan(than);
      proxy.slip('{"read": "nonsense"}\nthis is no JSON\n{"read":5,"cpu_stats":[]}\n');
      await later();
      expect(told.filter((line) => line.includes('this is no JSON')).length).toBeGreaterThan(0);
      proxy.cut();
      await later();
      await expect.poll(() => watch.figures(id)).toBeTruthy();
      await removeContainer(client, id, { force: true });
    },
  );
});

it.skipIf(podman)('stats survive a restart of the engine', async () => {
  const own = await privateEngine();
  onTestFinished(() => own.end());
  const direct = await connect(own.endpoint);
  const id = await runningContainer(direct);
  direct.close();
  const { watch, engine } = await watching(own.endpoint);
  watch.open();
  await expect.poll(() => watch.figures(id)).toBeTruthy();
  await own.stop();
  await expect.poll(() => watch.streams).toBe(0);
  await own.start();
  const again = await connect(own.endpoint);
  await startContainer(again, id);
  again.close();
  await expect.poll(() => engine.state.name).toBe('connected');
  await expect.poll(() => watch.figures(id)?.memory).toBeGreaterThan(0);
  await engine.client().then((client) => stopContainer(client, id, { seconds: 0 }));
});

describe('processes', () => {
  it('of a container are told, the busiest first where the engine tells that', async () => {
    const id = await run(`sleep 1001 & ${BUSY}`);
    await expect.poll(async () => (await readProcesses(client, id)).count).toBe(2);
    const { titles, rows } = await readProcesses(client, id);
    const command = rows.map((row) => row.at(-1));
    expect(titles.length).toBe(rows[0]?.length);
    expect(command.join()).toContain('sleep 1001');
    await removeContainer(client, id, { force: true });
    await expect(readProcesses(client, id)).rejects.toMatchObject({ name: 'EngineError' });
  });
});

describe('limits', () => {
  it('are read, and changed while the container runs', async () => {
    const id = await run(IDLE, { Memory: 64 * MB, RestartPolicy: { Name: 'no' } });
    const now = await readLimits(client, id);
    expect(now).toMatchObject({ memory: 64 * MB, restart: 'no' });
    expect(now.machine.memory).toBeGreaterThan(64 * MB);
    const wanted = {
      memory: 128 * MB,
      cpus: 0.5,
      pids: 40,
      restart: 'on-failure',
      retries: 2,
    } as const;
    const update = updateLimits(client, id, limitsBody(now, wanted));
    if (podman) {
      await expect(update).rejects.toMatchObject({ reason: 'not-supported' });
      await expect(update).rejects.toThrow(/Podman.* cannot change the limits of a container/);
    } else {
      await update;
      const after = await readLimits(client, id);
      expect(after).toMatchObject(wanted);
      await updateLimits(client, id, limitsBody(after, { ...wanted, memory: 0, pids: 0 }));
      expect(await readLimits(client, id)).toMatchObject({ memory: now.machine.memory, pids: 0 });
      await expect(updateLimits(client, id, { Memory: 1000 })).rejects.toThrow(/6MB/i);
    }
    await removeContainer(client, id, { force: true });
    if (!podman)
      await expect(updateLimits(client, id, {})).rejects.toMatchObject({ reason: 'not-found' });
  });
});

it('cores that were limited by period and quota are limited anew by these', async () => {
  if (podman) return;
  const id = await run(IDLE, { CpuPeriod: 50_000, CpuQuota: 25_000 });
  const now = await readLimits(client, id);
  expect(now.cpus).toBe(0.5);
  await updateLimits(client, id, limitsBody(now, { ...now, cpus: 0.25 }));
  expect(await readLimits(client, id)).toMatchObject({ cpus: 0.25, period: 50_000 });
});

it('a restart loop is told by the events, and counted by the engine', async () => {
  const { engine, watch } = await watching();
  const alerts = createAlerts(() => ({
    memory: 90,
    restarts: 2,
    unhealthy: true,
    outOfMemory: true,
  }));
  onTestFinished(() => alerts.dispose());
  engine.onEvent((event) => alerts.event(event));
  watch.open();
  const id = await run('exit 3', { RestartPolicy: { Name: 'always' } });
  await expect.poll(() => alerts.of(id).map(({ kind }) => kind)).toEqual(['restarts']);
  expect((await readContainer(client, id)).number('RestartCount') ?? 0).toBeGreaterThan(
    podman ? -1 : 0,
  );
  // Podman does not remove a container that is between two runs.
  const removed = () =>
    removeContainer(client, id, { force: true }).then(
      () => 'removed',
      (error: Error) => error.message,
    );
  await expect.poll(removed).toBe('removed');
  await expect.poll(() => alerts.of(id)).toEqual([]);
});

// Podman's monitor leaves its word of it in whatever folder the engine was started from, and the engine looks elsewhere.
describe.skipIf(podman)('a container that runs out of memory', () => {
  /** Holds more and more, and never gives it back. */
  const GREEDY = 'x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done';
  const LIMITED = { Memory: 16 * MB, MemorySwap: 16 * MB };

  it.each([
    ['is killed', `exec sh -c '${GREEDY}'`, false],
    ['has a process killed and goes on', `sh -c '${GREEDY}'; exec sleep 1000`, true],
  ])('is told of when it %s', async (_how, script, runsOn) => {
    const engine = await windowEngine(bedEndpoint);
    const problems: unknown[] = [];
    const memory = createMemoryWatch(engine, (error) => problems.push(error));
    onTestFinished(() => {
      memory.dispose();
      engine.dispose();
      expect(problems).toEqual([]);
    });
    const told: string[] = [];
    memory.onDidRunOut(({ id }) => told.push(id));
    const id = await run(script, LIMITED);
    await expect.poll(() => told, { timeout: 30_000 }).toContain(id);
    const state = () => readRunState(client, id, new AbortController().signal);
    // Docker tells of it before it knows that the container has ended.
    await expect.poll(async () => (await state()).running).toBe(runsOn);
  });

  it('is not taken for one that was killed by hand', async () => {
    const engine = await windowEngine(bedEndpoint);
    const memory = createMemoryWatch(engine, () => {});
    onTestFinished(() => {
      memory.dispose();
      engine.dispose();
    });
    const told: string[] = [];
    memory.onDidRunOut(({ id }) => told.push(id));
    const killed = await run(IDLE, LIMITED);
    await killContainer(client, killed);
    const greedy = await run(`exec sh -c '${GREEDY}'`, LIMITED);
    await expect.poll(() => told, { timeout: 30_000 }).toContain(greedy);
    expect(told).not.toContain(killed);
  });
});
