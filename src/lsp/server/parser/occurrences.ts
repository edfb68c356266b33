import { mountFields, unquoted } from './mounts.ts';
import { secretVariables } from './secrets.ts';
import type { Instruction, Span, Stage, Tree, Word } from './tree.ts';
import { toOffset } from './tree.ts';
import { variablesOf } from './variables.ts';
import type { Pair } from './words.ts';
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
  /** A variable in which the RUN it stands in is given a secret. */
  readonly secret?: true;
}

/** What the model knows of a file and its text alone does not tell. */
interface Known {
  /** Whether cmd or PowerShell runs an instruction's command. */
  readonly isForeign: (instruction: Instruction) => boolean;
  /** Index of the earlier stage that a stage starts from, variables replaced; -1 for an image. */
  readonly baseOf: (stage: Stage) => number;
}

/** Every definition and use of a stage, variable or heredoc name, in order of the document. Linear in the tree. */
export function occurrencesOf(tree: Tree, known: Known): Occurrence[] {
  const found = [...stageNames(tree), ...variables(tree, known)];
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
          value && /^["']?from$/i.test(key.text) ? [unquoted(value, instruction)] : [],
        )
      : [];
  });
  return instruction.trigger ? [...words, ...fromWords(instruction.trigger)] : words;
}

/** What an instruction defines: ARG and ENV, by names that can be referred to. */
function definitions(instruction: Instruction, escape: string): readonly Pair[] {
  if (instruction.name !== 'ARG' && instruction.name !== 'ENV') return NONE;
  return pairsOf(instruction, escape).filter(({ key }) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(key.text),
  );
}

/** The variables in which a RUN is given secrets, and which of them a name in it means; undefined where there are none. */
function secretsOf(instruction: Instruction) {
  const carrier = instruction.trigger ?? instruction;
  const names = secretVariables(carrier).map(({ name }) => name);
  if (names.length === 0) return undefined;
  const texts = new Set(names.map(({ text }) => text));
  // The builder, which replaces those of the flags, doesn't know them.
  const command = toOffset(carrier.logical, carrier.args.from);
  return {
    names,
    at: ({ text, start }: Word, anyCase = false): string | undefined => {
      if (start < command) return undefined;
      if (texts.has(text)) return text;
      const lower = text.toLowerCase();
      return anyCase ? [...texts].find((one) => one.toLowerCase() === lower) : undefined;
    },
  };
}

/** The groups of the variables that a scope sees, by their names and, behind a `%`, by these in lower case. */
type Groups = Map<string, string>;

/**
 * A stage sees what the stages it starts from define; an ARG before the first FROM reaches FROM lines, and stages that
 * repeat it as `ARG NAME`. Names are grouped by the outermost scope that defines them.
 */
function variables(tree: Tree, { isForeign, baseOf }: Known): Occurrence[] {
  const found: Occurrence[] = [];
  const global: Groups = new Map();
  const add = (word: Word, group: string | undefined, write: boolean, value?: string) => {
    if (group !== undefined)
      found.push({ kind: 'variable', group, name: word.text, span: word, write, value });
  };
  const addSecret = (word: Word, { start }: Instruction, name: string, write: boolean) => {
    const group = `run ${start} ${name}`;
    found.push({
      kind: 'variable',
      group,
      name: word.text,
      span: word,
      write,
      value: undefined,
      secret: true,
    });
  };
  /** Tells the names in the instructions of a scope; answers those that it defines first. */
  const visit = (instructions: readonly Instruction[], groups: Groups, index: number): string[] => {
    const own: string[] = [];
    const defined = instructions.map((instruction) => {
      const pairs = definitions(instruction, tree.escape);
      for (const { key } of pairs) {
        if (groups.has(key.text)) continue;
        const repeated = instruction.name === 'ARG' ? global.get(key.text) : undefined;
        const scope = index < 0 ? 'global' : `stage ${index}`;
        const group = repeated ?? `${scope} ${key.text}`;
        const folded = `%${key.text.toLowerCase()}`;
        for (const name of groups.has(folded) ? [key.text] : [key.text, folded]) {
          groups.set(name, group);
          own.push(name);
        }
      }
      return pairs;
    });
    let i = 0;
    for (const instruction of instructions) {
      const visible = instruction.name === 'FROM' ? global : groups;
      for (const { key, value } of defined[i++] ?? NONE)
        add(key, visible.get(key.text), true, value?.text);
      const secretOf = secretsOf(instruction);
      if (secretOf)
        for (const word of secretOf.names) addSecret(word, instruction, word.text, true);
      for (const { name, anyCase } of variablesOf(instruction, tree, isForeign)) {
        const secret = secretOf?.at(name, anyCase);
        if (secret !== undefined) {
          addSecret(name, instruction, secret, false);
          continue;
        }
        const folded = anyCase ? visible.get(`%${name.text.toLowerCase()}`) : undefined;
        add(name, visible.get(name.text) ?? folded, false);
      }
    }
    return own;
  };
  const head = tree.stages[0] ? tree.instructions.indexOf(tree.stages[0].from) : undefined;
  visit(tree.instructions.slice(0, head), global, -1);

  // From each stage to those that start from it, with one map that forgets on the way back what the stage has defined.
  const starting: Stage[][] = tree.stages.map(() => []);
  const roots: Stage[] = [];
  for (const stage of tree.stages) (starting[baseOf(stage)] ?? roots).push(stage);
  const groups: Groups = new Map();
  const open: (Stage | readonly string[])[] = roots.reverse();
  for (let next = open.pop(); next; next = open.pop()) {
    if (!('index' in next)) {
      for (const name of next) groups.delete(name);
      continue;
    }
    open.push(visit(next.instructions, groups, next.index));
    for (const stage of (starting[next.index] ?? NONE).toReversed()) open.push(stage);
  }
  return found;
}
