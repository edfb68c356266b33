import type { Instruction, Tree } from '../parser/tree.ts';
import { argumentWords, isBlank, pairsOf } from '../parser/words.ts';
import { beginningsIn } from '../rules/swallowed.ts';

/** A continued line of an instruction, comment and blank lines left out. */
export interface Continued {
  /** Where it begins in the document. */
  readonly start: number;
  /** Its white space up to the first character of its text. */
  readonly indent: string;
  /** More or less white space in front changes nothing of what is built. */
  readonly free: boolean;
}

/**
 * The continued lines of an instruction that hold text, the first line left out. Linear in its length.
 * @param posix whether a POSIX shell runs the instruction, so that its words are known
 */
export function continuedLines(instruction: Instruction, tree: Tree, posix: boolean): Continued[] {
  const { starts, offsets, text } = instruction.logical;
  const lines: { at: number; start: number; indent: string }[] = [];
  for (let i = 1; i < starts.length; i++) {
    const at = starts[i] as number;
    const end = starts[i + 1] ?? text.length;
    let first = at;
    while (first < end && (text[first] === ' ' || text[first] === '\t')) first++;
    // White space of another kind is left alone.
    if (first < end && !isBlank(text[first]))
      lines.push({ at, start: offsets[i] as number, indent: text.slice(at, first) });
  }
  if (lines.length === 0) return [];
  const places = lines.map(({ at }) => at);
  const free = freePlaces(instruction, tree, places, posix);
  // An instruction that is swallowed by mistake is known by its place, which is to stay.
  const swallowed = new Set(beginningsIn(instruction).map(({ span }) => span.start));
  let next = 0;
  return lines.map(({ at, start, indent }) => {
    const isFree = free[next] === at;
    if (isFree) next++;
    return {
      start,
      indent,
      free: isFree && !(at > instruction.args.from && swallowed.has(start)),
    };
  });
}

/** Those of the ascending places in the logical text, in order, between words of which nothing but the words counts. */
function freePlaces(
  instruction: Instruction,
  tree: Tree,
  places: readonly number[],
  posix: boolean,
): readonly number[] {
  const { flags, args, logical, keyword, json, name, trigger } = instruction;
  // What ONBUILD keeps for later is stored in the image as it is written.
  if (trigger) return gaps([keyword], places, trigger.keyword.from);
  const behind = places.filter((at) => at > args.from);
  const before = gaps([keyword, ...flags, ...endOfFlags(instruction)], places, args.from);
  if (behind.length === 0) return before;
  if (json) return [...before, ...outsideStrings(logical.text, args.from, behind)];
  switch (name) {
    case 'RUN':
      return [...before, ...(posix ? betweenCommands(logical.text, args.from, behind) : [])];
    case 'ENV':
    case 'LABEL': {
      const words = argumentWords(instruction, tree.escape);
      if (words[0]?.text.includes('=')) return [...before, ...gaps(words, behind)];
      // `ENV key the rest` takes all white space of the rest into the value, and knows no quotes.
      const [old] = pairsOf(instruction, tree.escape);
      return [...before, ...gaps(old ? [old.key] : [], behind, old?.value?.from)];
    }
    case 'ARG':
    case 'FROM':
    case 'COPY':
    case 'ADD':
    case 'EXPOSE':
    case 'VOLUME':
      return [...before, ...gaps(argumentWords(instruction, tree.escape), behind)];
    case 'HEALTHCHECK': {
      const words = argumentWords(instruction, tree.escape);
      return [...before, ...gaps(words.slice(0, 1), behind, words[1]?.from)];
    }
    default:
      return before;
  }
}

/** The word `--` that ends the flags and is none, if there. */
function endOfFlags({ keyword, flags, args, logical: { text } }: Instruction) {
  let from = (flags.at(-1) ?? keyword).to;
  let to = args.from;
  while (from < to && isBlank(text[from])) from++;
  while (to > from && isBlank(text[to - 1])) to--;
  return from < to ? [{ from, to }] : [];
}

/** The ascending places, up to `last`, that lie in none of the ascending words. */
function gaps(
  words: readonly { readonly from: number; readonly to: number }[],
  places: readonly number[],
  last = Number.POSITIVE_INFINITY,
): number[] {
  let next = 0;
  return places.filter((at) => {
    while ((words[next]?.to ?? Infinity) <= at) next++;
    return at <= last && !((words[next]?.from ?? Infinity) < at);
  });
}

function outsideStrings(text: string, from: number, places: readonly number[]): number[] {
  const found: number[] = [];
  let next = 0;
  let quoted = false;
  for (let i = from; i < text.length && next < places.length; i++) {
    if (places[next] === i) {
      if (!quoted) found.push(i);
      next++;
    }
    if (text[i] === '"') quoted = !quoted;
    else if (quoted && text[i] === '\\') {
      i++;
      if (places[next] === i) next++;
    }
  }
  return found;
}

const OPERATORS = ';&|(';
const TIGHT = '&|;<>()';

/**
 * The places of a shell's text where white space already separates words, or an operator does. Answers none of them for
 * texts in which that is hard to tell: with comments, ANSI-C quotes, or `case` inside a substitution.
 */
function betweenCommands(text: string, from: number, places: readonly number[]): number[] {
  const body = text.slice(from);
  if (/\$'/.test(body) || (/\bcase\b/.test(body) && /\$\(|`/.test(body))) return [];
  // To the builder an operator separates nothing: behind `((` white space makes a heredoc of `1<<2`.
  const operators = body.includes('<<') ? '' : OPERATORS;
  const found: number[] = [];
  const open: string[] = [];
  let next = 0;
  let escaped = -1;
  for (let i = from; i < text.length; i++) {
    const char = text[i] as string;
    const top = open.at(-1);
    while (next < places.length && (places[next] as number) <= i) {
      const bare = open.every((mark) => mark === '(');
      if (places[next] === i && bare && escaped !== i - 1 && separates(text, i, operators))
        found.push(i);
      next++;
    }
    if (char === '\\') escaped = ++i;
    else if (top === '"') {
      if (char === '"') open.pop();
      else if (char === '`') open.push('`');
      else if (char === '$' && (text[i + 1] === '(' || text[i + 1] === '{'))
        open.push(text[++i] as string);
    } else if (char === "'") {
      i = text.indexOf("'", i + 1);
      if (i < 0) return [];
    } else if (char === '"') open.push('"');
    else if (char === '`') {
      if (top === '`') open.pop();
      else open.push('`');
    } else if (char === '$' && (text[i + 1] === '(' || text[i + 1] === '{'))
      open.push(text[++i] as string);
    else if (char === '(') open.push('(');
    else if ((char === ')' && top === '(') || (char === '}' && top === '{')) open.pop();
    else if (
      char === '#' &&
      top !== '{' &&
      (i === from || isBlank(text[i - 1]) || TIGHT.includes(text[i - 1] as string))
    )
      return [];
  }
  return open.length === 0 ? found : [];
}

/** Whether a shell separates words there: a carriage return is part of a word. */
function isShellBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\n';
}

function separates(text: string, at: number, operators: string): boolean {
  const before = text[at - 1] as string;
  return (
    isShellBlank(before) ||
    isShellBlank(text[at]) ||
    (operators.includes(before) && !TIGHT.includes(text[at] as string))
  );
}
