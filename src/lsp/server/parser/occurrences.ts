import type { Flag, Instruction, Span, Tree, Word } from './tree.ts';
import { toWord } from './tree.ts';
import { variablesOf } from './variables.ts';
import { pairsOf } from './words.ts';

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
}

/** Every definition and use of a stage, variable or heredoc name, in order of the document. Linear in the tree. */
export function occurrencesOf(tree: Tree): Occurrence[] {
  const found = [...stageNames(tree), ...variables(tree)];
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
      span: { start: span.start, end: span.end },
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

/** What an instruction takes files from: the values of `--from=` and of `from=` in each `--mount=`. */
export function fromWords(instruction: Instruction): Word[] {
  const words = instruction.flags.flatMap((flag) => {
    if (!flag.value) return [];
    if (flag.name === 'from') return [flag.value];
    return flag.name === 'mount'
      ? mountFields(flag, instruction).flatMap((field) =>
          field.key.text === 'from' && field.value ? [field.value] : [],
        )
      : [];
  });
  return instruction.trigger ? [...words, ...fromWords(instruction.trigger)] : words;
}

interface MountField {
  readonly key: Word;
  readonly value: Word | undefined;
}

/** The comma-separated fields of a `--mount` flag. */
export function mountFields(flag: Flag, instruction: Instruction): MountField[] {
  const { value } = flag;
  if (!value) return [];
  const fields: MountField[] = [];
  let from = value.from;
  for (const part of value.text.split(',')) {
    const to = from + part.length;
    const equals = part.indexOf('=');
    const keyEnd = equals < 0 ? to : from + equals;
    fields.push({
      key: toWord(instruction.logical, from, keyEnd),
      value: equals < 0 ? undefined : toWord(instruction.logical, keyEnd + 1, to),
    });
    from = to + 1;
  }
  return fields;
}

/** What an instruction defines: the names of ARG and ENV. */
function definitions(
  instruction: Instruction,
  escape: string,
): { name: Word; value: string | undefined }[] {
  if (instruction.name !== 'ARG' && instruction.name !== 'ENV') return [];
  return pairsOf(instruction, escape)
    .filter(({ key }) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key.text))
    .map(({ key, value }) => ({ name: key, value: value?.text }));
}

/**
 * A stage sees what the stages it starts from define; an ARG before the first FROM reaches FROM lines, and stages that
 * repeat it as `ARG NAME`. Names are grouped by the outermost scope that defines them.
 */
function variables(tree: Tree): Occurrence[] {
  const global = new Set<string>();
  const scopes: Map<string, string>[] = [];
  for (const instruction of tree.instructions) {
    if (instruction.stage < 0)
      for (const { name } of definitions(instruction, tree.escape)) global.add(name.text);
  }
  for (const stage of tree.stages) {
    const scope = new Map(stage.base >= 0 ? scopes[stage.base] : undefined);
    for (const instruction of stage.instructions) {
      for (const { name } of definitions(instruction, tree.escape)) {
        const inherits = instruction.name === 'ARG' && global.has(name.text);
        if (!scope.has(name.text))
          scope.set(name.text, inherits ? 'global' : `stage ${stage.index}`);
      }
    }
    scopes.push(scope);
  }
  const groupOf = (name: string, instruction: Instruction): string | undefined => {
    if (instruction.stage < 0 || instruction.name === 'FROM')
      return global.has(name) ? 'global' : undefined;
    return scopes[instruction.stage]?.get(name);
  };
  const found: Occurrence[] = [];
  for (const instruction of tree.instructions) {
    const add = (word: Word, write: boolean, value: string | undefined) => {
      const scope = groupOf(word.text, instruction);
      if (scope === undefined) return;
      found.push({
        kind: 'variable',
        group: `${scope} ${word.text}`,
        name: word.text,
        span: word,
        write,
        value,
      });
    };
    for (const { name, value } of definitions(instruction, tree.escape)) add(name, true, value);
    for (const { name } of variablesOf(instruction, tree)) add(name, false, undefined);
  }
  return found;
}
