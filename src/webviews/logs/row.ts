import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { guard } from 'lit/directives/guard.js';
import { styledParts } from '../../util/sgr.ts';
import { formatBytes, oneLine } from '../../util/format.ts';
import type { TextLink } from '../../util/textLinks.ts';
import { manyLines } from '../common/text.ts';
import type { LogRow, LogSourceHead, LogTimes } from '../protocol/logs.ts';
import { content, piecesOf } from './content.ts';
import type { OpenLink } from './content.ts';
import { fieldsOf, summaryOf } from './fields.ts';
import type { Field, Summary } from './fields.ts';
import { icon } from './icons.ts';
import { timeText } from './times.ts';

/** Containers have so many colours; then they begin again. */
export const COLOURS = 8;

/** Characters of a line that a screen reader says at most, and of an unfolded one. */
const MOST_SPOKEN = 500;
const MOST_SPOKEN_WHOLE = 2000;

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
    aria-label=${guard([row, name, time, names, isOpen, all], () => spoken(row, name, time, names, isOpen, all))}
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
function summaryIn(row: LogRow, isOpen: boolean): Summary | undefined {
  const isShort = row.json && !row.more && !isOpen && !row.hits;
  return isShort ? summaryOf(fieldsOf(row.text)) : undefined;
}

/** The first link of a line as it is shown, folded or not. */
export function firstLink(row: LogRow, isOpen: boolean): TextLink | undefined {
  const summary = summaryIn(row, isOpen);
  const text = summary ? oneLine(summary.message) : row.text;
  return piecesOf({ text }).find(({ link }) => link)?.link;
}

function shortText(row: LogRow, isOpen: boolean, open: OpenLink): TemplateResult {
  const summary = summaryIn(row, isOpen);
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
  const plain = withoutColours(text);
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

function withoutColours(text: string): string {
  return styledParts(text)
    .map((part) => part.text)
    .join('');
}

/** What a screen reader says of a line. @param all what is unfolded of it */
function spoken(
  row: LogRow,
  name: string,
  time: string,
  names: boolean,
  isOpen: boolean,
  all: string | undefined,
): string {
  const before = [
    ...(row.mark ? ['Note'] : row.level ? [row.level] : []),
    ...(row.stderr ? ['stderr'] : []),
    ...(names && name ? [name] : []),
    ...(time ? [time] : []),
  ].join(', ');
  const text =
    all === undefined ? withoutColours(row.text).slice(0, MOST_SPOKEN) : spokenWhole(row, all);
  const fold = row.json || row.more ? (isOpen ? ', unfolded' : ', folded') : '';
  return `${before ? `${before}: ` : ''}${text}${fold}`;
}

/** What stands below an unfolded line, for its row's label hides that from screen readers. */
function spokenWhole(row: LogRow, text: string): string {
  const plain = withoutColours(text);
  const fields = row.json ? fieldsOf(plain) : [];
  const said = fields.map(({ name, value }) => `${oneLine(name)}: ${oneLine(value)}`).join('; ');
  return (said || plain).slice(0, MOST_SPOKEN_WHOLE);
}
