import { SPAN_SECONDS } from '../protocol/stats.ts';
import type { ChartId, StatsColumn, StatsPlot } from '../protocol/stats.ts';

/** What the charts show: seconds, and a value of each line for each. */
export interface PlotData {
  readonly seconds: readonly number[];
  readonly charts: Readonly<Record<ChartId, readonly Omit<StatsColumn, 'chart'>[]>>;
  readonly limit: number | undefined;
}

/** The last fifteen minutes after something was told; undefined while nothing that fits was. */
export function withPlot(before: PlotData | undefined, plot: StatsPlot): PlotData | undefined {
  const { from, whole, columns, limit } = plot;
  if (!whole && !before) return undefined;
  const begin = before?.seconds[0] ?? from;
  const kept = whole ? 0 : Math.max(Math.min(from - begin, before?.seconds.length ?? 0), 0);
  const length = kept + (columns[0]?.values.length ?? 0);
  const start = whole ? from : begin;
  const cut = Math.max(length - SPAN_SECONDS, 0);
  const lines = (chart: ChartId) =>
    columns
      .filter((column) => column.chart === chart)
      .map(({ name, values }, n) => {
        const earlier = whole ? [] : (before?.charts[chart][n]?.values.slice(0, kept) ?? []);
        return { name, values: [...earlier, ...values].slice(cut) };
      });
  return {
    limit,
    seconds: Array.from({ length: length - cut }, (_, n) => start + cut + n),
    charts: {
      cpu: lines('cpu'),
      memory: lines('memory'),
      network: lines('network'),
      blocks: lines('blocks'),
    },
  };
}

/** At least so many seconds are shown, as soon as anything is. */
const SHORTEST = 60;

/** The first second that is worth its room: what was before is as empty in all charts. */
export function beginOf({ seconds, charts }: PlotData): number {
  const columns = Object.values(charts).flat();
  const known = seconds.findIndex((_, n) => columns.some(({ values }) => values[n] != null));
  const latest = Math.max(seconds.length - SHORTEST, 0);
  return seconds[known < 0 ? latest : Math.min(known, latest)] ?? 0;
}

/**
 * The limit is drawn where memory comes near it: above a line at the bottom it would say little, and make all of it flat.
 */
export function drawnLimit({ charts, limit }: PlotData): number | undefined {
  if (limit === undefined) return undefined;
  const most = Math.max(0, ...(charts.memory[0]?.values ?? []).map((value) => value ?? 0));
  return most > limit / 2 ? limit : undefined;
}
