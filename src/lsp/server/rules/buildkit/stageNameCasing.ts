import { append } from '../../../../util/multimap.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { fromWords } from '../../parser/occurrences.ts';
import type { Word } from '../../parser/tree.ts';
import type { Finding, Fix, Rule } from '../rule.ts';
import { at, fromWordsOf } from './support.ts';

export const stageNameCasing: Rule = {
  id: 'StageNameCasing',
  severity: 'warning',
  title: 'Stage names should be in lower case',
  why: 'The builder keeps stage names in lower case and tells them apart without regard to case, but `FROM` finds a stage only by its name in lower case. Written in lower case, a name always means the stage.',
  examples: [
    {
      bad: 'FROM alpine AS Builder\nFROM scratch\nCOPY --from=Builder /bin/sh /sh\n',
      good: 'FROM alpine AS builder\nFROM scratch\nCOPY --from=builder /bin/sh /sh\n',
      fixed: true,
    },
  ],
  check,
};

function* check({ tree }: Dockerfile): Generator<Finding> {
  let references: Map<string, Word[]> | undefined;
  for (const stage of tree.stages) {
    const words = fromWordsOf(stage, tree);
    const name = words[2];
    if (words.length !== 3 || !name || name.text === name.text.toLowerCase()) continue;
    references ??= referencesIn(tree);
    const lower = name.text.toLowerCase();
    const edits = (references.get(lower) ?? [])
      .filter((word) => word.start >= name.start && word.text !== lower)
      .map((span) => ({ span, text: lower }));
    const fixes: Fix[] = /^[a-z][a-z0-9-_.]*$/.test(lower)
      ? [{ title: `Write ${lower} wherever the stage is named`, edits, safe: true }]
      : [];
    yield at(stage.from, {
      span: name,
      message: `The name of the stage, ${name.text}, should be in lower case.`,
      fixes,
    });
  }
}

/** Every word that names a stage, or may, by the name in lower case. */
function referencesIn(tree: Dockerfile['tree']): Map<string, Word[]> {
  const words = tree.stages.flatMap((stage) => [
    ...(stage.image ? [stage.image] : []),
    ...(stage.name ? [stage.name] : []),
    ...stage.instructions.flatMap(fromWords),
  ]);
  const byName = new Map<string, Word[]>();
  for (const word of words) {
    const name = word.text.toLowerCase();
    append(byName, name, word);
  }
  return byName;
}
