import { isSpace } from './space.ts';
import type { Logical, Span } from './tree.ts';

/** A physical line: `[start, end)` without its line end, `next` where the following one begins. */
interface Line extends Span {
  readonly next: number;
}

/**
 * The line that begins at `start`. Lines end at LF, CRs before it or before the end of the text belong to the line end;
 * a lone CR doesn't end a line, as in the builder.
 */
export function lineAt(source: string, start: number): Line {
  const feed = source.indexOf('\n', start);
  let end = feed < 0 ? source.length : feed;
  while (end > start && source[end - 1] === '\r') end--;
  return { start, end, next: feed < 0 ? source.length : feed + 1 };
}

/** The offset of the first character of `[start, end)` that isn't white space. */
export function skipBlanks(source: string, start: number, end: number): number {
  let i = start;
  while (i < end && isSpace(source.charCodeAt(i))) i++;
  return i;
}

/**
 * Where the escape character that continues a line stands, or -1: the last character but for spaces and tabs, and not
 * itself preceded by one.
 */
function continuationAt(source: string, start: number, end: number, escape: string): number {
  let i = end - 1;
  while (i >= start && (source[i] === ' ' || source[i] === '\t')) i--;
  if (i < start || source[i] !== escape) return -1;
  return i > start && source[i - 1] === escape ? -1 : i;
}

interface Gathered {
  readonly logical: Logical;
  /** Where the line after the instruction begins. */
  readonly next: number;
  /** End of the last line that belongs to it. */
  readonly end: number;
  readonly comments: readonly Span[];
  readonly blanks: readonly Span[];
}

// Most instructions are one line: these save each of them three arrays.
const NO_SPANS: readonly Span[] = [];
const ONE_PIECE: readonly number[] = [0];

/** Joins the continued lines of the instruction whose first character is at `start`. Linear in their length. */
export function gather(source: string, start: number, escape: string): Gathered {
  const only = lineAt(source, start);
  if (continuationAt(source, only.start, only.end, escape) < 0) {
    const text = source.slice(only.start, only.end);
    return {
      logical: { text, starts: ONE_PIECE, offsets: [only.start] },
      next: only.next,
      end: only.end,
      comments: NO_SPANS,
      blanks: NO_SPANS,
    };
  }
  const pieces: string[] = [];
  const starts: number[] = [];
  const offsets: number[] = [];
  const comments: Span[] = [];
  const blanks: Span[] = [];
  let pending: Span[] = [];
  let length = 0;
  let line = only;
  for (let first = true; ; first = false) {
    const text = skipBlanks(source, line.start, line.end);
    if (!first && source[text] === '#' && text < line.end)
      comments.push({ start: text, end: line.end });
    else if (!first && text === line.end) pending.push({ start: line.start, end: line.next });
    else {
      for (const blank of pending) blanks.push(blank);
      pending = [];
      const mark = continuationAt(source, line.start, line.end, escape);
      const end = mark < 0 ? line.end : mark;
      starts.push(length);
      offsets.push(line.start);
      pieces.push(source.slice(line.start, end));
      length += end - line.start;
      if (mark < 0) break;
    }
    // What the last line continues onto is an empty line, if the file ends in a line end.
    if (line.next >= source.length) {
      line = { start: line.start, end: source.length, next: source.length };
      break;
    }
    line = lineAt(source, line.next);
  }
  const logical = { text: pieces.join(''), starts, offsets };
  return {
    logical,
    next: line.next,
    end: line.end,
    comments: comments.length > 0 ? comments : NO_SPANS,
    blanks: blanks.length > 0 ? blanks : NO_SPANS,
  };
}
