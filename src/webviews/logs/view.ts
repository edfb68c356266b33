import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import { count } from '../../util/format.ts';
import { vars } from '../common/vars.ts';
import type { Lines } from './lines.ts';
import { rowOf } from './row.ts';
import type { RowFrame } from './row.ts';
import type { Scroller } from './scroller.ts';

/** Letters of a name that the column of names makes room for. */
const WIDEST_NAME = 24;

/** What of the lines is drawn, and how. */
export interface Viewed {
  readonly from: number;
  readonly to: number;
  readonly wrap: boolean;
  readonly frame: RowFrame;
}

/** The lines in sight, the bar beside them, and how many lines wait. */
export function view(
  lines: Lines,
  scroller: Scroller,
  { from, to, wrap, frame }: Viewed,
): TemplateResult {
  const { current, sources } = frame;
  const { following, offset } = scroller.sight();
  const bar = scroller.bar();
  const places = Array.from({ length: to - from }, (_, n) => from + n);
  const currentId = current === undefined ? undefined : lines.row(current)?.id;
  const widest = Math.max(...sources.map(({ name }) => Math.min(name.length, WIDEST_NAME)), 1);
  return html`<div class="view ${wrap ? 'wrap' : ''}" .style=${vars({ widest })}>
    <div
      class="rows ${following ? 'following' : ''}"
      role="listbox"
      tabindex="0"
      aria-label="Lines of the log"
      aria-multiselectable="true"
      aria-activedescendant=${currentId === undefined ? nothing : `row-${currentId}`}
    >
      <div class="layer" .style=${vars({ offset: `${following ? 0 : -offset}px` })}>
        ${repeat(
          places,
          (at) => lines.row(at)?.id ?? `place ${at}`,
          (at) => rowOf(at, lines.row(at), frame),
        )}
      </div>
    </div>
    <div class="bar" aria-hidden="true">
      ${bar ? html`<div class="thumb" .style=${vars({ from: bar.from, size: bar.size })}></div>` : nothing}
    </div>
    ${following ? nothing : html`<button class="waiting" @click=${scroller.follow}>${waiting(scroller)}</button>`}
  </div>`;
}

function waiting(scroller: Scroller): string {
  const lines = scroller.waiting();
  return lines > 0 ? `${count(lines, 'new line')} ↓` : 'Follow ↓';
}
