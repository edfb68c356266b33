import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatBytes } from '../../util/format.ts';
import { vars } from '../common/vars.ts';
import type { LayerRow } from '../protocol/layers.ts';
import { icon } from './icons.ts';
import type { Rows } from './rows.ts';

/** Pixels that a row is high; the style sheet says the same. */
export const ROW = 22;

export interface TreeFrame {
  readonly rows: Rows;
  /** Places of the rows in sight. */
  readonly from: number;
  readonly to: number;
  readonly current: number;
  readonly choose: (place: number) => void;
  readonly act: (row: LayerRow) => void;
  readonly scrolled: () => void;
  readonly key: (event: KeyboardEvent) => void;
}

/** The tree: as high as all of its rows, of which those in sight are drawn. */
export function tree({
  rows,
  from,
  to,
  current,
  choose,
  act,
  scrolled,
  key,
}: TreeFrame): TemplateResult {
  const places = Array.from({ length: Math.max(to - from, 0) }, (_, n) => from + n);
  const chosen = rows.row(current);
  return html`<div
    class="tree"
    role="tree"
    tabindex="0"
    aria-label="Files"
    aria-activedescendant=${chosen ? `row-${chosen.node}` : nothing}
    @scroll=${scrolled}
    @keydown=${key}
  >
    <div class="all" role="presentation" .style=${vars({ rows: rows.total })}>
      ${repeat(
        places,
        (place) => rows.row(place)?.node ?? `place ${place}`,
        (place) => {
          const row = rows.row(place);
          if (!row) return html`<div class="row" .style=${vars({ place })}></div>`;
          return rowOf(row, place, place === current, choose, act);
        },
      )}
    </div>
  </div>`;
}

const SIGNS = { same: '', added: '+', changed: '~', deleted: '−' } as const;

function rowOf(
  row: LayerRow,
  place: number,
  isCurrent: boolean,
  choose: TreeFrame['choose'],
  act: TreeFrame['act'],
): TemplateResult {
  const { node, name, depth, kind, size, part, mark, mode, uid, gid, link, unfolded, changes } =
    row;
  return html`<div
    id="row-${node}"
    class="row ${mark} ${isCurrent ? 'current' : ''}"
    data-place=${place}
    role="treeitem"
    aria-level=${depth}
    aria-selected=${String(isCurrent)}
    aria-expanded=${unfolded === undefined ? nothing : String(unfolded)}
    aria-label=${spoken(row)}
    .style=${vars({ place, depth: Math.min(depth, 40) })}
    @click=${() => {
      choose(place);
      if (unfolded !== undefined) act(row);
    }}
    @dblclick=${() => {
      if (unfolded === undefined) act(row);
    }}
  >
    <span class="mark" title=${mark === 'same' ? nothing : mark}>${SIGNS[mark]}</span>
    <span class="size">${formatBytes(size)}</span>
    <span class="share" .style=${vars({ part })}></span>
    <span class="name" title=${link === undefined ? name : `${name} → ${link}`}>
      ${unfolded === undefined ? html`<span class="fold"></span>` : icon(unfolded ? 'unfolded' : 'folded')}
      ${icon(kind)}
      <span class="text">${name}</span>
      ${link === undefined ? nothing : html`<span class="target">→ ${link}</span>`}
      ${changes ? html`<span class="target">${changes.toLocaleString('en')} changed</span>` : nothing}
    </span>
    <span class="mode">${mode}</span>
    <span class="owner">${mode === '' ? '' : `${uid}:${gid}`}</span>
  </div>`;
}

/** What a screen reader says of a row. */
function spoken({ name, kind, size, mark, link, changes }: LayerRow): string {
  return [
    name,
    ...(kind === 'file' ? [] : [kind === 'symlink' ? `link to ${link ?? ''}` : kind]),
    formatBytes(size),
    ...(mark === 'same' ? [] : [mark]),
    ...(changes ? [`${changes} changed in it`] : []),
  ].join(', ');
}
