import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createContainer,
  removeContainer,
  startContainer,
} from '../../../src/engine/containers.ts';
import { createStatsPanel } from '../../../src/panels/statsPanel.ts';
import { createStatsWatch } from '../../../src/engine/stats/watch.ts';
import { ALL } from '../../../src/webviews/protocol/stats.ts';
import type { lifetime } from '../../../scripts/lib/lifetime.ts';
import { counted } from '../report.ts';
import type { BenchRow } from '../report.ts';
import { benchEngine } from './engine.ts';

const CONTAINERS = 100;
/** Milliseconds that are measured, after as many in which all begins. */
const PERIOD = 20_000;
/** Clock ticks in a second, as Linux counts processor time for everybody: USER_HZ. */
const TICKS = 100;

/**
 * The CPU that the Stats panel takes of the extension's process while 100 containers run: streams, figures, history, and the
 * messages made of them as text, as VS Code sends them. Beside it, at the same time, what `docker stats` takes of its own.
 */
export async function stats(add: ReturnType<typeof lifetime>['add']): Promise<BenchRow[]> {
  const { engine, url, image } = await benchEngine(add);
  const client = await engine.client();
  await engine.store?.load('container');
  for (let n = 0; n < CONTAINERS; n++) {
    const { id } = await createContainer(client, {
      image,
      name: `stats-${n}`,
      command: ['sleep', '1000000'],
    });
    add(() => removeContainer(client, id, { force: true }));
    await startContainer(client, id);
  }
  const told = { messages: 0, characters: 0, rows: 0 };
  const watch = createStatsWatch(engine, (line) => console.error(line));
  const panel = createStatsPanel(
    ALL,
    {
      engine,
      watch,
      report: (error) => console.error(error),
      runOn: async () => {},
      alerts: {
        of: () => [],
        isMuted: () => false,
        mute: async () => {},
        onDidChange: () => ({ dispose() {} }),
      },
    },
    (events) => {
      setImmediate(() => events.onReady());
      return {
        post(message) {
          told.messages += 1;
          told.characters += JSON.stringify(message).length;
          if (message.type === 'now')
            told.rows = message.rows.filter(({ cpu }) => cpu !== undefined).length;
        },
        isLive: () => true,
        rename() {},
        reveal() {},
        dispose: () => events.onDidDispose(),
      };
    },
    () => {},
  );
  const peer = spawn('docker', ['--host', url, 'stats'], { stdio: 'ignore' });
  try {
    await sleep(PERIOD);
    if (told.rows < CONTAINERS) throw new Error(`only ${told.rows} containers were told of`);
    const before = { ours: process.cpuUsage(), peer: ticksOf(peer.pid), messages: told.messages };
    const begun = performance.now();
    await sleep(PERIOD);
    const ms = performance.now() - begun;
    const { user, system } = process.cpuUsage(before.ours);
    const ours = ((user + system) / 1000 / ms) * 100;
    const theirs = (((ticksOf(peer.pid) - before.peer) / TICKS) * 1000 * 100) / ms;
    const perSecond = ((told.messages - before.messages) / ms) * 1000;
    const row = counted(
      `stats of ${CONTAINERS} containers, table and charts: CPU of the extension, of one core`,
      Math.round(ours * 10) / 10,
      5,
      '%',
    );
    const found = `${row.found}; ${perSecond.toFixed(1)} messages a second; \`docker stats\` itself ${theirs.toFixed(1)}%`;
    return [{ ...row, peer: '`docker stats`', found }];
  } finally {
    peer.kill();
    panel.dispose();
  }
}

/** Processor time of a process so far, in ticks. */
function ticksOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
