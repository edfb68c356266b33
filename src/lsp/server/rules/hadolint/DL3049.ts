import { append } from '../../../../util/multimap.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Stage } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';
import { imageParts } from './imageParts.ts';
import { labelsOf } from './labels.ts';
import { dropQuotes, flagValue } from './words.ts';

export const DL3049: Rule = {
  id: 'DL3049',
  severity: 'info',
  title: 'A label that must be there is missing',
  why: 'A configuration lists the labels that each image must have (hadolint’s `label-schema`). A stage lacks one of them, and so do the stages that it starts from.',
  examples: [
    {
      bad: 'FROM debian:12\n',
      good: 'FROM debian:12\nLABEL org.opencontainers.image.vendor="Example"\n',
      config: 'label-schema:\n  org.opencontainers.image.vendor: text\n',
    },
  ],
  check(file, { labelSchema }) {
    if (labelSchema.size === 0) return [];
    const labels = new Map<number, Set<string>>();
    for (const { instruction, name } of labelsOf(file)) {
      const { stage, parent } = instruction;
      if (!parent) labels.set(stage, (labels.get(stage) ?? new Set()).add(name));
    }
    const taken = new Map<number, string[]>();
    for (const instruction of file.all('COPY')) {
      const from = instruction.parent ? undefined : flagValue(instruction, 'from');
      if (!from) continue;
      const name = dropQuotes(from.text).toLowerCase();
      append(taken, instruction.stage, name);
    }
    return [...labelSchema.keys()].flatMap((label) => missing(file, label, labels, taken));
  },
};

/**
 * The stages that lack a label. As in hadolint a stage is left out when a later one takes files from it, and when a
 * later one without a name of its own starts from it and sets the label.
 */
function missing(
  file: Dockerfile,
  label: string,
  labels: ReadonlyMap<number, ReadonlySet<string>>,
  taken: ReadonlyMap<number, readonly string[]>,
): Finding[] {
  const good = new Set<string>();
  const bad = new Set<Stage>();
  const byName = new Map<string, Stage[]>();
  const leaveOut = (name: string) => {
    for (const stage of byName.get(name) ?? []) bad.delete(stage);
    byName.delete(name);
  };
  for (const stage of file.tree.stages) {
    const name = stage.name?.text.toLowerCase();
    const image = imageParts(dropQuotes(stage.image?.text ?? '')).name.toLowerCase();
    const inherited = good.has(image);
    if (!inherited) bad.add(stage);
    if (name !== undefined) {
      append(byName, name, stage);
      if (inherited) good.add(name);
    }
    for (const from of taken.get(stage.index) ?? []) leaveOut(from);
    if (!labels.get(stage.index)?.has(label)) continue;
    leaveOut(name ?? image);
    bad.delete(stage);
    if (name !== undefined) good.add(name);
  }
  return [...bad].map(({ from, image }) => ({
    span: image ?? from.keyword,
    message: `The stage has no label ${label}.`,
  }));
}
