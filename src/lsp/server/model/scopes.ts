import { append } from '../../../util/multimap.ts';
import { lastWhile } from '../../../util/search.ts';
import { flagText } from '../parser/flags.ts';
import { fromWords } from '../parser/occurrences.ts';
import type { Instruction, Stage, Tree } from '../parser/tree.ts';
import type { Pair } from '../parser/words.ts';
import { expand } from './expand.ts';
import type { Expansion } from './expand.ts';
import { piecesOf } from './pieces.ts';
import type { Piece } from './pieces.ts';
import { firstVariables } from './variables.ts';
import type { Definition, Scope, Variables } from './variables.ts';

export type { Definition, Scope } from './variables.ts';

/** A piece of an instruction, and what it becomes. */
export interface Expanded {
  readonly piece: Piece;
  readonly expansion: Expansion;
  /** The variables without a value that it hangs on, itself or by the values of others: a base image may set them. */
  readonly wanting: readonly string[];
}

/** An instruction as a stage runs it. */
export interface Step {
  readonly instruction: Instruction;
  /** The instruction that BuildKit names in messages: this one, or the FROM that took over an ONBUILD's trigger. */
  readonly place: Instruction;
  /** The variables before it, and those behind it. */
  readonly scope: Scope;
  readonly behind: Scope;
  /** The pairs of ENV, LABEL and ARG. */
  readonly pairs: readonly Pair[];
  /** In the builder's order. */
  readonly expanded: readonly Expanded[];
}

/** What FROM makes of its words. */
interface FromWords {
  readonly image: Expansion | undefined;
  readonly platform: Expansion | undefined;
  /** The value of `--platform` without quotes. */
  readonly platformText: string | undefined;
}

export interface Scopes {
  /** Every ARG before the first FROM, in effect at each FROM. */
  readonly global: Scope;
  /** What the ARGs before the first FROM make of their defaults. */
  readonly globalSteps: readonly Step[];
  /** The variables before an instruction. */
  readonly at: (instruction: Instruction) => Scope;
  readonly steps: (stage: Stage) => readonly Step[];
  /** What a stage's triggers come to in one that starts from it. */
  readonly triggered: (stage: Stage) => readonly Step[];
  /** The steps of all stages that are of an instruction, in the builder's order. */
  readonly named: (name: string) => readonly Step[];
  readonly from: (stage: Stage) => FromWords;
  /** Index of the earlier stage that a stage starts from, variables replaced; -1 for an image. */
  readonly base: (stage: Stage) => number;
}

/** Arguments that never become variables (BuildKit's nonEnvArgs). */
const NO_VARIABLES = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);
/** Triggers that are run in all; every stage may run those of another. */
const MOST_TRIGGERS = 10_000;

/**
 * Works out which variables are in effect where, as BuildKit does for `--check` (dockerfile2llb): no build arguments,
 * base images that set PATH only. A stage is run when something in it, or in one that starts from it, is first asked for;
 * all of them take time linear in the file's length and the values' lengths.
 * @param pairsOf the pairs of ENV, LABEL and ARG, none for other instructions
 * @param builder the platform that the builder has and builds for; BuildKit's own answers are for `linux/amd64`
 */
