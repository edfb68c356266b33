import type { Container } from '../engine/model.ts';
import type { Track } from '../engine/stats/history.ts';
import type { StatsWatch } from '../engine/stats/watch.ts';
import type { ChartId, StatsChosen, StatsColumn, StatsRow } from '../webviews/protocol/stats.ts';

/** A project with more containers than this has one line for all of them. */
const MOST_LINES = 8;

/** What of the watch the model needs. */
type Known = Pick<StatsWatch, 'figures' | 'history' | 'restarts' | 'failure'>;

/** What is the matter with containers, and of which nobody wants to hear that. */
export interface RowAlerts {
  of(id: string): readonly string[];
  isMuted(name: string): boolean;
}

/** The containers that the table shows: those that run, are frozen, or are about to be started again. */
export function shownContainers(containers: readonly Container[]): Container[] {
  return containers.filter(({ state }) => isShown(state));
}

const isShown = (state: Container['state']): state is StatsRow['state'] =>
  state === 'running' || state === 'paused' || state === 'restarting';

/** A container as the table shows it. */
export function statsRow(container: Container, known: Known, alerts: RowAlerts): StatsRow {
  const { id, name, project, state, health } = container;
  const figures = known.figures(id);
  const restarts = known.restarts(id);
  const problem = known.failure(id);
  return {
    id,
    name,
    ...(project !== undefined && { project }),
    state: isShown(state) ? state : 'restarting',
    health,
    ...(restarts !== undefined && { restarts }),
    ...(figures && {
      ...(figures.cpu !== undefined && { cpu: figures.cpu }),
      memory: figures.memory,
      ...(figures.limit !== undefined && { limit: figures.limit }),
      ...(figures.rates && { rates: figures.rates }),
      totals: figures.totals,
      ...(figures.pids !== undefined && { pids: figures.pids }),
    }),
    alerts: alerts.of(id),
    ...(alerts.isMuted(name) && { muted: true }),
    ...(problem !== undefined && { problem }),
  };
}

/** The containers that are meant by what was chosen, by name. */
export function members(chosen: StatsChosen, containers: readonly Container[]): Container[] {
  const meant =
    chosen.kind === 'all'
      ? shownContainers(containers)
      : chosen.kind === 'project'
        ? containers.filter(({ project }) => project === chosen.name)
        : containers.filter(({ id }) => id === chosen.id);
  return [...meant].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is drawn of a single container, and what of several together. */
const LINES: readonly { chart: ChartId; name: string; track: Track }[] = [
  { chart: 'cpu', name: 'CPU', track: 'cpu' },
  { chart: 'memory', name: 'Memory', track: 'memory' },
  { chart: 'network', name: 'Received', track: 'received' },
  { chart: 'network', name: 'Sent', track: 'sent' },
  { chart: 'blocks', name: 'Read', track: 'read' },
  { chart: 'blocks', name: 'Written', track: 'written' },
];

/**
 * The lines of the charts from one second to another, both included. A few containers have a line each for CPU and memory;
 * what flows is put together.
 */
export function columnsOf(
  chosen: StatsChosen,
  of: readonly { readonly id: string; readonly name: string }[],
  known: Known,
  from: number,
  to: number,
): StatsColumn[] {
  const values = (id: string, track: Track) => known.history(id)?.values(track, from, to);
  const each = chosen.kind !== 'container' && of.length > 1 && of.length <= MOST_LINES;
  const length = to - from + 1;
  return LINES.flatMap(({ chart, name, track }): StatsColumn[] => {
    if (each && (chart === 'cpu' || chart === 'memory'))
      return of.map(({ id, name }) => ({
        chart,
        name,
        values: plain(values(id, track) ?? new Float32Array(length).fill(Number.NaN)),
      }));
    const all = of.map(({ id }) => values(id, track));
    return [{ chart, name, values: plain(sumOf(all, length)) }];
  });
}

/** Sums up what is known; NaN for a second of which nothing is. */
function sumOf(all: readonly (Float32Array | undefined)[], length: number): Float32Array {
  const sum = new Float32Array(length).fill(Number.NaN);
  for (const values of all)
    values?.forEach((value, n) => {
      if (Number.isNaN(value)) return;
      const before = sum[n] ?? Number.NaN;
      sum[n] = Number.isNaN(before) ? value : before + value;
    });
  return sum;
}

/** Rounded, for a third digit behind the point is nothing that anybody sees, and each message is text on its way. */
const plain = (values: Float32Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : Math.round(value * 100) / 100));
