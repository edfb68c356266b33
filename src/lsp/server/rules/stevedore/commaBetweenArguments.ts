import type { Instruction, Logical, Word } from '../../parser/tree.ts';
import { toSpan } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import { shown } from '../errors/support/suggest.ts';
import type { Finding, Rule } from '../rule.ts';

/** Arguments with commas between them, each of which belongs to what stands before it. */
export const commaBetweenArguments: Rule = {
  id: 'stevedore/comma-between-arguments',
  severity: 'warning',
  title: 'A comma between arguments is part of one of them',
  why: 'Outside of JSON, spaces alone part the arguments of an instruction. `VOLUME /data, /logs` makes a volume at `/data,`, so that what is written to `/data` is gone with the container, and `ENV A=1, B=2` sets `A` to `1,`: the build says nothing of it. A value that is to end with a comma stands in quotes.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nVOLUME /data, /logs\n',
      good: 'FROM alpine:3.20\nVOLUME /data /logs\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nENV HOST=0.0.0.0, PORT=8080\n',
      good: 'FROM alpine:3.20\nENV HOST=0.0.0.0 PORT=8080\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nVOLUME ["/data, /logs"]\n',
      good: 'FROM alpine:3.20\nVOLUME ["/data", "/logs"]\n',
      fixed: true,
    },
  ],
  check: (file) => [
    ...file.all('VOLUME').flatMap((one) => paths(one, file.tree.escape)),
    ...file.all('ENV', 'LABEL', 'ARG').flatMap((one) => pairs(one, file.tree.escape)),
  ],
};

/** A comma, as a stretch of the logical text, and what parts the arguments in its place. */
interface Comma {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Where a path ends or another one begins. In braces, which nobody expands here, commas mean something else. */
const BETWEEN = /,(?=[/$]|[A-Za-z]:|$)|^,/g;
const BETWEEN_IN_STRING = /,\s*(?=[/$]|[A-Za-z]:|"$)/g;
const IN_BRACES = /\{[^{}]*,/;

function paths(instruction: Instruction, escape: string): Finding[] {
  const { json, logical, args } = instruction;
  // What looks like an array and is none is another mistake.
  if (!json && logical.text[args.from] === '[') return [];
  const words = argumentWords(instruction, escape);
  const commas = words.flatMap((word) =>
    word.text === ',' ? alone(word, logical) : commasIn(word, json),
  );
  const end = commas[0]?.to;
  const first = end === undefined ? undefined : words.find(({ to }) => to >= end);
  if (!first) return [];
  const message = `Spaces part the paths of a volume, and no commas: “${shown(first.text)}” is one path.`;
  const inArray = `Each path is a string of its own: ${shown(first.text)} is one.`;
  return [finding(instruction, first, json ? inArray : message, commas)];
}

/** A comma that is a word, with the blank before it on its line. */
function alone({ from, to }: Word, { starts }: Logical): Comma {
  return { from: starts.includes(from) ? from : from - 1, to, text: '' };
}

function commasIn({ text, from }: Word, json: boolean): Comma[] {
  // Quotes mean nothing here, and whoever writes them means something else by a comma.
  if (IN_BRACES.test(text) || (!json && /["']/.test(text))) return [];
  const found = [...text.matchAll(json ? BETWEEN_IN_STRING : BETWEEN)];
  return found.map(({ 0: { length }, index }) => {
    const isEnd = index === 0 || index + length >= text.length - (json ? 1 : 0);
    const between = json ? '", "' : ' ';
    return { from: from + index, to: from + index + length, text: isEnd ? '' : between };
  });
}

function pairs(instruction: Instruction, escape: string): Finding[] {
  const { name } = instruction;
  const words = argumentWords(instruction, escape);
  // The old form takes all that follows as it stands.
  if (name !== 'ARG' && words[0]?.text.includes('=') !== true) return [];
  const ends = (word: Word) => endsWithComma(word, escape);
  const first = words.find((word, at) => {
    const next = words[at + 1]?.text;
    return ends(word) && next !== undefined && (name === 'ARG' || next.includes('='));
  });
  if (!first) return [];
  const commas = words.filter(ends).map(({ to }) => ({ from: to - 1, to, text: '' }));
  const message = `Spaces part what ${name} is given, and no commas: this one belongs to “${shown(first.text)}”.`;
  return [finding(instruction, first, message, commas)];
}

/** Whether a word ends with a comma that neither quotes nor an escape mean, nor is all or half of a separator. */
function endsWithComma({ text }: Word, escape: string): boolean {
  return /[^\s,;:|=]/.test(text.at(-2) ?? '') && text.endsWith(',') && text.at(-2) !== escape;
}

function finding(
  { logical }: Instruction,
  { start, end }: Word,
  message: string,
  commas: readonly Comma[],
): Finding {
  const edits = commas.map(({ from, to, text }) => ({ span: toSpan(logical, from, to), text }));
  return { span: { start, end }, message, fixes: [{ title: 'Leave the commas out', edits }] };
}