export function createScopes(
  tree: Tree,
  pairsOf: (instruction: Instruction) => readonly Pair[],
  builder = 'linux/amd64',
): Scopes {
  const first = firstVariables(tree, builder);
  const run = (scope: Variables, instruction: Instruction, place: Instruction): RanStep => {
    const pairs = pairsOf(instruction);
    const pieces = piecesOf(instruction, tree, pairs);
    if (instruction.name === 'ARG') {
      const given = place.stage < 0 ? undefined : global;
      const { expanded, behind } = runArg({ instruction, pairs, pieces, scope }, given);
      return { instruction, place, scope, pairs, expanded, behind };
    }
    const expanded = pieces.length > 0 ? pieces.map((piece) => expandPiece(piece, scope)) : NONE;
    const behind = instruction.name === 'ENV' ? withPairs(instruction, expanded, scope) : scope;
    return { instruction, place, scope, pairs, expanded, behind };
  };

  let global = first.platform;
  const globalSteps: Step[] = [];
  for (const instruction of tree.instructions) {
    if (instruction.stage >= 0) break;
    const step = run(global, instruction, instruction);
    if (instruction.name === 'ARG') global = step.behind;
    globalSteps.push(step);
  }

  const bases = basesOf(tree, global);
  const triggersOf = takenTriggers(tree, bases.indexes);
  /** The stages that something has been asked of, and those they start from. */
  const ran: (RanStage | undefined)[] = [];
  let named: Map<string, Step[]> | undefined;
  return {
    global,
    globalSteps,
    at: (instruction) => {
      const outer = instruction.parent ?? instruction;
      const steps = outer.stage < 0 ? globalSteps : stepsOf(tree.stages[outer.stage]);
      const step = lastWhile(steps, ({ place }) => place.start <= outer.start);
      return step?.instruction === outer ? step.scope : global;
    },
    steps: stepsOf,
    triggered: (stage) => {
      stepsOf(stage);
      let scope = ran[stage.index]?.behind ?? first.base;
      return stage.instructions.flatMap(({ trigger }) => {
        if (!trigger) return [];
        const step = run(scope, trigger, trigger);
        scope = step.behind;
        return [step];
      });
    },
    named: (name) => (named ??= byName(tree.stages.map(stepsOf))).get(name) ?? [],
    from: (stage) => bases.from[stage.index] ?? NOTHING,
    base: (stage) => bases.indexes[stage.index] ?? -1,
  };

  function stepsOf(stage: Stage | undefined): readonly Step[] {
    // The stages it starts from come first; a loop, since there may be thousands.
    const open: Stage[] = [];
    for (let one = stage; one && !ran[one.index]; one = tree.stages[bases.indexes[one.index] ?? -1])
      open.push(one);
    for (const one of open.reverse()) ran[one.index] = runStage(one);
    return (stage && ran[stage.index]?.steps) ?? [];
  }

  /** Runs a stage; the one it starts from has run. */
  function runStage(stage: Stage): RanStage {
    let scope = ran[bases.indexes[stage.index] ?? -1]?.behind ?? first.base;
    const steps: Step[] = [];
    const hidden = new Map<string, Definition>();
    const runStep = (instruction: Instruction, place: Instruction) => {
      const step = run(scope, instruction, place);
      scope = step.behind;
      steps.push(step);
      noteHidden(step, hidden);
    };
    for (const trigger of triggersOf.get(stage.index) ?? []) runStep(trigger, stage.from);
    for (const instruction of stage.instructions)
      if (instruction !== stage.from) runStep(instruction, instruction);
    return { steps, behind: hidden.size > 0 ? scope.with([...hidden.values()]) : scope };
  }
}

interface RanStep extends Step {
  readonly behind: Variables;
}

interface RanStage {
  readonly steps: readonly Step[];
  /** The variables of a stage that starts from it. */
  readonly behind: Variables;
}

/**
 * Keeps up what the image has of variables that an ARG gives another value: that holds for the rest of its stage, and in those
 * that start from it the image's counts again.
 */
function noteHidden(
  { instruction, pairs, scope, expanded }: RanStep,
  hidden: Map<string, Definition>,
) {
  if (instruction.name === 'ARG')
    for (const { key } of pairs) {
      const before = scope.get(key.text);
      if (before?.origin === 'env' || before?.origin === 'base')
        hidden.set(before.name, { ...before, declared: true });
    }
  if (instruction.name === 'ENV' && hidden.size > 0)
    for (let i = 0; i < expanded.length; i += 2) {
      const key = expanded[i];
      if (key) hidden.delete(textOf(key));
    }
}

interface Runnable {
  readonly instruction: Instruction;
  readonly pairs: readonly Pair[];
  readonly pieces: readonly Piece[];
  readonly scope: Variables;
}

const NONE: readonly Expanded[] = [];

/** The variables behind an ENV. */
function withPairs(
  instruction: Instruction,
  expanded: readonly Expanded[],
  scope: Variables,
): Variables {
  const definitions: Definition[] = [];
  for (let i = 0; i + 1 < expanded.length; i += 2) {
    const [key, value] = [expanded[i], expanded[i + 1]];
    if (!key || !value) continue;
    const name = textOf(key);
    definitions.push({
      name,
      value: textOf(value),
      origin: 'env',
      instruction,
      span: key.piece.span,
      declared: scope.get(name)?.declared ?? false,
      wanting: value.wanting,
    });
  }
  return scope.with(definitions);
}

