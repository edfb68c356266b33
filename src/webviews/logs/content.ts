import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { styledParts } from '../../util/sgr.ts';
import type { TextStyle } from '../../util/sgr.ts';
import { findLinks } from '../../util/textLinks.ts';
import type { TextLink } from '../../util/textLinks.ts';
import type { LogRow } from '../protocol/logs.ts';

/** Opens what a link in a line leads to. */
export type OpenLink = (link: TextLink, row: LogRow) => void;

interface Piece {
  readonly text: string;
  readonly style: TextStyle;
  readonly hit: boolean;
  readonly link: TextLink | undefined;
}

/** A line's text in pieces that look alike: cut at its colours, at what is searched for and at its links. */
export function piecesOf({ text, hits = [] }: Pick<LogRow, 'text' | 'hits'>): readonly Piece[] {
  const parts = styledParts(text);
  const links = findLinks(parts.map((part) => part.text).join(''));
  const pieces: Piece[] = [];
  let at = 0;
  for (const part of parts) {
    const end = at + part.text.length;
    const cuts = new Set([at, end]);
    for (const { from, to } of links)
      for (const cut of [from, to]) if (cut > at && cut < end) cuts.add(cut);
    for (const hit of hits) for (const cut of hit) if (cut > at && cut < end) cuts.add(cut);
    const sorted = [...cuts].sort((a, b) => a - b);
    for (const [n, from] of sorted.slice(0, -1).entries()) {
      const to = sorted[n + 1] ?? end;
      pieces.push({
        text: part.text.slice(from - at, to - at),
        style: part.style,
        hit: hits.some(([start, stop]) => start <= from && to <= stop),
        link: links.find((link) => link.from <= from && to <= link.to),
      });
    }
    at = end;
  }
  return pieces;
}

/** The text of a line, coloured as its program wished, marked where it is searched for, with its links. */
export function content(row: LogRow, open: OpenLink): TemplateResult {
  return html`${piecesOf(row).map(({ text, style, hit, link }) => {
    const classes = [...classesOf(style), ...(hit ? ['hit'] : []), ...(link ? ['link'] : [])];
    if (classes.length === 0 && style.fg === undefined && style.bg === undefined) return text;
    const colours = colourOf(style);
    const click = link ? (event: MouseEvent) => follow(event, link, row, open) : nothing;
    const title = link ? 'Open (Ctrl+click; Ctrl+Enter opens the first of a line)' : nothing;
    return html`<span class=${classes.join(' ')} .style=${colours} title=${title} @click=${click}
      >${text}</span
    >`;
  })}`;
}

/** As in the editor and its terminal, a link is followed with Ctrl or Cmd: a click alone chooses the line. */
function follow(event: MouseEvent, link: TextLink, row: LogRow, open: OpenLink): void {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  open(link, row);
}

function classesOf(style: TextStyle): string[] {
  const { fg, bg, inverse } = style;
  const [front, back] = inverse ? [bg, fg] : [fg, bg];
  return [
    ...(typeof front === 'number' ? [`fg${front}`] : []),
    ...(typeof back === 'number' ? [`bg${back}`] : []),
    ...(inverse && front === undefined ? ['fg-inverse'] : []),
    ...(inverse && back === undefined ? ['bg-inverse'] : []),
    ...(['bold', 'dim', 'italic', 'underline', 'strike'] as const).filter((name) => style[name]),
  ];
}

/** Colours of a line's own, which are digits and nothing else. */
function colourOf({ fg, bg, inverse }: TextStyle): string {
  const [front, back] = inverse ? [bg, fg] : [fg, bg];
  return [
    ...(typeof front === 'string' ? [`color:${front}`] : []),
    ...(typeof back === 'string' ? [`background-color:${back}`] : []),
  ].join(';');
}
