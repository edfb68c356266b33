import { lineAt } from './lines.ts';
import type { Heredoc, Logical, Word } from './tree.ts';
import { toSpan } from './tree.ts';
import { splitWords } from './words.ts';

const OPERATOR = /^(\d*<<(-?))([^<]*)$/;

/**
 * The heredocs that a line opens, in order. As in BuildKit's parser a heredoc is a whole word, quotes keep a word
 * together, and the backslash escapes whatever the escape directive says; a name of nothing ends at an empty line.
 */
export function heredocWords(logical: Logical, from: number): Word[] {
  if (!logical.text.includes('<<')) return [];
  const options = { quotes: true, escape: '\\' };
  const { words, balanced } = splitWords(logical, from, logical.text.length, options);
  return balanced ? words.filter((word) => OPERATOR.test(word.text)) : [];
}

/** Reads the body of the heredoc opened by `word` from offset `start`; answers it and where the next line begins. */
export function readHeredoc(
  source: string,
  logical: Logical,
  word: Word,
  start: number,
): { heredoc: Heredoc; next: number } {
  const match = OPERATOR.exec(word.text);
  const lead = match?.[1]?.length ?? 0;
  const raw = match?.[3] ?? '';
  const chomp = match?.[2] === '-';
  const name = raw.replaceAll(/["']|\\(?=.)/g, '');
  const bare = /^["']/.test(raw) ? 1 : 0;
  const opened = {
    operator: { start: word.start, end: word.end },
    name,
    nameSpan: toSpan(
      logical,
      word.from + lead + bare,
      Math.max(word.from + lead + bare, word.to - bare),
    ),
    chomp,
    expand: raw === name,
  };
  let at = start;
  while (at < source.length) {
    const line = lineAt(source, at);
    let text = line.start;
    if (chomp) while (source[text] === '\t' && text < line.end) text++;
    if (line.end - text === name.length && source.startsWith(name, text)) {
      const terminator = { start: text, end: line.end };
      return { heredoc: { ...opened, body: { start, end: at }, terminator }, next: line.next };
    }
    at = line.next;
  }
  return {
    heredoc: { ...opened, body: { start, end: source.length }, terminator: undefined },
    next: source.length,
  };
}
