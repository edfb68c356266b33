import type { Trie } from '../model/trie.ts';
import { emptyTrie, trieGet, trieSet } from '../model/trie.ts';
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

/** What an instruction takes files from: the values of `--from=` and of `from=` in each `--mount=`. */
export function fromWords(instruction: Instruction): readonly Word[] {
  if (instruction.flags.length === 0 && !instruction.trigger) return NONE;
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
): readonly { name: Word; value: string | undefined }[] {
  if (instruction.name !== 'ARG' && instruction.name !== 'ENV') return NONE;
  return pairsOf(instruction, escape)
    .filter(({ key }) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key.text))
    .map(({ key, value }) => ({ name: key, value: value?.text }));
}

/** A variable of the outermost scope that defines it. */
interface Owner {
  readonly group: string;
}

/**
 * A stage sees what the stages it starts from define; an ARG before the first FROM reaches FROM lines, and stages that
 * repeat it as `ARG NAME`. Names are grouped by the outermost scope that defines them.
 */
function variables(tree: Tree): Occurrence[] {
  const defined = tree.instructions.map((instruction) => definitions(instruction, tree.escape));
  const ids = new Map<string, number>();
  for (const some of defined)
    for (const { name } of some) if (!ids.has(name.text)) ids.set(name.text, ids.size);
  const global = new Map<number, Owner>();
  const owners: Trie<Owner>[] = [];
  const empty = emptyTrie<Owner>();
  for (const [index, { name, stage }] of tree.instructions.entries()) {
    if (name === 'FROM') owners.push(owners[tree.stages[stage]?.base ?? -1] ?? empty);
    for (const { name: word } of defined[index] ?? []) {
      const id = ids.get(word.text) ?? 0;
      const seen = owners[stage];
      if (!seen) global.set(id, { group: `global ${word.text}` });
      else if (!trieGet(seen, id)) {
        const inherited = name === 'ARG' ? global.get(id) : undefined;
        owners[stage] = trieSet(seen, id, inherited ?? { group: `stage ${stage} ${word.text}` });
      }
    }
  }
  const ownerOf = (name: string, instruction: Instruction): Owner | undefined => {
    const id = ids.get(name);
    if (id === undefined) return undefined;
    if (instruction.stage < 0 || instruction.name === 'FROM') return global.get(id);
    const seen = owners[instruction.stage];
    return seen && trieGet(seen, id);
  };
  const found: Occurrence[] = [];
  for (const [index, instruction] of tree.instructions.entries()) {
    const add = (word: Word, write: boolean, value: string | undefined) => {
      const owner = ownerOf(word.text, instruction);
      if (!owner) return;
      found.push({
        kind: 'variable',
        group: owner.group,
        name: word.text,
        span: word,
        write,
        value,
      });
    };
    for (const { name, value } of defined[index] ?? []) add(name, true, value);
    for (const { name } of variablesOf(instruction, tree)) add(name, false, undefined);
  }
  return found;
}
