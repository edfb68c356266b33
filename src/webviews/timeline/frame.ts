import type { TimelineMemory } from '../protocol/timeline.ts';
import { lanesOf, rowsOf } from './lanes.ts';
import type { Lane, Row } from './lanes.ts';
import { beginOf, elapsedOf } from './model.ts';
import type { Model } from './model.ts';
import { axisLength, ticks } from './scale.ts';
import type { Tick } from './scale.ts';
import type { Moment } from './words.ts';

/** Below this width names stand above their bars instead of beside them. */
const NARROW = 560;

/** Room to the right of the axis's end, for the label of a mark that stands there. */
const END = 72;

/** How the chart lies in the window, in pixels. */
export interface Geometry {
  readonly narrow: boolean;
  /** Where the axis begins. */
  readonly nameWidth: number;
  /** What shows the whole axis at zoom 1. */
  readonly seenWidth: number;
  readonly plotWidth: number;
  readonly width: number;
  readonly pixelsPerMs: number;
}

/** All that one drawing of the timeline is made of. */
export interface Frame extends Geometry, Moment {
  readonly model: Model;
  readonly lanes: readonly Lane[];
  readonly rows: readonly Row[];
  /** Index of the row that Tab leads to. */
  readonly current: number;
  /** The engine's time at which the focus came to that row; undefined while it is elsewhere. */
  readonly heardAt: number | undefined;
  readonly critical: ReadonlySet<string>;
  readonly elapsed: number;
  readonly length: number;
  readonly ticks: readonly Tick[];
  readonly memory: TimelineMemory;
}

/**
 * Lays the chart out in the width that there is.
 * @param length milliseconds of the axis.
 */
export function geometry(width: number, zoom: number, length: number): Geometry {
  const narrow = width < NARROW;
  const nameWidth = narrow ? 8 : Math.round(Math.min(Math.max(width * 0.36, 220), 460));
  const seenWidth = Math.max(width - nameWidth - END, 80);
  const plotWidth = seenWidth * zoom;
  return {
    narrow,
    nameWidth,
    seenWidth,
    plotWidth,
    width: nameWidth + plotWidth + END,
    pixelsPerMs: plotWidth / length,
  };
}

/**
 * What is to be drawn.
 * @param width pixels of the chart's window.
 * @param now the engine's time, milliseconds since the epoch.
 * @param heardAt when the focus came to its row, if it is in the chart.
 */
export function frameOf(
  model: Model,
  memory: TimelineMemory,
  width: number,
  now: number,
  heardAt?: number,
): Frame {
  const begin = beginOf(model);
  const elapsed = elapsedOf(model, now);
  const length = axisLength(elapsed, model.head.state === 'running');
  const place = geometry(width, memory.zoom, length);
  const grouped = lanesOf(model.head, model.steps);
  const rows = rowsOf(grouped, new Set(memory.folded));
  const left = Math.min(memory.left, place.width);
  return {
    ...place,
    model,
    lanes: grouped,
    rows,
    current: Math.max(
      rows.findIndex(({ key }) => key === memory.row),
      0,
    ),
    heardAt,
    critical: new Set(model.head.critical),
    begin,
    now,
    isOver: model.head.state !== 'running',
    elapsed,
    length,
    ticks: ticks(
      left / place.pixelsPerMs,
      Math.min((left + place.seenWidth) / place.pixelsPerMs, length),
      place.pixelsPerMs,
    ),
    memory,
  };
}