/** Runs an ARG, in a stage when there is a `global` scope. Each argument sees those before it in the same instruction. */
function runArg(
  { instruction, pairs, pieces, scope }: Runnable,
  global: Scope | undefined,
): Pick<RanStep, 'behind' | 'expanded'> {
  let into = scope;
  let used = 0;
  const expanded: Expanded[] = [];
  for (const { key, value } of pairs) {
    const name = key.text;
    const piece = value && pieces[used++];
    const result = piece && expandPiece(piece, into);
    if (result) expanded.push(result);
    const before = into.get(name);
    const told = result ? textOf(result) : global?.get(name)?.value;
    const given = global && NO_VARIABLES.has(name) ? undefined : told;
    const definition: Definition =
      given === undefined && before
        ? { ...before, declared: true }
        : {
            name,
            value: given,
            origin: global ? 'arg' : 'global',
            instruction,
            span: key,
            declared: true,
            wanting: result?.wanting ?? NOTHING_WANTING,
          };
    into = into.with([definition]);
  }
  return { behind: into, expanded };
}

function expandPiece(piece: Piece, scope: Scope): Expanded {
  const expansion = expand(piece.text, scope.value, piece);
  return { piece, expansion, wanting: wantingOf(expansion, scope) };
}

const NOTHING_WANTING: readonly string[] = [];
/** Values may be made of each other in every line of a file. */
const MOST_WANTING = 50;

/** What a text hangs on, in its references' order. */
function wantingOf({ references }: Expansion, scope: Scope): readonly string[] {
  if (references.length === 0) return NOTHING_WANTING;
  const names = references.flatMap(({ name, value }) =>
    value === undefined ? [name] : (scope.get(name)?.wanting ?? NOTHING_WANTING),
  );
  return names.length === 0 ? NOTHING_WANTING : [...new Set(names)].slice(0, MOST_WANTING);
}

function byName(stages: readonly (readonly Step[])[]): Map<string, Step[]> {
  const steps = new Map<string, Step[]>();
  for (const stage of stages) {
    for (const step of stage) {
      append(steps, step.instruction.name, step);
    }
  }
  return steps;
}

const NOTHING: FromWords = { image: undefined, platform: undefined, platformText: undefined };

/** What a piece becomes; its own text when it can't be read. */
function textOf({ piece, expansion }: Expanded): string {
  return expansion.error ? piece.text : expansion.value;
}

/** Expands the words of each FROM. A base is an earlier stage when it is exactly its name in lower case. */
function basesOf(tree: Tree, global: Scope): { from: FromWords[]; indexes: number[] } {
  const byName = new Map<string, number>();
  const from: FromWords[] = [];
  const indexes: number[] = [];
  for (const stage of tree.stages) {
    const image = stage.image && expand(stage.image.text, global.value, tree);
    const flag = stage.from.flags.findLast(({ name }) => name === 'platform')?.value;
    const platformText = flag && flagText(flag.text, tree.escape);
    const platform =
      platformText === undefined ? undefined : expand(platformText, global.value, tree);
    from.push({ image, platform, platformText });
    indexes.push(image ? (byName.get(image.value) ?? -1) : -1);
    if (stage.name) byName.set(stage.name.text.toLowerCase(), stage.index);
  }
  return { from, indexes };
}

/** The stages that the last one needs, itself included. */
function reachable(tree: Tree, bases: readonly number[]): Set<number> {
  const byName = new Map(tree.stages.map(({ name, index }) => [name?.text.toLowerCase(), index]));
  const reached = new Set<number>();
  const open = [tree.stages.length - 1];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const stage = tree.stages[index];
    if (!stage || reached.has(index)) continue;
    reached.add(index);
    open.push(bases[index] ?? -1);
    for (const instruction of stage.instructions)
      for (const { text } of fromWords(instruction))
        open.push(byName.get(text.toLowerCase()) ?? (/^\d+$/.test(text) ? Number(text) : -1));
  }
  return reached;
}

/** The triggers of ONBUILD that each stage takes over from the one it starts from, by the stage's index. */
function takenTriggers(
  tree: Tree,
  bases: readonly number[],
): ReadonlyMap<number, readonly Instruction[]> {
  const taken = new Map<number, readonly Instruction[]>();
  if (!tree.instructions.some(({ trigger }) => trigger)) return taken;
  const own = tree.stages.map(({ instructions }) =>
    instructions.flatMap(({ trigger }) => trigger ?? []),
  );
  const reached = reachable(tree, bases);
  let left = MOST_TRIGGERS;
  for (const { index } of tree.stages) {
    const triggers = reached.has(index) ? own[bases[index] ?? -1]?.slice(0, left) : undefined;
    if (!triggers) continue;
    taken.set(index, triggers);
    left -= triggers.length;
  }
  return taken;
}
