import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { vars } from '../common/vars.ts';
import { brief } from '../../util/brief.ts';
import { oneLine } from '../../util/format.ts';
import type { Frame } from './frame.ts';
import { icon } from './icons.ts';
import { spanOf } from './lanes.ts';
import type { Row } from './lanes.ts';
import { pathThrough } from './path.ts';
import type { Stop } from './path.ts';
import { barOf } from './scale.ts';
import type { Bar } from './scale.ts';
import { figure, keyword, laneFigure, spoken } from './words.ts';

type RowOf<Kind extends Row['kind']> = Extract<Row, { kind: Kind }>;

/** Heights in pixels, for a text of 13: the style sheet takes them from here. */
export const HEIGHTS = { axis: 24, lane: 28, step: 24, narrowStep: 42 } as const;

/** Longer names are cut before they are drawn: no line is this wide. */
const NAME_LENGTH = 400;

/** The rows, one beneath the other, with the axis above them and the critical path between their bars. */
export function chart(frame: Frame): TemplateResult {
  const { rows, nameWidth, narrow, now, begin, pixelsPerMs, width } = frame;
  const style = {
    width: `${width}px`,
    name: `${nameWidth}px`,
    scale: `${pixelsPerMs}px`,
    now: now - begin,
    axis: `${HEIGHTS.axis}px`,
    lane: `${HEIGHTS.lane}px`,
    step: `${narrow ? HEIGHTS.narrowStep : HEIGHTS.step}px`,
  };
  return html`<div
    class="canvas ${narrow ? 'narrow' : ''}"
    role="treegrid"
    aria-label="Steps of the build"
    aria-rowcount=${rows.length}
    .style=${vars(style)}
  >
    <div class="axis" aria-hidden="true">
      ${narrow ? nothing : html`<div class="corner">Step</div>`}
      ${frame.ticks.map(
        ({ at, label }) => html`<span class="tick" .style=${vars({ at })}>${label}</span>`,
      )}
    </div>
    <div class="grid" aria-hidden="true">
      ${frame.ticks.map(({ at }) => html`<i .style=${vars({ at })}></i>`)}
    </div>
    ${
      // Where names stand above their bars, it would go through them.
      narrow
        ? nothing
        : html`<svg class="path" aria-hidden="true"><path d=${pathThrough(stops(frame))} /></svg>`
    }
    ${repeat(
      rows,
      ({ key }) => key,
      (row, index) => (row.kind === 'lane' ? lane(frame, row, index) : step(frame, row, index)),
    )}
  </div>`;
}

/** Pixels from the top of the chart to the middle of a row's bar, of every row. */
function middles(frame: Frame): number[] {
  let top: number = HEIGHTS.axis;
  return frame.rows.map(({ kind }) => {
    const height = HEIGHTS[kind];
    top += height;
    return top - height / 2;
  });
}

function stops(frame: Frame): Stop[] {
  const { rows, begin, pixelsPerMs, nameWidth, now } = frame;
  const heights = middles(frame);
  const shown = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    if (row.kind === 'step') shown.set(row.step.id, index);
    else if (row.folded) for (const { id } of row.lane.steps) shown.set(id, index);
  }
  const byId = new Map(frame.model.steps.map((step) => [step.id, step]));
  return frame.model.head.critical.flatMap((id) => {
    const index = shown.get(id);
    const step = byId.get(id);
    const bar = step && barOf(step, begin);
    if (index === undefined || bar === undefined) return [];
    const { from, to = now - begin } = bar;
    const x = (ms: number) => nameWidth + ms * pixelsPerMs;
    return { from: x(from), to: x(to), y: heights[index] ?? 0 };
  });
}

function lane(frame: Frame, row: RowOf<'lane'>, index: number): unknown {
  const { begin, current } = frame;
  const { lane: own, folded } = row;
  const span = spanOf(own);
  const bar: Bar | undefined = span && {
    from: span.from - begin,
    ...(span.to !== undefined && { to: span.to - begin }),
  };
  const numbers = laneFigure(own);
  const from = bar?.from;
  const to = bar?.to;
  return guard([own.name, numbers, folded, index, index === current, from, to], () => {
    const name = oneLine(own.name);
    return html`<div
      class="row lane"
      role="row"
      id="row-${index}"
      data-index=${index}
      aria-rowindex=${index + 1}
      aria-level="1"
      aria-expanded=${folded ? 'false' : 'true'}
      aria-label="${name}, ${numbers}"
      tabindex=${index === current ? 0 : -1}
    >
      <div class="label" role="rowheader">
        ${icon(folded ? 'folded' : 'unfolded')}
        <span class="name">${name}</span>
        <span class="figure">${numbers}</span>
      </div>
      <div class="plot" role="gridcell">${bar ? barShape('span', bar) : nothing}</div>
    </div>`;
  });
}

function step(frame: Frame, row: RowOf<'step'>, index: number): unknown {
  const { begin, current, critical } = frame;
  const own = row.step;
  const { state } = own;
  const isCritical = critical.has(own.id);
  const time = figure(own, frame);
  const laneName = row.lane.name;
  const { place } = row;
  const size = row.lane.steps.length;
  // A name that changes with the clock would be said again and again to who is at it.
  const { heardAt } = frame;
  const heard = index === current && heardAt !== undefined ? { ...frame, now: heardAt } : frame;
  const known = [own, laneName, place, size, index, index === current, isCritical, time, begin];
  return guard(known, () => {
    const text = oneLine(own.instruction.slice(0, NAME_LENGTH));
    const [word, rest] = keyword(brief(text));
    const bar = barOf(own, begin);
    const canOpen = own.lines !== undefined;
    return html`<div
      class="row step ${state} ${isCritical ? 'critical' : ''} ${canOpen ? 'opens' : ''}"
      role="row"
      id="row-${index}"
      data-index=${index}
      aria-rowindex=${index + 1}
      aria-level="2"
      aria-posinset=${place}
      aria-setsize=${size}
      aria-label=${spoken({ ...own, instruction: text }, row.lane, isCritical, heard)}
      tabindex=${index === current ? 0 : -1}
    >
      <div class="label" role="rowheader">
        ${icon(state)}
        <span class="name">${word ? html`<b>${word}</b>` : nothing}${rest}</span>
        <span class="figure">${time}</span>
      </div>
      <div class="plot" role="gridcell">${bar ? barShape('bar', bar) : nothing}</div>
    </div>`;
  });
}

/** A bar without an end grows with the chart's clock, without being drawn anew. */
function barShape(kind: 'bar' | 'span', { from, to }: Bar): TemplateResult {
  const ends = to === undefined ? { from } : { from, to };
  return html`<div class=${kind} .style=${vars(ends)}></div>`;
}
