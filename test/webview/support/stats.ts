import { PassThrough } from 'node:stream';
import type { Client } from '../../../src/engine/client.ts';
import type { Container } from '../../../src/engine/model.ts';
import { createStatsWatch } from '../../../src/engine/stats/watch.ts';
import { createStatsPanel } from '../../../src/panels/statsPanel.ts';
import type { StatsParts } from '../../../src/panels/statsPanel.ts';
import { createEmitter } from '../../../src/util/emitter.ts';
import { ALL, readFromStats } from '../../../src/webviews/protocol/stats.ts';
import type { FromStats, StatsChosen, ToStats } from '../../../src/webviews/protocol/stats.ts';
import { joined } from './joined.ts';
import type { PanelPage } from './page.ts';

const MB = 1_000_000;

/** What a test has a container use, a second. Bytes; CPU in percent of a core. */
export interface Use {
  readonly cpu?: number;
  readonly memory?: number;
  readonly limit?: number;
  readonly received?: number;
  readonly sent?: number;
  readonly read?: number;
  readonly written?: number;
  readonly pids?: number;
}

interface Made {
  item: Container;
  stream: PassThrough | undefined;
  totals: { -readonly [K in keyof Required<Use>]: number };
  restarts: number;
}

/** An engine whose containers use what a test has them use; all between its answers and the page is real. */
export function usingEngine() {
  const containers = new Map<string, Made>();
  const [changed, items] = [createEmitter<void>(), createEmitter<never>()];
  let state: object = { name: 'connecting' };
  let at = Date.UTC(2026, 10, 28, 15, 0, 0);
  const client = {
    endpoint: { url: 'unix:///test' },
    engine: { name: 'Docker Engine', podman: undefined },
    async request({ path, signal }: { path: string; signal?: AbortSignal }) {
      const made = containers.get(/^\/containers\/([^/?]+)/.exec(path)?.[1] ?? '');
      if (!made) throw new Error(`nobody is asked for ${path}`);
      if (path.includes('/top')) return PROCESSES;
      if (!path.includes('/stats')) return { RestartCount: made.restarts };
      const stream = new PassThrough();
      made.stream = stream;
      const end = () => {
        stream.end();
        if (made.stream === stream) made.stream = undefined;
      };
      signal?.addEventListener('abort', end);
      return stream;
    },
  } as unknown as Client;
  const fire = (change: object) =>
    items.fire({ kind: 'container', added: [], changed: [], removed: [], ...change } as never);
  const engine = {
    client: async () => client,
    start() {
      state = { name: 'connected', client };
      changed.fire();
    },
    get state() {
      return state;
    },
    endpoint: undefined,
    store: {
      list: () => [...containers.values()].map(({ item }) => item),
      get: (_: string, id: string) => containers.get(id)?.item,
      loaded: () => true,
      load: async () => {},
    },
    onDidChange: changed.event,
    onDidChangeItems: items.event,
  } as unknown as StatsParts['engine'];

  function sample({ totals }: Made, use: Use): string {
    totals.cpu += (use.cpu ?? 0) * 1e7;
    for (const way of ['received', 'sent', 'read', 'written'] as const)
      totals[way] += use[way] ?? 0;
    const io = (op: string, value: number) => ({ op, value });
    return `${JSON.stringify({
      read: new Date(at).toISOString(),
      cpu_stats: {
        cpu_usage: { total_usage: totals.cpu },
        system_cpu_usage: at * 4e6,
        online_cpus: 4,
      },
      memory_stats: { usage: use.memory ?? 10 * MB, limit: use.limit ?? 8000 * MB },
      networks: { eth0: { rx_bytes: totals.received, tx_bytes: totals.sent } },
      blkio_stats: {
        io_service_bytes_recursive: [io('Read', totals.read), io('Write', totals.written)],
      },
      pids_stats: { current: use.pids ?? 1 },
    })}\n`;
  }

  return {
    engine,
    /** Adds a container that runs. */
    add(name: string, more: Partial<Container> = {}, restarts = 0) {
      const item = { id: name, name, state: 'running', health: 'none', ...more } as Container;
      const totals = {
        cpu: 0,
        memory: 0,
        limit: 0,
        received: 0,
        sent: 0,
        read: 0,
        written: 0,
        pids: 0,
      };
      containers.set(item.id, { item, stream: undefined, totals, restarts });
      fire({ added: [item] });
    },
    /** Something about a container becomes otherwise. */
    change(id: string, more: Partial<Container>) {
      const made = containers.get(id);
      if (!made) throw new Error(`there is no ${id}`);
      made.item = { ...made.item, ...more };
      fire({ changed: [made.item] });
    },
    remove(id: string) {
      const item = containers.get(id)?.item;
      containers.delete(id);
      fire({ removed: [item] });
    },
    /** A second goes by, in which containers use something; of those that aren't named nothing is told. */
    second(uses: Readonly<Record<string, Use>>) {
      at += 1000;
      for (const [id, use] of Object.entries(uses)) {
        const made = containers.get(id);
        if (made) made.stream?.write(sample(made, use));
      }
    },
    /** Which containers are read. */
    reading: () => [...containers].filter(([, { stream }]) => stream).map(([id]) => id),
    lose(error: Error) {
      state = { name: 'unreachable', error, retryAt: Infinity };
      changed.fire();
    },
    back() {
      state = { name: 'connected', client };
      changed.fire();
    },
  };
}

const PROCESSES = {
  Titles: ['PID', 'USER', '%CPU', 'RSS', 'TIME', 'COMMAND'],
  Processes: [
    ['4711', 'root', '0.3', '1580', '00:00:00', 'sh -c serve'],
    ['4712', 'www-data', '41.5', '80412', '00:12:09', 'serve --workers 4 <b>hostile</b>'],
  ],
};

/** The extension's side of the panel, joined to a page. */
export function statsViewer(
  engine: StatsParts['engine'],
  first: PanelPage,
  chosen: StatsChosen = ALL,
) {
  const deeds: string[] = [];
  const muted = new Set<string>();
  const alerting = new Map<string, readonly string[]>();
  const changed = createEmitter<void>();
  const own = joined<ToStats, FromStats>(first, readFromStats);
  const alerts: StatsParts['alerts'] = {
    of: (id) => alerting.get(id) ?? [],
    isMuted: (name) => muted.has(name),
    async mute(names, isMute) {
      for (const name of names)
        if (isMute) muted.add(name);
        else muted.delete(name);
      changed.fire();
    },
    onDidChange: changed.event,
  };
  const parts: StatsParts = {
    engine,
    watch: createStatsWatch(engine, (line) => own.errors.push(line)),
    report: (error) => own.errors.push(String(error)),
    runOn: async (command, { name }) => void deeds.push(`${command} ${name}`),
    alerts,
  };
  const panel = createStatsPanel(chosen, parts, own.make, () => {});
  return {
    ...own,
    panel,
    /** What was done. */
    deeds,
    /** Says what is the matter with a container. */
    alert(id: string, ...texts: readonly string[]) {
      alerting.set(id, texts);
      changed.fire();
    },
  };
}
