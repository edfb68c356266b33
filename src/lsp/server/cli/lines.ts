import { countWhile } from '../../../util/search.ts';
import type { Span } from '../parser/tree.ts';

/** From 1, in UTF-16 units as editors count. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Lines {
  place(offset: number): Place;
  /** A line without its line end; from 1. */
  text(line: number): string;
  span(line: number): Span;
}

/** The lines of a text as the builder counts them: a carriage return alone ends none. */
export function linesOf(source: string): Lines {
  // A byte order mark is no part of the first line, to an editor and to a person.
  const starts = [source.startsWith('\uFEFF') ? 1 : 0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1))
    starts.push(at + 1);
  // What stands before the first line's text counts with it.
  const indexOf = (offset: number): number =>
    Math.max(0, countWhile(starts.length, (i) => (starts[i] ?? 0) <= offset) - 1);
  const span = (line: number): Span => {
    const start = starts[line - 1] ?? source.length;
    let end = (starts[line] ?? source.length + 1) - 1;
    if (source[end - 1] === '\r' && end - 1 >= start) end--;
    return { start, end: Math.max(start, end) };
  };
  return {
    place(offset) {
      const index = indexOf(offset);
      return { line: index + 1, column: Math.max(0, offset - (starts[index] ?? 0)) + 1 };
    },
    text(line) {
      const { start, end } = span(line);
      return source.slice(start, end);
    },
    span,
  };
}
