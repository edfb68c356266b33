import { readJson } from '../../parser/json.ts';
import { isAs } from '../../parser/space.ts';
import type { Instruction, Span, Word } from '../../parser/tree.ts';
import { toSpan } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import { keywordLike } from '../keywords.ts';
import type { Finding, Rule } from '../rule.ts';
import { referenceProblem } from './support/reference.ts';
import { built } from './support/steps.ts';
import { shown } from './support/suggest.ts';
import { replace } from '../edits.ts';

/** FROM and HEALTHCHECK NONE with more arguments than they take. */
export const extraArgument: Rule = {
  id: 'build-error/extra-argument',
  severity: 'error',
  title: 'FROM takes an image and a name, HEALTHCHECK NONE nothing',
  why: '`FROM image` and `FROM image AS name` are all that there is; `HEALTHCHECK NONE` drops the check of the base image and takes no command.',
  examples: [
    { bad: 'FROM alpine:3 AS base please\n', good: 'FROM alpine:3 AS base\n', fixed: true },
    { bad: 'FROM alpine:3 a base\n', good: 'FROM alpine:3 AS base\n', fixed: true },
    { bad: 'FROM alpine :3\n', good: 'FROM alpine:3\n', fixed: true },
    { bad: 'FROM alpine:3 # small\n', good: 'FROM alpine:3\n', fixed: true },
    {
      bad: 'FROM alpine:3\nHEALTHCHECK NONE curl\n',
      good: 'FROM alpine:3\nHEALTHCHECK NONE\n',
      fixed: true,
    },
  ],
  check: (file) => [
    ...built(file, 'FROM').flatMap((instruction) => inFrom(instruction, file.tree.escape)),
    ...built(file, 'HEALTHCHECK').flatMap((instruction) => inNone(instruction, file.tree.escape)),
  ],
};

function inFrom(instruction: Instruction, escape: string): Finding[] {
  const words = argumentWords(instruction, escape);
  const [image, as, name, more] = words;
  if (!image || !as) return [];
  const named = isAs(as.text);
  if (named && !more) return [];
  const parted = partedImage(words);
  if (parted)
    return [
      {
        span: parted.span,
        message: 'Blanks stand within the name of an image: write it as one word.',
        fixes: [replace(`Change to ${shown(parted.image)}`, parted.span, parted.image)],
      },
    ];
  const { logical, args } = instruction;
  const from = named ? (more?.from ?? as.from) : as.from;
  const span = toSpan(logical, from, args.to);
  const kept = named ? (name ?? as) : image;
  const gap = { start: kept.end, end: span.end };
  const fixes = [replace('Remove what is too much', gap, '')];
  if (!named && as.text.startsWith('#'))
    return [{ span, message: 'A comment stands on a line of its own.', fixes }];
  if (!named && name && !more && !as.text.includes('#'))
    return [
      {
        span: as,
        message: 'AS stands between an image and the stage’s name.',
        fixes: [replace('Change to AS', as, keywordLike(instruction.keyword, 'AS'))],
      },
    ];
  return [
    { span, message: 'FROM takes an image and, behind AS, a name; this is too much.', fixes },
  ];
}

/** An image whose tag or digest stands apart: what comes before AS, if it is one word but for blanks beside `:` or `@`. */
function partedImage(words: readonly Word[]): { image: string; span: Span } | undefined {
  const end = words.findIndex(({ text }) => isAs(text));
  const parts = end < 0 ? words : words.slice(0, end);
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last || parts.length < 2) return undefined;
  const isOne = parts
    .slice(1)
    .every(({ text }, index) => /^[:@]/.test(text) || /[:@]$/.test(parts[index]?.text ?? ''));
  const image = parts.map(({ text }) => text).join('');
  if (!isOne || (!image.includes('$') && referenceProblem(image))) return undefined;
  return { image, span: { start: first.start, end: last.end } };
}

function inNone(instruction: Instruction, escape: string): Finding[] {
  const [none, extra] = argumentWords(instruction, escape);
  if (none?.text.toUpperCase() !== 'NONE' || !extra) return [];
  // An array of nothing is no argument.
  const rest = readJson(instruction.logical.text.slice(extra.from, instruction.args.to));
  if (Array.isArray(rest) && rest.length === 0) return [];
  const span = toSpan(instruction.logical, extra.from, instruction.args.to);
  const fixes = [replace('Remove what is too much', { start: none.end, end: span.end }, '')];
  return [{ span, message: 'HEALTHCHECK NONE takes no arguments.', fixes }];
}
