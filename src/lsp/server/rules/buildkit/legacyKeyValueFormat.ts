import { expand } from '../../model/expand.ts';
import type { Instruction, Tree, Word } from '../../parser/tree.ts';
import { toSpan } from '../../parser/tree.ts';
import { splitQuoted } from '../../parser/words.ts';
import type { Fix, Rule } from '../rule.ts';
import { at, stepsOf } from './support.ts';

export const legacyKeyValueFormat: Rule = {
  id: 'LegacyKeyValueFormat',
  severity: 'warning',
  title: 'ENV and LABEL should be written as key=value',
  why: 'The old form `ENV key value` sets one variable only, to all the rest of the line, and is deprecated. Pairs in the lines that it goes on in are part of the value, and set nothing.',
  examples: [
    { bad: 'FROM alpine\nENV DIR /srv\n', good: 'FROM alpine\nENV DIR=/srv\n', fixed: true },
    {
      bad: 'FROM alpine\nLABEL title The title\n',
      good: 'FROM alpine\nLABEL title="The title"\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine\nENV DEPS \\\n    curl \\\n    git\n',
      good: 'FROM alpine\nENV DEPS="curl \\\n    git"\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine\nENV HOST 0.0.0.0 \\\n    PORT=80\n',
      good: 'FROM alpine\nENV HOST=0.0.0.0 \\\n    PORT=80\n',
      fixed: true,
    },
  ],
  *check(file) {
    const { tree } = file;
    for (const { instruction, place, pairs } of stepsOf(file, 'ENV', 'LABEL')) {
      const [pair, ...others] = pairs;
      if (!pair?.value || others.length > 0 || !isLegacy(instruction, pair.key)) continue;
      const { key, value } = pair;
      const { name } = instruction;
      const span = { start: key.start, end: value.end };
      const form = `${name} ${key.text.slice(0, 80)}=… is the form to use`;
      const absorbed = pairAbsorbed(instruction, value);
      yield at(
        place,
        absorbed === undefined
          ? {
              span,
              message: `${form}; without = it is deprecated.`,
              fixes: fixes(instruction, key, value, tree),
            }
          : {
              span,
              message: `${form}; without = all that follows is the value, ${absorbed.slice(0, 80)}=… too.`,
              fixes: apart(key, value),
            },
      );
    }
  },
};

/** A text with more blanks than this isn't fit to have each of them escaped. */
const MOST_BLANKS = 20;

function isLegacy({ logical }: Instruction, key: Word): boolean {
  return logical.text[key.to] !== '=';
}

/** How keys look that are no options or packages within a value. */
const PAIR: Readonly<Record<string, RegExp>> = {
  ENV: /^([A-Z_][A-Z0-9_]*)=/,
  LABEL: /^([\w.-]+)=/,
};

/** The key that a continued line begins with, where all do behind one word: pairs that were meant to be pairs. */
function pairAbsorbed({ name, logical }: Instruction, value: Word): string | undefined {
  const { text, starts } = logical;
  const places = starts.filter((place) => place > value.from && place < value.to);
  const [first] = places;
  if (first === undefined || !ONE_WORD.test(text.slice(value.from, first))) return undefined;
  const keys = places.map((place, i) => {
    const line = text.slice(place, Math.min(places[i + 1] ?? value.to, value.to)).trimStart();
    return PAIR[name]?.exec(line)?.[1];
  });
  return keys.every((key) => key !== undefined) ? keys[0] : undefined;
}

const ONE_WORD = /^(?:[^\s"'=]+|"[^"]*"|'[^']*')\s+$/;

/** Makes pairs of what follows: what is built changes. */
function apart(key: Word, value: Word): Fix[] {
  const gap = { start: key.end, end: value.start };
  return [
    {
      title: `Write ${key.text.slice(0, 40)}=…, and pairs below`,
      edits: [{ span: gap, text: '=' }],
    },
  ];
}

/** The value in quotes where it needs them, if that leaves it what it is. */
function fixes(instruction: Instruction, key: Word, value: Word, tree: Tree): Fix[] {
  const { logical } = instruction;
  const gap = { start: key.end, end: value.start };
  // A comment between the lines would be lost.
  if (instruction.comments.some(({ start }) => start > gap.start && start < gap.end)) return [];
  const meaning = (text: string) => JSON.stringify(outcomes(text, tree.escape));
  const wanted = meaning(value.text);
  const works = (text: string) => {
    const whole = `${key.text}=${text}`;
    const logical = { text: whole, starts: [0], offsets: [0] };
    const words = splitQuoted(logical, 0, whole.length, tree.escape);
    return words.length === 1 && words[0]?.text === whole && meaning(text) === wanted;
  };
  const edit = (edits: Fix['edits']): Fix[] => [
    { title: `Write ${key.text.slice(0, 40)}=…`, edits, safe: true },
  ];
  if (works(value.text)) return edit([{ span: gap, text: '=' }]);
  const behind = { start: value.end, end: value.end };
  if (works(`"${value.text}"`))
    return edit([
      { span: gap, text: '="' },
      { span: behind, text: '"' },
    ]);
  // Quotes inside: the blanks outside of them get escaped.
  const blanks = blanksOutsideQuotes(value.text, tree.escape);
  if (blanks.length > MOST_BLANKS) return [];
  const escaped = blanks.reduceRight(
    (text, index) => text.slice(0, index) + tree.escape + text.slice(index),
    value.text,
  );
  if (!works(escaped)) return [];
  const marks = blanks.map((index) => {
    const { start } = toSpan(logical, value.from + index, value.from + index + 1);
    return { span: { start, end: start }, text: tree.escape };
  });
  return edit([{ span: gap, text: '=' }, ...marks]);
}

/** What a value becomes where variables are set, are empty and are unset. */
function outcomes(text: string, escape: string): unknown[] {
  const lookups = [(name: string) => `<${name} "'>`, () => '', () => undefined];
  return lookups.map((lookup) => {
    const { value, error } = expand(text, lookup, { escape });
    return [value, error?.message];
  });
}

function blanksOutsideQuotes(text: string, escape: string): number[] {
  const blanks: number[] = [];
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === escape && quote !== "'") i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (/\s/.test(char)) blanks.push(i);
  }
  return blanks;
}
