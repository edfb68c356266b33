import type { Span, Word } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Expansion } from '../../model/expand.ts';
import { referenceProblem } from './support/reference.ts';
import { sourceReferences } from './support/stages.ts';
import { shown } from './support/suggest.ts';
import { withoutValue } from './support/withoutValue.ts';
import { replace } from '../edits.ts';

/** Names of images that can't be any. */
export const invalidImage: Rule = {
  id: 'build-error/invalid-image',
  severity: 'error',
  title: 'An image has a valid name',
  why: 'A name is `[registry[:port]/]path[:tag][@digest]`; the path is lower case. What isn’t the name of an earlier stage, in lower case, is taken for an image. Variables count with their defaults. What `# syntax=` names up to the first space is an image, too, and stands in no quotes.',
  examples: [
    { bad: 'FROM Alpine:3\n', good: 'FROM alpine:3\n', fixed: true },
    {
      bad: 'FROM alpine:3 AS base\nFROM Base\n',
      good: 'FROM alpine:3 AS base\nFROM base\n',
      fixed: true,
    },
    {
      bad: '# syntax=Docker/Dockerfile:1\nFROM alpine:3\n',
      good: '# syntax=docker/dockerfile:1\nFROM alpine:3\n',
    },
    { bad: 'FROM alpine:$VERSION\n', good: 'ARG VERSION=3\nFROM alpine:$VERSION\n' },
    {
      bad: 'FROM alpine:3\nCOPY --from=busybox:a:b /bin/sh /bin/\n',
      good: 'FROM alpine:3\nCOPY --from=busybox:a /bin/sh /bin/\n',
    },
  ],
  check: (file) => {
    const found = file.tree.directives
      .filter(({ name }) => name === 'syntax')
      .flatMap(({ value, valueSpan: { start } }) => {
        const text = value.split(' ', 1)[0] ?? '';
        return findings({ text, start, end: start + text.length }, text);
      });
    for (const stage of file.tree.stages) {
      const { image } = file.scopes().from(stage);
      if (!stage.image || !image || image.error || image.value === '') continue;
      if (image.value === 'scratch' || file.scopes().base(stage) >= 0) continue;
      const [first, ...rest] = findings(stage.image, image.value);
      const names = spoiling(stage.image, image);
      if (first) found.push(names ? { ...first, message: withoutValue(names) } : first, ...rest);
    }
    for (const { target, word, text } of file.once(sourceReferences))
      if (target.kind === 'image' && text !== 'scratch' && !/^\d+$/.test(text))
        found.push(...findings(word, text));
    return found;
  },
};

/** What a part of a name may be, and behind a colon the digits of a digest. */
const PART = 'a'.repeat(64);

/** The variables without a value, if with some the word would name an image. */
function spoiling({ text, start, end }: Word, { references }: Expansion): string[] | undefined {
  const sorted = references.toSorted((a, b) => a.start - b.start);
  const names = sorted.flatMap(({ name, value }) => (value ? [] : name));
  if (names.length === 0 || end - start !== text.length) return undefined;
  let filled = '';
  let from = 0;
  for (const { value, ...reference } of sorted) {
    // What stands in another one is part of its value.
    if (reference.start < from) continue;
    filled += text.slice(from, reference.start);
    filled += value || (filled.endsWith('@') ? `sha256:${PART}` : PART);
    from = reference.end;
  }
  return referenceProblem(filled + text.slice(from)) ? undefined : names;
}

function findings(word: Pick<Word, 'text' | 'start' | 'end'>, value: string): Finding[] {
  const problem = referenceProblem(value);
  if (!problem) return [];
  const { from, to, lower } = problem;
  const plain = word.text === value && word.end - word.start === value.length;
  const span: Span = plain
    ? { start: word.start + from, end: word.start + Math.max(to, from + 1) }
    : word;
  const message = word.text === value ? problem.message : `${problem.message} (${shown(value)})`;
  const inside = { start: span.start, end: Math.min(span.end, word.end) };
  return [
    {
      span: inside.end > inside.start ? inside : word,
      message,
      fixes: lower !== undefined && plain ? [replace('Change to lower case', word, lower)] : [],
    },
  ];
}
