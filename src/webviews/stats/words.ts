import { formatBytes, oneLine } from '../../util/format.ts';
import type { ChartId, ColumnId, StatsChosen, StatsRow } from '../protocol/stats.ts';

/** What stands where nothing is known. */
export const UNKNOWN = '–';

/** Percent of a core: `0.3%`, `187.2%`. */
export const percentText = (percent: number | undefined): string =>
  percent === undefined ? UNKNOWN : `${percent.toFixed(1)}%`;

export const bytesText = (bytes: number | undefined): string =>
  bytes === undefined ? UNKNOWN : formatBytes(Math.round(bytes));

export const rateText = (bytes: number | undefined): string =>
  bytes === undefined ? UNKNOWN : `${formatBytes(Math.round(bytes))}/s`;

/** A value of a chart. */
export function valueText(chart: ChartId, value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (chart === 'cpu') return percentText(value);
  return chart === 'memory' ? bytesText(value) : rateText(value);
}

export const TITLES: Readonly<Record<ColumnId, string>> = {
  name: 'Name',
  cpu: 'CPU',
  memory: 'Memory',
  network: 'Network',
  blocks: 'Block I/O',
  pids: 'PIDs',
  restarts: 'Restarts',
  health: 'Health',
};

/** What a heading says more of its column. */
export const HINTS: Readonly<Partial<Record<ColumnId, string>>> = {
  cpu: 'Percent of one core',
  memory: 'In use, of its limit or of what the machine has',
  network: 'Received and sent, a second',
  blocks: 'Read and written, a second',
  restarts: 'By the engine, since it was started by somebody',
};

export const CHART_TITLES: Readonly<Record<ChartId, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  network: 'Network',
  blocks: 'Block I/O',
};

export function chosenTitle(chosen: StatsChosen): string {
  if (chosen.kind === 'all') return 'All containers';
  return oneLine(chosen.name);
}

/** Health, or the state where that is not simply running. */
export function healthText({ state, health }: StatsRow): string {
  if (state !== 'running') return state;
  return health === 'none' ? '' : health;
}

/** How much of the limit is in use, from 0 to 1; undefined where that isn't known. */
export function partOf({ memory, limit }: StatsRow): number | undefined {
  return memory === undefined || limit === undefined ? undefined : Math.min(memory / limit, 1);
}

/** A chart in words: `CPU of api: 12.0% now, 99.1% at the most in 15 minutes`. */
export function chartSpoken(
  chart: ChartId,
  of: string,
  columns: readonly { readonly name: string; readonly values: readonly (number | null)[] }[],
): string {
  const parts = columns.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    const most = known.reduce((most, value) => Math.max(most, value), 0);
    const now = `${valueText(chart, values.at(-1))} now, ${valueText(chart, known.length ? most : null)} at the most`;
    return columns.length > 1 ? `${oneLine(name)} ${now}` : now;
  });
  return `${CHART_TITLES[chart]} of ${of}, last 15 minutes: ${parts.join('; ')}`;
}
