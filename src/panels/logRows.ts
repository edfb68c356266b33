import { levelOf } from '../engine/logs/level.ts';
import type { Matcher } from '../engine/logs/query.ts';
import { FLAGS } from '../engine/logs/ring.ts';
import type { HeldLine } from '../engine/logs/ring.ts';
import { plainLine } from '../engine/logs/scan.ts';
import { toColouredLines } from '../util/ansi.ts';
import type { LogRow } from '../webviews/protocol/logs.ts';

/** Characters of a line that are shown before it is unfolded. */
const SHOWN = 4000;
/** Places in a line that are marked at most. */
const MOST_HITS = 200;

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
const MARKS = /[\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/g;

/** Text as the viewer may have it: of escape sequences colours alone, and no marks that turn the writing direction. */
export function shownText(text: string): string {
  const coloured = CONTROL.test(text) ? (toColouredLines(text)[0] ?? '') : text;
  return coloured.replace(MARKS, '\ufffd');
}

/**
 * What the viewer is told of a line.
 * @param matcher what is searched for; where it stands in the line is told too
 */
export function logRow(line: HeldLine, matcher: Matcher | undefined): LogRow {
  const { index, time, source, flags, text, cut } = line;
  const isMark = (flags & FLAGS.mark) !== 0;
  const plain = plainLine(text);
  const level = isMark ? undefined : levelOf(plain);
  const hits = matcher ? hitsIn(plain.slice(0, SHOWN).replaceAll('\t', '    '), matcher) : [];
  const shown = shownText(text.slice(0, SHOWN * 2));
  return {
    id: index,
    at: Math.floor(time),
    source,
    text: shown.slice(0, SHOWN),
    ...(flags & FLAGS.stderr && { stderr: true }),
    ...(isMark && { mark: flags & FLAGS.bad ? 'bad' : 'note' }),
    ...(level && { level }),
    ...(!isMark && isJson(plain) && { json: true }),
    ...((shown.length > SHOWN || text.length > SHOWN * 2) && { more: true }),
    ...(cut > 0 && { cut }),
    ...(hits.length > 0 && { hits }),
  };
}

/** Whether a line is an object of JSON. */
function isJson(text: string): boolean {
  if (!/^\s*\{[^]*\}\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    // It only looked like one.
    return false;
  }
}

function hitsIn(text: string, { one }: Matcher): [number, number][] {
  const all = new RegExp(one.source, `${one.flags}g`);
  const hits: [number, number][] = [];
  for (const { index, 0: found } of text.matchAll(all)) {
    if (found === '') continue;
    hits.push([index, index + found.length]);
    if (hits.length === MOST_HITS) break;
  }
  return hits;
}
