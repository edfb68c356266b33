import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { guard } from 'lit/directives/guard.js';
import { styledParts } from '../../util/sgr.ts';
import { formatBytes, oneLine } from '../../util/format.ts';
import { manyLines } from '../common/text.ts';
import type { LogRow, LogSourceHead, LogTimes } from '../protocol/logs.ts';
import { content } from './content.ts';
import type { OpenLink } from './content.ts';
import { fieldsOf, summaryOf } from './fields.ts';
import type { Field } from './fields.ts';
import { icon } from './icons.ts';
import { timeText } from './times.ts';

/** Containers have so many colours; then they begin again. */
export const COLOURS = 8;

/** What rows are drawn with, the same for all. */
export interface RowFrame {
  readonly sources: readonly LogSourceHead[];
  readonly names: boolean;
  readonly times: LogTimes;
  /** The time that relative times count from. */
  readonly now: number;
  readonly first: number;
  readonly end: number;
  readonly current: number | undefined;
  readonly selected: (place: number) => boolean;
  readonly unfolded: ReadonlySet<number>;
  /** All of a line whose row has only its beginning. */
  readonly whole: (id: number) => string | undefined;
  readonly toggle: (row: LogRow) => void;
  readonly open: OpenLink;
}

const LETTERS = { trace: 'T', debug: 'D', info: 'I', warn: 'W', error: 'E', fatal: 'F' } as const;

/** One line, or the room for one that has not come yet. */
export function rowOf(place: number, row: LogRow | undefined, frame: RowFrame): TemplateResult {
  if (!row) return html`<div class="row" data-place=${place} aria-hidden="true">&nbsp;</div>`;
  const { sources, names, times, now, current, selected, unfolded, first, end } = frame;
  const { id, source, level, mark, stderr, cut = 0 } = row;
  const name = oneLine(sources[source]?.name ?? '');
  const time = timeText(row.at, times, now);
  const isSelected = selected(place);
  const isOpen = unfolded.has(id);
  const isLong = row.json === true || row.more === true;
  const classes = [
    'row',
    ...(level ? [level] : []),
    ...(stderr ? ['stderr'] : []),
    ...(mark ? ['mark', mark] : []),
    ...(place === current ? ['current'] : []),
    ...(isSelected ? ['selected'] : []),
    ...(isOpen ? ['open'] : []),
  ].join(' ');
  const all = isOpen ? (row.more ? frame.whole(id) : row.text) : undefined;
  return html`<div
    id="row-${id}"
    class=${classes}
    data-place=${place}
    role="option"
    aria-selected=${String(isSelected)}
    aria-posinset=${place - first + 1}
    aria-setsize=${end - first}
    aria-label=${spoken(row, name, time, names, isOpen)}
  >
    <div class="line">
      ${time ? html`<span class="time" title=${row.at ? new Date(row.at).toISOString() : nothing}>${time}</span>` : nothing}
      ${names ? html`<span class="name c${source % COLOURS}" title=${name}>${name}</span>` : nothing}
      <span class="kind" title=${[level, stderr && 'stderr'].filter(Boolean).join(', ') || nothing}
        >${mark ? '●' : level ? LETTERS[level] : ''}</span
      >${
        isLong
          ? html`<button
              class="fold icon-button"
              tabindex="-1"
              aria-hidden="true"
              title=${isOpen ? 'Fold (←)' : 'Unfold (→)'}
              @click=${(event: Event) => {
                event.stopPropagation();
                frame.toggle(row);
              }}
            >
              ${icon(isOpen ? 'unfolded' : 'folded')}
            </button>`
          : html`<span class="fold"></span>`
      }<span class="text"
        >${guard([row, isOpen, frame.open], () => shortText(row, isOpen, frame.open))}${
          row.more || cut > 0 ? html`<span class="note">${lengthNote(row)}</span>` : nothing
        }</span
      >
    </div>
    ${isOpen ? guard([row, all], () => unfoldedText(row, all)) : nothing}
  </div>`;
}

/** A folded JSON line is its message with the other fields dim behind it; where something is searched for, it stays as it is. */
function shortText(row: LogRow, isOpen: boolean, open: OpenLink): TemplateResult {
  const summary =
    row.json && !row.more && !isOpen && !row.hits ? summaryOf(fieldsOf(row.text)) : undefined;
  if (!summary) return content(row, open);
  const message = content({ ...row, text: oneLine(summary.message) }, open);
  const beside = summary.rest.map((field) => besideOf(field));
  return html`${message}${beside}`;
}

function besideOf({ name, value }: Field): TemplateResult {
  const key = html`<span class="key">${oneLine(name)}=</span>`;
  return html` <span class="field">${key}${oneLine(value.slice(0, 300))}</span>`;
}

function lengthNote({ more, cut = 0 }: LogRow): string {
  if (cut > 0) return ` … and ${formatBytes(cut)} more that are not kept`;
  return more ? ' …' : '';
}

/** A JSON line as a table of its fields; another long one as all that is kept of it. */
function unfoldedText(row: LogRow, text: string | undefined): TemplateResult {
  if (text === undefined) return html`<div class="whole">…</div>`;
  const plain = styledParts(text)
    .map((part) => part.text)
    .join('');
  const fields = row.json ? fieldsOf(plain) : [];
  if (fields.length === 0) return html`<div class="whole">${plain}</div>`;
  return html`<table class="fields">
    ${fields.map(
      ({ name, value }) =>
        html`<tr>
          <th scope="row">${oneLine(name)}</th>
          <td>${manyLines(value)}</td>
        </tr>`,
    )}
  </table>`;
}

/** What a screen reader says of a line. */
function spoken(row: LogRow, name: string, time: string, names: boolean, isOpen: boolean): string {
  const plain = styledParts(row.text)
    .map((part) => part.text)
    .join('')
    .slice(0, 500);
  const before = [
    ...(row.mark ? ['Note'] : row.level ? [row.level] : []),
    ...(row.stderr ? ['stderr'] : []),
    ...(names && name ? [name] : []),
    ...(time ? [time] : []),
  ].join(', ');
  const fold = row.json || row.more ? (isOpen ? ', unfolded' : ', folded') : '';
  return `${before ? `${before}: ` : ''}${plain}${fold}`;
}
