import type { Known, Occurrence } from './occurrences.ts';
import { secretVariables } from './secrets.ts';
import type { Instruction, Stage, Tree, Word } from './tree.ts';
import { toOffset } from './tree.ts';
import { variablesOf } from './variables.ts';
import type { Pair } from './words.ts';
import { pairsOf } from './words.ts';

const NONE: readonly never[] = [];

/** The groups of the variables that a scope sees, by their names and, behind a `%`, by these in lower case. */
type Groups = Map<string, string>;

/**
 * Every definition and use of a variable. A stage sees what the stages it starts from define, in ONBUILD too; an ARG
 * before the first FROM reaches FROM lines, and stages that repeat it as `ARG NAME`; a RUN sees its secrets. Names are
 * grouped by the outermost scope that defines them.
 */
export function variableNames(tree: Tree, { isForeign, baseOf }: Known): Occurrence[] {
  const found: Occurrence[] = [];
  const global: Groups = new Map();
  const add = (word: Word, group: string | undefined, write: boolean, value?: string) => {
    if (group !== undefined)
      found.push({ kind: 'variable', group, name: word.text, span: word, write, value });
  };
  const addSecret = (word: Word, { start }: Instruction, name: string, write: boolean) => {
    const group = `run ${start} ${name}`;
    const common = { kind: 'variable', value: undefined, secret: true } as const;
    found.push({ ...common, group, name: word.text, span: word, write });
  };
  /** The names that an instruction defines and a scope doesn't see yet, with their groups. */
  const news = ({ name }: Instruction, { key }: Pair, scope: string, groups: Groups) => {
    if (groups.has(key.text)) return NONE;
    const repeated = name === 'ARG' ? global.get(key.text) : undefined;
    const group = repeated ?? `${scope} ${key.text}`;
    const folded = `%${key.text.toLowerCase()}`;
    const names = groups.has(folded) ? [key.text] : [key.text, folded];
    return names.map((one) => [one, group] as const);
  };
  /** Tells the names in the instructions of a scope; answers those that it defines first, for what starts from it. */
  const visit = (instructions: readonly Instruction[], groups: Groups, index: number): string[] => {
    const scope = index < 0 ? 'global' : `stage ${index}`;
    const own: string[] = [];
    const define = ([name, group]: readonly [string, string]) => {
      groups.set(name, group);
      own.push(name);
    };
    const defined = instructions.map((instruction) => definitions(instruction, tree.escape));
    for (const [i, instruction] of instructions.entries())
      for (const pair of defined[i] ?? NONE) news(instruction, pair, scope, groups).forEach(define);
    const triggered = index < 0 ? new Map() : triggers(instructions, groups, index);
    for (const [i, instruction] of instructions.entries()) {
      const visible = instruction.name === 'FROM' ? global : groups;
      const groupOf = (name: string): string | undefined =>
        visible.get(name) ?? (instruction.trigger ? triggered.get(name) : undefined);
      for (const { key, value } of defined[i] ?? NONE)
        add(key, groupOf(key.text), true, value?.text);
      if (instruction.trigger)
        for (const { key, value } of definitions(instruction.trigger, tree.escape))
          add(key, groupOf(key.text), true, value?.text);
      const secretOf = secretsOf(instruction);
      for (const word of secretOf?.names ?? NONE) addSecret(word, instruction, word.text, true);
      for (const { name, anyCase } of variablesOf(instruction, tree, isForeign)) {
        const secret = secretOf?.at(name, anyCase);
        const folded = anyCase ? groupOf(`%${name.text.toLowerCase()}`) : undefined;
        if (secret !== undefined) addSecret(name, instruction, secret, false);
        else add(name, groupOf(name.text) ?? folded, false);
      }
    }
    for (const [name, group] of triggered) define([name, group]);
    return own;
  };
  /** What a stage's ONBUILDs define that it doesn't: they themselves see it, and stages that start from it. */
  const triggers = (
    instructions: readonly Instruction[],
    groups: Groups,
    index: number,
  ): Groups => {
    const triggered: Groups = new Map();
    for (const { trigger } of instructions) {
      if (!trigger) continue;
      for (const pair of definitions(trigger, tree.escape))
        for (const [name, group] of news(trigger, pair, `onbuild ${index}`, groups))
          if (!triggered.has(name)) triggered.set(name, group);
    }
    return triggered;
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
