import { plainText } from '../../util/plainText.ts';
import type { Matcher } from './query.ts';
import type { Block } from './ring.ts';

/** Escape sequences, and lines that were written over: what is not matched as it stands. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNPLAIN = /[\x00-\x08\x0b-\x1f\x7f\x9b]/;

/**
 * A line as it is searched: as it is read on the screen, without the sequences that colour it.
 */
export const plainLine = (text: string): string => (UNPLAIN.test(text) ? plainText(text) : text);

/** Calls `onLine` with each of a block's lines, as they are searched. Lines count from 0. */
export function eachLine(
  block: Block,
  from: number,
  to: number,
  onLine: (line: number, text: string) => void,
): void {
  const start = block.ends[from - 1] ?? 0;
  const text = block.bytes.toString('utf8', start, block.ends[to - 1] ?? start);
  let at = 0;
  for (let line = from; line < to; line++) {
    const end = text.indexOf('\n', at);
    onLine(line, plainLine(text.slice(at, end)));
    at = end + 1;
  }
}

/**
 * Finds the lines of a block that match, in their order. The text is matched all at once, which is much quicker than line
 * by line; where a match reaches over an end of line, the lines it touches are tried singly.
 * @param from first line, counted from 0 within the block; `to` is behind the last.
 * @param onMatch told the line; answers true to have no more.
 */
export function matchesIn(
  block: Block,
  matcher: Matcher,
  from: number,
  to: number,
  onMatch: (line: number) => boolean | void,
): void {
  if (from >= to) return;
  const start = block.ends[from - 1] ?? 0;
  const end = block.ends[to - 1] ?? start;
  const text = block.bytes.toString('utf8', start, Math.max(end - 1, start));
  if (matcher.singly || UNPLAIN.test(text)) {
    matchSingly(text, matcher, from, to, onMatch);
    return;
  }
  const { many, one } = matcher;
  let line = from;
  let lineStart = 0;
  for (let at = 0; at <= text.length;) {
    many.lastIndex = at;
    const found = many.exec(text);
    if (!found) return;
    // Goes forward to the line that the match begins in.
    let lineEnd = endOf(text, lineStart);
    while (lineEnd < found.index) {
      lineStart = lineEnd + 1;
      lineEnd = endOf(text, lineStart);
      line++;
    }
    const last = found.index + found[0].length;
    if (last <= lineEnd) {
      if (onMatch(line)) return;
    } else {
      for (;;) {
        if (one.test(text.slice(lineStart, lineEnd)) && onMatch(line)) return;
        if (lineEnd >= last) break;
        lineStart = lineEnd + 1;
        lineEnd = endOf(text, lineStart);
        line++;
      }
    }
    at = lineEnd + 1;
    lineStart = at;
    line++;
  }
}

function matchSingly(
  text: string,
  { one }: Matcher,
  from: number,
  to: number,
  onMatch: (line: number) => boolean | void,
): void {
  let at = 0;
  for (let line = from; line < to; line++) {
    const end = endOf(text, at);
    if (one.test(plainLine(text.slice(at, end))) && onMatch(line)) return;
    at = end + 1;
  }
}

function endOf(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
