/** One line of a benchmark's result. Times are medians in milliseconds; null where the row measures no time or has no peer. */
export interface BenchRow {
  /** What exactly was measured. */
  readonly work: string;
  /** What it was compared with; empty when there is nothing here to compare with. */
  readonly peer: string;
  readonly peerMs: number | null;
  readonly oursMs: number | null;
  /** peerMs / oursMs. */
  readonly ratio: number | null;
  readonly goal: string;
  readonly ok: boolean;
  /** What was found where it is not a time, or what a median hides: the spread, the rounds. */
  readonly found: string;
}

export interface BenchResult {
  readonly name: string;
  readonly rows: readonly BenchRow[];
}

/** The middle of `values`, or the mean of the two in the middle. Throws RangeError when there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  if (low === undefined || high === undefined) throw new RangeError('the median of nothing');
  return (low + high) / 2;
}

/**
 * Makes the row of a work that takes time.
 * @param times milliseconds of each round: ours, and the peer's where there is one
 */
export function timed(options: {
  readonly work: string;
  readonly ours: readonly number[];
  readonly goalMs: number;
  readonly peer?: { readonly name: string; readonly times: readonly number[] };
}): BenchRow {
  const { work, ours, goalMs, peer } = options;
  const oursMs = median(ours);
  const peerMs = peer ? median(peer.times) : null;
  return {
    work,
    peer: peer?.name ?? '',
    peerMs: peerMs === null ? null : round(peerMs),
    oursMs: round(oursMs),
    ratio: peerMs === null ? null : Math.round((peerMs / oursMs) * 100) / 100,
    goal: `≤ ${goalMs} ms`,
    ok: oursMs <= goalMs,
    found: spread(ours) + (peer ? `; peer ${spread(peer.times)}` : ''),
  };
}

/**
 * Makes the row of a work whose goal is a share of what the peer takes.
 * @param most our time may be at the most so many times the peer's
 */
export function measured(options: {
  readonly work: string;
  readonly ours: readonly number[];
  readonly peer: { readonly name: string; readonly times: readonly number[] };
  readonly most: number;
}): BenchRow {
  const { most, ...rest } = options;
  return {
    ...timed({ ...rest, goalMs: median(rest.peer.times) * most }),
    goal: `≤ ${most} of the peer's`,
  };
}

/** Makes the row of something that is counted. */
export function counted(work: string, count: number, most: number, unit: string): BenchRow {
  return {
    work,
    peer: '',
    peerMs: null,
    oursMs: null,
    ratio: null,
    goal: `${most === 0 ? '' : '≤ '}${most.toLocaleString('en')} ${unit}`,
    ok: count <= most,
    found: `${count.toLocaleString('en')} ${unit}`,
  };
}

/** The result as Markdown, as docs/benchmarks.md shows it. */
export function toMarkdown({ rows }: BenchResult): string {
  const ms = (value: number | null): string => (value === null ? '' : `${value} ms`);
  return [
    '| Work | Peer | Peer | Stevedore | Ratio | Goal | | Rounds |',
    '|---|---|--:|--:|--:|--:|---|---|',
    ...rows.map((row) =>
      [
        '',
        row.work,
        row.peer,
        ms(row.peerMs),
        row.oursMs === null ? row.found : ms(row.oursMs),
        row.ratio === null ? '' : `${row.ratio}×`,
        row.goal,
        row.ok ? 'met' : '**missed**',
        row.oursMs === null ? '' : row.found,
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
}

function spread(times: readonly number[]): string {
  return `${times.length} rounds, ${round(Math.min(...times))}–${round(Math.max(...times))} ms`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
