import { join } from 'node:path';
import { openProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { counted } from './report.ts';
import type { BenchRow } from './report.ts';
import { inHost, withServer } from './stage.ts';
import type { Stage } from './stage.ts';

/** What the code of an extension has started. */
interface Started {
  readonly timers: number;
  readonly processes: number;
}

/** What bench/host/idle.test.ts writes. */
interface Watched {
  /** Milliseconds since the epoch between which nothing happened. */
  readonly from: number;
  readonly until: number;
  /** What Stevedore had started by `from`, and by `until`. */
  readonly opening: Started;
  readonly all: Started;
  /** Where each timer was started that still stood at the end. */
  readonly standing: readonly string[];
}

/** What goes on while the tree is on show and nothing happens, beside `count` containers. */
export async function idle(stage: Stage, count: number): Promise<BenchRow[]> {
  await stage.containers.fill(count);
  const path = join(stage.dir, 'idle.sock');
  const proxy = await openProxy(stage.socket, path);
  try {
    const watched = await withServer(
      stage,
      stage.stevedore,
      (server) => inHost<Watched>(stage, server, 'idle.test.ts', stage.stevedore.id),
      { testDriver: true, engine: `unix://${path}` },
    );
    return rowsOf(watched, proxy.sent);
  } finally {
    await proxy.close();
  }
}

function rowsOf(watched: Watched, sent: Proxy['sent']): BenchRow[] {
  const { from, until, opening, all, standing } = watched;
  if (!sent.some(({ line }) => line.includes('/events')))
    throw new Error('Stevedore never followed the engine, so its rest proves nothing');
  const requests = sent.filter(({ at }) => at >= from && at <= until);
  for (const { line } of requests) console.error(`request: ${line}`);
  for (const stack of standing) console.error(`timer: ${stack}`);
  const rest = `${Math.round((until - from) / 1000)} s at rest, tree on show:`;
  const before = sent.filter(({ at }) => at < from).length;
  const timers = all.timers - opening.timers + standing.length;
  return [
    counted(
      `${rest} requests to the engine (${before} to open it)`,
      requests.length,
      0,
      'requests',
    ),
    counted(
      `${rest} timers started by Stevedore's code (${opening.timers} to open it), or left standing`,
      timers,
      0,
      'timers',
    ),
    counted(
      `child processes started by Stevedore's code, from the opening of the tree on`,
      all.processes,
      0,
      'processes',
    ),
  ];
}
