import { lineAt } from './lines.ts';
import { shellWords } from './shellWords.ts';
import type { Heredoc, Logical, Word } from './tree.ts';
import { toSpan, toWord } from './tree.ts';

/** A byte order mark in front of the name isn't part of it: Go's scanner leaves one out at the start of what it reads. */
const OPERATOR = /^(\d*<<(-?)[\t\n\f\r ]*\uFEFF?)([^<]*)$/;

const NO_WORDS: readonly Word[] = [];

/**
 * Whether a word opens a heredoc: `<<NAME`, `<<-NAME` or with a file descriptor before, and nothing else. White space
 * may stand before the name, which is one word and not empty.
 */
export function isHeredoc(word: string): boolean {
  const name = OPERATOR.exec(word)?.[3];
  return name !== undefined && readName(name).name !== '' && shellWords(name)?.length === 1;
}

/**
 * The words of an instruction that open heredocs, in order. As in BuildKit's parser a heredoc is a whole word wherever it
 * stands, in arithmetic too, quotes keep a word together, and the backslash escapes whatever the escape directive says.
 */
export function heredocWords(logical: Logical): readonly Word[] {
  if (!logical.text.includes('<<')) return NO_WORDS;
  return (shellWords(logical.text) ?? [])
    .filter(({ from, to }) => isHeredoc(logical.text.slice(from, to)))
    .map(({ from, to }) => toWord(logical, from, to));
}

/** Whether a line that ends a heredoc begins at an offset or behind it. */
export type HasEnd = (name: string, chomp: boolean, from: number) => boolean;

/** Looks for the ends of heredocs in a text, of which it reads each line once, however many are asked for. */
export function endsIn(source: string): HasEnd {
  /** Where the last line of each text begins, and the last one but for tabs before it. */
  const last = new Map<string, number>();
  const chomped = new Map<string, number>();
  for (let at = 0; at < source.length;) {
    const { start, end, next } = lineAt(source, at);
    const text = source.slice(start, end);
    last.set(text, start);
    chomped.set(text.replace(/^\t+/, ''), start);
    at = next;
  }
  return (name, chomp, from) => ((chomp ? chomped : last).get(name) ?? -1) >= from;
}

/**
 * Reads the body of the heredoc opened by `word` from offset `start`; answers it and where the next line begins.
 * @param hasEnd given where what never ends is no heredoc; nothing is answered then
 */
export function readHeredoc(
  source: string,
  logical: Logical,
  word: Word,
  start: number,
  hasEnd: HasEnd | undefined,
): { heredoc: Heredoc; next: number } | undefined {
  const match = OPERATOR.exec(word.text);
  const lead = match?.[1]?.length ?? 0;
  const raw = match?.[3] ?? '';
  const { name, quoted } = readName(raw);
  const chomp = match?.[2] === '-';
  if (hasEnd && !hasEnd(name, chomp, start)) return undefined;
  const bare = /^["']/.test(raw) ? 1 : 0;
  const from = word.from + lead + bare;
  const opened = {
    operator: { start: word.start, end: word.end },
    name,
    nameSpan: toSpan(logical, from, Math.max(from, word.to - bare)),
    chomp,
    expand: !quoted,
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

/** A heredoc's name without its quotes and escapes. Quotes, and nothing else, keep its body from being expanded. */
function readName(raw: string): { name: string; quoted: boolean } {
  let name = '';
  let quote = '';
  let quoted = false;
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i] as string;
    if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      quoted = true;
    } else if (char === quote) quote = '';
    else if (char === '\\' && quote === '') name += raw[++i] ?? '';
    else if (char === '\\' && quote === '"' && /["$\\]/.test(raw[i + 1] ?? ''))
      name += raw[++i] ?? '';
    else name += char;
  }
  return { name, quoted };
}
