import { mountFields, unquoted } from './mounts.ts';
import type { Instruction, Span, Stage, Tree, Word } from './tree.ts';
import { variableNames } from './variableNames.ts';

/** A place where a name is defined or used. Those of one name in one scope share `group`. */
export interface Occurrence {
  readonly kind: 'variable' | 'stage' | 'heredoc';
  readonly group: string;
  readonly name: string;
  readonly span: Span;
  readonly write: boolean;
  /** What the definition gives, as written. */
  readonly value: string | undefined;
  /** A stage referred to by its number, or the FROM of one that has no name: these have no name to change. */
  readonly nameless?: true;
  /** A variable in which the RUN it stands in is given a secret. */
  readonly secret?: true;
}

/** What the model knows of a file and its text alone does not tell. */
export interface Known {
  /** Whether cmd or PowerShell runs an instruction's command. */
  readonly isForeign: (instruction: Instruction) => boolean;
  /** Index of the earlier stage that a stage starts from, variables replaced; -1 for an image. */
  readonly baseOf: (stage: Stage) => number;
}

/** Every definition and use of a stage, variable or heredoc name, in order of the document. Linear in the tree. */
export function occurrencesOf(tree: Tree, known: Known): Occurrence[] {
  const found = [...stageNames(tree), ...variableNames(tree, known)];
  for (const [index, instruction] of tree.instructions.entries()) {
    for (const [nth, { name, nameSpan, terminator }] of instruction.heredocs.entries()) {
      if (name === '') continue;
      const common = {
        kind: 'heredoc',
        group: `heredoc ${index} ${nth}`,
        name,
        value: undefined,
      } as const;
      found.push({ ...common, span: nameSpan, write: true });
      if (terminator) found.push({ ...common, span: terminator, write: false });
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** The stages' names and numbers where they stand. A name means the nearest stage of it above, else one below. */
function stageNames(tree: Tree): Occurrence[] {
  const found: Occurrence[] = [];
  const above = new Map<string, number>();
  const below = new Map<string, number>();
  for (const { name, index } of tree.stages.toReversed())
    if (name) below.set(name.text.toLowerCase(), index);
  const add = (index: number, span: Span, name: string, write: boolean, nameless = false) =>
    found.push({
      kind: 'stage',
      group: `stage ${index}`,
      name,
      span,
      write,
      value: undefined,
      ...(nameless ? { nameless: true as const } : {}),
    });
  const numbered = new Set<number>();
  for (const stage of tree.stages) {
    const base = stage.image && above.get(stage.image.text.toLowerCase());
    if (stage.image && base !== undefined) add(base, stage.image, stage.image.text, false);
    for (const instruction of stage.instructions) {
      for (const word of fromWords(instruction)) {
        const key = word.text.toLowerCase();
        const number = /^\d{1,6}$/.test(key) ? Number(key) : undefined;
        const index = number ?? above.get(key) ?? below.get(key);
        if (index === undefined || index === stage.index || index >= tree.stages.length) continue;
        add(index, word, word.text, false, number !== undefined);
        if (number !== undefined) numbered.add(number);
      }
    }
    if (!stage.name) continue;
    above.set(stage.name.text.toLowerCase(), stage.index);
    add(stage.index, stage.name, stage.name.text, true);
  }
  for (const index of numbered) {
    const stage = tree.stages[index];
    if (stage && !stage.name) add(index, stage.from.keyword, String(index), true, true);
  }
  return found;
}

const NONE: readonly never[] = [];

/** What an instruction takes files from: the values of `--from=` and of `from=` in each `--mount=`, without quotes. */
export function fromWords(instruction: Instruction): readonly Word[] {
  if (instruction.flags.length === 0 && !instruction.trigger) return NONE;
  const words = instruction.flags.flatMap((flag) => {
    if (!flag.value) return [];
    if (flag.name === 'from') return [unquoted(flag.value, instruction)];
    return flag.name === 'mount'
      ? mountFields(flag, instruction).flatMap(({ key, value }) =>
          value && /^from$/i.test(key.text) ? [value] : [],
        )
      : [];
  });
  return instruction.trigger ? [...words, ...fromWords(instruction.trigger)] : words;
}
