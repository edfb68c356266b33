import uPlot from 'uplot';
import { formatBytes } from '../../util/format.ts';
import type { ChartId } from '../protocol/stats.ts';

/** A line of a chart. */
export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface Chart {
  /** Draws lines from the second `begin` on; `limit` is a level to be seen as such. */
  show(
    seconds: readonly number[],
    lines: readonly Line[],
    limit: number | undefined,
    begin: number,
  ): void;
  /** Draws anew in other colours. */
  recolour(): void;
}

/** Variables of the lines' colours, in turn. */
export const LINE_COLOURS = [
  '--vscode-charts-blue',
  '--vscode-charts-yellow',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-red',
  '--vscode-terminal-ansiCyan',
  '--vscode-terminal-ansiMagenta',
  '--vscode-descriptionForeground',
] as const;

const HEIGHT = 132;

/**
 * A chart in `box`, as wide as that is. Its cursor moves with those of all others; `onCursor` is told where it stands, or that
 * it is gone.
 */
export function createChart(
  box: HTMLElement,
  id: ChartId,
  onCursor: (at: number | undefined) => void,
): Chart {
  let plot: uPlot | undefined;
  let key = '';
  let shown: Parameters<Chart['show']> | undefined;

  const width = () => Math.max(Math.floor(box.clientWidth), 50);
  new ResizeObserver(() => {
    if (plot && plot.width !== width()) plot.setSize({ width: width(), height: HEIGHT });
  }).observe(box);

  function make(lines: readonly Line[], limit: number | undefined): uPlot {
    plot?.destroy();
    const style = getComputedStyle(box);
    const colour = (name: string) => style.getPropertyValue(name).trim() || style.color;
    const grid = colour('--grid');
    const axis = { stroke: colour('--axis'), font: `11px ${style.fontFamily}` };
    const ticks = { stroke: grid, width: 1, size: 4 };
    const isBytes = id !== 'cpu';
    const flows = id === 'network' || id === 'blocks';
    return new uPlot(
      {
        width: width(),
        height: HEIGHT,
        pxAlign: 1,
        legend: { show: false },
        // The last time would be cut off.
        padding: [8, 28, 0, 0],
        cursor: {
          sync: { key: 'stats' },
          drag: { x: false, y: false },
          points: { size: 6 },
          y: false,
        },
        scales: {
          x: { time: true, range: (_, __, last) => [shown?.[3] ?? last, last] },
          y: { range: (_, __, most) => [0, Math.max(most || 0, isBytes ? 1000 : 1) * 1.1] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            ticks,
            size: 24,
            space: 70,
            incrs: MINUTES,
            values: clock,
          },
          {
            ...axis,
            grid: { stroke: grid, width: 1 },
            ticks: { show: false },
            size: 64,
            space: 30,
            values: (_, splits) =>
              splits.map((value) => (isBytes ? formatBytes(value) : `${round(value)}%`)),
          },
        ],
        series: [
          {},
          ...lines.map((_, n): uPlot.Series => {
            const stroke = colour(LINE_COLOURS[n % LINE_COLOURS.length] ?? '');
            return {
              stroke,
              width: 1.5,
              points: { show: false },
              // By more than their colours: the second of two is dashed.
              ...(flows && n === 1 && { dash: [5, 3] }),
              ...(lines.length === 1 && { fill: `color-mix(in srgb, ${stroke} 18%, transparent)` }),
            };
          }),
          ...(limit === undefined
            ? []
            : [{ stroke: colour('--limit'), width: 1, dash: [2, 3], points: { show: false } }]),
        ],
        hooks: {
          setCursor: [({ cursor: { idx } }) => onCursor(idx ?? undefined)],
        },
      },
      dataOf(shown),
      box,
    );
  }

  return {
    show(...given) {
      shown = given;
      const [, lines, limit] = given;
      const next = JSON.stringify([lines.length, limit !== undefined]);
      if (plot && next === key) plot.setData(dataOf(shown));
      else plot = make(lines, limit);
      key = next;
    },
    recolour() {
      if (shown) plot = make(shown[1], shown[2]);
    },
  };
}

function dataOf(shown: Parameters<Chart['show']> | undefined): uPlot.AlignedData {
  const [seconds, lines, limit] = shown ?? [[], [], undefined];
  return [
    [...seconds],
    ...lines.map(({ values }) => [...values]),
    ...(limit === undefined ? [] : [seconds.map(() => limit)]),
  ];
}

/** Times are told to the minute. */
const MINUTES = [60, 120, 300, 600];
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const clock = (_: uPlot, splits: number[]) => splits.map((second) => TIME.format(second * 1000));
const round = (value: number) => Math.round(value * 10) / 10;
