import { readJson } from '../../parser/json.ts';
import { toSpan } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { commandOf } from './commandOf.ts';

/** An array that isn't one for JSON, and so is taken for something else. */
export const brokenArray: Rule = {
  id: 'stevedore/broken-array',
  severity: 'error',
  title: 'An array is not JSON and is read as plain text',
  why: 'The exec form is JSON: strings in straight double quotes, commas between them and none behind the last, each backslash doubled. With anything else the text is taken for the shell form, and the shell is asked to run a program called `[node,`: the container ends at once with `not found`; `VOLUME [/data]` is a volume at `[/data]`.',
  examples: [
    {
      bad: "FROM node:22.11.0\nCMD ['node', 'server.js']\n",
      good: 'FROM node:22.11.0\nCMD ["node", "server.js"]\n',
      fixed: true,
    },
    {
      bad: 'FROM python:3.13.1\nCMD ["python" "app.py"]\n',
      good: 'FROM python:3.13.1\nCMD ["python", "app.py"]\n',
      fixed: true,
    },
    {
      bad: 'FROM eclipse-temurin:21.0.4_7-jre\nENTRYPOINT [java, -jar, app.jar]\n',
      good: 'FROM eclipse-temurin:21.0.4_7-jre\nENTRYPOINT ["java", "-jar", "app.jar"]\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nVOLUME [/data]\n',
      good: 'FROM alpine:3.20\nVOLUME ["/data"]\n',
      fixed: true,
    },
    {
      bad: "FROM alpine:3.20\nVOLUME ['/data']\n",
      good: 'FROM alpine:3.20\nVOLUME ["/data"]\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file
      .all('CMD', 'ENTRYPOINT', 'RUN', 'HEALTHCHECK', 'VOLUME', 'COPY', 'ADD')
      .flatMap((instruction) => {
        const { json, logical, name } = instruction;
        const { from, to } = commandOf(instruction);
        const text = logical.text.slice(from, to);
        if (json || !text.startsWith('[') || readJson(text) !== undefined) return [];
        const elements = elementsOf(text);
        if (!elements || !isArray(name, text, elements)) return [];
        const changes = changesOf(text, elements);
        if (changes.length === 0) return [];
        const reason = [...new Set(changes.map(({ why }) => why))].join(', ');
        const edits = changes.map((change) => {
          const spanOf = (start: number, end: number) => toSpan(logical, from + start, from + end);
          // Behind the last character of a line, not in front of the first one of the next.
          const { end } = spanOf(change.from - 1, change.from);
          const isEmpty = change.from === change.to;
          const span = isEmpty ? { start: end, end } : spanOf(change.from, change.to);
          return { span, text: change.text };
        });
        return [
          {
            span: toSpan(logical, from, to),
            message: `${name} reads this as plain text, for it is no JSON: ${reason}.`,
            // A pattern or a variable in a bare word is left to the shell, which there is none of then.
            fixes:
              !FOR_PATHS.has(name) && /[*?$]/.test(bareWords(text, elements))
                ? []
                : [{ title: 'Write it as JSON', edits }],
          },
        ];
      }),
};

interface Element {
  readonly from: number;
  readonly to: number;
  /** The quote that it begins with; empty for a bare word. */
  readonly quote: string;
}

/** A string in quotes of one kind, or a word that no shell's test and no operator is made of. */
const ELEMENT =
  /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[“”„](?:[^“”„"\\]|\\.)*[“”"]|[‘’](?:[^‘’'\\]|\\.)*[‘’']|[^\s,'"“”„‘’[\]<>&|;()=!][^\s,'"“”„‘’[\]<>&|;()]*/y;
/** Longer ones nobody writes by hand. */
const LONGEST = 10_000;

/** What stands between the brackets, of which the last may be missing; undefined when that is no list. */
function elementsOf(text: string): Element[] | undefined {
  if (text.length > LONGEST) return undefined;
  const end = text.endsWith(']') ? text.length - 1 : text.length;
  const elements: Element[] = [];
  for (let at = 1; at < end;) {
    if (/[\s,]/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    ELEMENT.lastIndex = at;
    const [found] = ELEMENT.exec(text) ?? [];
    if (found === undefined || at + found.length > end) return undefined;
    const [first = ''] = found;
    elements.push({ from: at, to: at + found.length, quote: /["'“”„‘’]/.test(first) ? first : '' });
    at += found.length;
  }
  return elements;
}

function bareWords(text: string, elements: readonly Element[]): string {
  const bare = elements.filter(({ quote }) => quote === '');
  return bare.map(({ from, to }) => text.slice(from, to)).join(' ');
}

interface Piece {
  readonly from: number;
  readonly text: string;
}

/** What stands in front of the elements, between them and behind the last one. */
function gapsOf(text: string, elements: readonly Element[]): Piece[] {
  const end = text.endsWith(']') ? text.length - 1 : text.length;
  const starts = [1, ...elements.map(({ to }) => to)];
  return starts.map((from, index) => ({
    from,
    text: text.slice(from, elements[index]?.from ?? end),
  }));
}

/** Those whose patterns and variables are no shell's. */
const FOR_PATHS: ReadonlySet<string> = new Set(['ADD', 'COPY', 'VOLUME']);

/** Whether a list is meant for an array: `[ -f /x ]` is a test of the shell's. */
function isArray(name: string, text: string, elements: readonly Element[]): boolean {
  const isQuoted = elements.length > 0 && elements.every(({ quote }) => quote !== '');
  const between = gapsOf(text, elements).slice(1, -1);
  if (!text.endsWith(']')) return isQuoted && between.some((gap) => gap.text.includes(','));
  // A bracket that tests has a space behind it.
  const isOpen = name === 'VOLUME' || /^\[[\w/.]/.test(text);
  const isListed = between.every((gap) => gap.text.includes(',')) || isOpen;
  return isQuoted || (elements.length === 1 ? isLone(name, text) : between.length > 0 && isListed);
}

/** Whether one bare word is meant for an array: a container for no more than a test would end at once. */
function isLone(name: string, text: string): boolean {
  const isEnd = name === 'CMD' || name === 'ENTRYPOINT';
  return name === 'VOLUME' || !/[\s,]/.test(text) || (isEnd && !text.includes('$'));
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly why: string;
}

/** What makes JSON of a list. */
function changesOf(text: string, elements: readonly Element[]): Change[] {
  const strings = elements.flatMap(({ from, to, quote }): Change[] => {
    const written = text.slice(from, to);
    if (isString(written)) return [];
    const why = quote === '"' ? 'a backslash has to be doubled' : QUOTES;
    return [{ from, to, text: JSON.stringify(contentOf(written, quote)), why }];
  });
  const gaps = gapsOf(text, elements).flatMap((gap, index): Change[] => {
    const found = (pattern: RegExp, instead: string, why: string) =>
      Array.from(gap.text.matchAll(pattern), (match): Change => {
        const from = gap.from + match.index;
        return { from, to: from + 1, text: instead, why };
      });
    const isBetween = index > 0 && index < elements.length;
    const commas = found(/,/g, '', 'there is a comma too many').slice(isBetween ? 1 : 0);
    const spaces = found(/[^\S \t\r\n]/g, ' ', 'there is a space that is none of ASCII’s');
    if (!isBetween || gap.text.includes(',')) return [...commas, ...spaces];
    return [{ from: gap.from, to: gap.from, text: ',', why: 'a comma is missing' }, ...spaces];
  });
  const { length } = text;
  const end = { from: length, to: length, text: ']', why: 'the bracket is not closed' };
  return [...strings, ...gaps, ...(text.endsWith(']') ? [] : [end])];
}

const QUOTES = 'strings stand in straight double quotes';

function isString(text: string): boolean {
  return Array.isArray(readJson(`[${text}]`));
}

/** What is meant by what stands between quotes: a backslash in front of a quote is for that, others stand for themselves. */
function contentOf(written: string, quote: string): string {
  const content = quote === '' ? written : written.slice(1, -1);
  if (quote === '"' || quote === '') return content.replace(/\\([\\"])/g, '$1');
  const read = content.replace(/\\(['"])/g, '$1').replaceAll('"', String.raw`\"`);
  const value: unknown = isString(`"${read}"`) ? JSON.parse(`"${read}"`) : undefined;
  return typeof value === 'string' ? value : content;
}
