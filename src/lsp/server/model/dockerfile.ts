import { append } from '../../../util/multimap.ts';
import type { Instruction, Stage, Tree, Word } from '../parser/tree.ts';
import type { Pair } from '../parser/words.ts';
import { pairsOf } from '../parser/words.ts';
import type { ShellProgram } from '../shell/program.ts';
import { shellPrograms } from '../shell/program.ts';
import type { Shell, ShellCommand } from '../shell/shell.ts';
import { readShell } from '../shell/shell.ts';
import { expand } from './expand.ts';
import type { Expansion } from './expand.ts';
import { PAIRED } from './pieces.ts';
import { createScopes } from './scopes.ts';
import type { Scope, Scopes } from './scopes.ts';

/** A RUN with what its shell does. */
export interface ShellRun {
  readonly run: Instruction;
  readonly shell: Shell;
}

/** A command with the RUN that it belongs to. */
interface RunCommand extends ShellRun {
  readonly command: ShellCommand;
}

/** A parsed Dockerfile with what rules and features ask of it; everything dear is worked out at the first call. */
export interface Dockerfile {
  readonly tree: Tree;
  /** Instructions of these names in order of the file, ONBUILD's triggers included. */
  all(...names: readonly string[]): readonly Instruction[];
  /** The pairs that ENV, LABEL and ARG define; none of other instructions. */
  pairs(instruction: Instruction): readonly Pair[];
  /** The stage that an instruction belongs to; undefined before the first FROM. */
  stageOf(instruction: Instruction): Stage | undefined;
  /** A stage and the stages it starts from, nearest first. */
  chain(stage: Stage): readonly Stage[];
  /** The stage that a stage starts from, variables replaced; undefined when that is an image. */
  baseOf(stage: Stage): Stage | undefined;
  /** The variables in effect before an instruction (at a FROM: those of the ARGs before the first one). */
  scopeAt(instruction: Instruction): Scope;
  /** A word of an instruction with the variables in effect there replaced and its quotes taken away. */
  expand(instruction: Instruction, word: Word): Expansion;
  /** The steps of all stages with what becomes of their words, and of FROM's. */
  scopes(): Scopes;
  /** The indexes of the stages that another one starts from. */
  bases(): ReadonlySet<number>;
  /** The shell that runs an instruction's shell form. */
  shellProgram(instruction: Instruction): ShellProgram;
  /** The commands of RUN and its like; undefined when no POSIX shell reads them. */
  shell(instruction: Instruction): Shell | undefined;
  /** The RUNs that a shell reads, ONBUILD's included. */
  shellRuns(): readonly ShellRun[];
  /** What they run, by the program's name. */
  commands(): ReadonlyMap<string, readonly RunCommand[]>;
  /** What `make` answers for this file. It is called once, so that rules that ask for the same share it. */
  once<T>(make: (file: Dockerfile) => T): T;
}

/** Wraps a tree. */
export function createDockerfile(tree: Tree): Dockerfile {
  let named: Map<string, Instruction[]> | undefined;
  const ofName = (name: string): readonly Instruction[] =>
    (named ??= byName(tree.instructions)).get(name) ?? [];
  /** What was asked for several names at once; rules ask for the same ones. */
  const byNames = new Map<string, readonly Instruction[]>();
  let scopes: Scopes | undefined;
  let programs: ReturnType<typeof shellPrograms> | undefined;
  const pairs = new Map<Instruction, readonly Pair[]>();
  const shells = new Map<Instruction, Shell | undefined>();
  let bases: Set<number> | undefined;
  let runs: ShellRun[] | undefined;
  let commands: Map<string, RunCommand[]> | undefined;
  const made = new Map<unknown, unknown>();
  const file: Dockerfile = {
    tree,
    all: (...names) => {
      const [first = '', ...others] = names;
      if (others.length === 0) return ofName(first);
      const key = names.join(' ');
      const known = byNames.get(key);
      if (known) return known;
      const found = names.flatMap(ofName).sort((a, b) => a.keyword.start - b.keyword.start);
      byNames.set(key, found);
      return found;
    },
    pairs: (instruction) => {
      if (!PAIRED.has(instruction.name)) return NO_PAIRS;
      const known = pairs.get(instruction) ?? pairsOf(instruction, tree.escape);
      pairs.set(instruction, known);
      return known;
    },
    stageOf: ({ stage }) => tree.stages[stage],
    chain: (stage) => {
      const chain = [stage];
      // A base is an earlier stage, so this ends.
      for (let base = file.baseOf(stage); base; base = file.baseOf(base)) chain.push(base);
      return chain;
    },
    baseOf: (stage) => tree.stages[file.scopes().base(stage)],
    scopeAt: (instruction) => file.scopes().at(instruction),
    expand: (instruction, word) => expand(word.text, file.scopeAt(instruction).value, tree),
    scopes: () => (scopes ??= createScopes(tree, file.pairs)),
    bases: () => (bases ??= new Set(tree.stages.map(file.scopes().base))),
    shellProgram: (instruction) =>
      (programs ??= shellPrograms(tree, file.scopes().base))(instruction),
    shell: (instruction) => {
      if (shells.has(instruction)) return shells.get(instruction);
      const readable = instruction.json || file.shellProgram(instruction).posix;
      const shell = readable ? readShell(instruction, tree.source) : undefined;
      shells.set(instruction, shell);
      return shell;
    },
    shellRuns: () =>
      (runs ??= file.all('RUN').flatMap((run) => {
        const shell = file.shell(run);
        return shell ? [{ run, shell }] : [];
      })),
    commands: () => (commands ??= byProgram(file.shellRuns())),
    once: <T>(make: (file: Dockerfile) => T): T => {
      if (!made.has(make)) made.set(make, make(file));
      return made.get(make) as T;
    },
  };
  return file;
}

const NO_PAIRS: readonly Pair[] = [];

function byName(instructions: readonly Instruction[]): Map<string, Instruction[]> {
  const found = new Map<string, Instruction[]>();
  for (const instruction of instructions) {
    append(found, instruction.name, instruction);
    if (instruction.trigger) append(found, instruction.trigger.name, instruction.trigger);
  }
  return found;
}

function byProgram(runs: readonly ShellRun[]): Map<string, RunCommand[]> {
  const found = new Map<string, RunCommand[]>();
  for (const { run, shell } of runs) {
    for (const command of shell.commands) {
      append(found, command.name, { run, shell, command });
    }
  }
  return found;
}
