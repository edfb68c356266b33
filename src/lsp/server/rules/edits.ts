import type { Span } from '../parser/tree.ts';
import type { Fix } from './rule.ts';

/** A fix that replaces one span. */
export function replace(title: string, span: Span, text: string): Fix {
  return { title, edits: [{ span, text }] };
}

/** A fix that replaces one span and leaves what is built as it is. */
export function safeReplace(title: string, span: Span, text: string): Fix {
  return { ...replace(title, span, text), safe: true };
}

/** The lines that something stands on, the last one's end included: what is deleted when it goes. */
export function wholeLines({ start, end }: Span, source: string): Span {
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const feed = source.indexOf('\n', end);
  if (feed >= 0) return { start: from, end: feed + 1 };
  // The last line takes the line end before it along.
  const lead = /\r?\n$/.exec(source.slice(Math.max(0, from - 2), from))?.[0].length ?? 0;
  return { start: from - lead, end: source.length };
}
