import { flagText } from '../parser/flags.ts';
import { fromWords } from '../parser/occurrences.ts';
import type { Instruction, Span, Stage, Tree, Word } from '../parser/tree.ts';
import { pairsOf } from '../parser/words.ts';
import { expand } from './expand.ts';
import type { Expansion, Lookup } from './expand.ts';
import { piecesOf } from './pieces.ts';
import type { Piece } from './pieces.ts';
import { trieGet, trieSet, trieValues } from './trie.ts';
import type { Trie } from './trie.ts';

/** A variable as it stands at some instruction. */
export interface Definition {
  readonly name: string;
  /** Undefined when it is only declared, by `ARG NAME` without a default. */
  readonly value: string | undefined;
  /** Set by the platform, by the base image, by an ARG before the first FROM, or in a stage by ARG or ENV. */
  readonly origin: 'platform' | 'base' | 'global' | 'arg' | 'env';
  /** What gave it its value, or declared it; undefined for those of the platform and the base image. */
  readonly instruction: Instruction | undefined;
  /** Where its name stands there. */
  readonly span: Span | undefined;
  /** Whether an ARG names it, so that `--build-arg` can set it. */
  readonly declared: boolean;
}

/** The variables in effect at a place. */
export interface Scope {
  readonly get: (name: string) => Definition | undefined;
  readonly value: Lookup;
  /** All of them. Takes time linear in their number. */
  readonly definitions: () => Definition[];
}

/** A piece of an instruction, and what it becomes. */
export interface Expanded {
  readonly piece: Piece;
  readonly expansion: Expansion;
}

/** An instruction as a stage runs it. */
export interface Step {
  readonly instruction: Instruction;
  /** The instruction that BuildKit names in messages: this one, or the FROM that took over an ONBUILD's trigger. */
  readonly place: Instruction;
  /** The variables before it. */
  readonly scope: Scope;
  /** In the builder's order. */
  readonly expanded: readonly Expanded[];
}

/** What FROM makes of its words. */
export interface FromWords {
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
  readonly from: (stage: Stage) => FromWords;
  /** Index of the earlier stage that a stage starts from, variables replaced; -1 for an image. */
  readonly base: (stage: Stage) => number;
}

const BASE_ENV: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** BuildKit's arguments of the platform (dockerfile2llb, defaultArgs) for a linux/amd64 builder and target. */
function platformArgs(tree: Tree): Record<string, string> {
  return {
    BUILDPLATFORM: 'linux/amd64',
    BUILDOS: 'linux',
    BUILDOSVERSION: '',
    BUILDARCH: 'amd64',
    BUILDVARIANT: '',
    TARGETPLATFORM: 'linux/amd64',
    TARGETOS: 'linux',
    TARGETOSVERSION: '',
    TARGETARCH: 'amd64',
    TARGETVARIANT: '',
    TARGETSTAGE: tree.stages.at(-1)?.name?.text.toLowerCase() ?? 'default',
  };
}

/** Arguments that never become variables (BuildKit's nonEnvArgs). */
const NO_VARIABLES = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);

type Root = Trie<Definition>;

/**
 * Works out which variables are in effect where, as BuildKit does for `--check` (dockerfile2llb): no build arguments,
 * base images that set PATH only. Takes time linear in the file's length and the values' lengths.
 */
export function createScopes(tree: Tree): Scopes {
  const ids = new Map<string, number>();
  const idOf = (name: string): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, ids.size);
    return ids.size - 1;
  };
  const set = (root: Root, definition: Definition): Root =>
    trieSet(root, idOf(definition.name), definition);
  const lookup = (root: Root, name: string): Definition | undefined => {
    const id = ids.get(name);
    return id === undefined ? undefined : trieGet(root, id);
  };
  const scopeOf = (root: Root): Scope => ({
    get: (name) => lookup(root, name),
    value: (name) => lookup(root, name)?.value,
    definitions: () => trieValues(root),
  });
  const given = (
    root: Root,
    origin: 'platform' | 'base',
    values: Readonly<Record<string, string>>,
  ) =>
    Object.entries(values).reduce(
      (into, [name, value]) =>
        set(into, {
          name,
          value,
          origin,
          instruction: undefined,
          span: undefined,
          declared: false,
        }),
      root,
    );

  /** Runs an instruction; answers the variables behind it. */
  const run = (
    root: Root,
    instruction: Instruction,
    global: Root | undefined,
  ): [Root, Expanded[]] => {
    const pieces = piecesOf(instruction, tree);
    const read = (from: Root, piece: Piece): Expanded => ({
      piece,
      expansion: expand(piece.text, (name) => lookup(from, name)?.value, piece),
    });
    if (instruction.name === 'ENV') {
      const expanded = pieces.map((piece) => read(root, piece));
      let into = root;
      for (let i = 0; i + 1 < expanded.length; i += 2) {
        const [key, value] = [expanded[i], expanded[i + 1]];
        if (key && value)
          into = set(into, assigned(root, textOf(key), key.piece.span, textOf(value)));
      }
      return [into, expanded];
    }
    if (instruction.name !== 'ARG') return [root, pieces.map((piece) => read(root, piece))];
    let into = root;
    let used = 0;
    const expanded: Expanded[] = [];
    for (const { key, value } of pairsOf(instruction, tree.escape)) {
      const name = key.text;
      const before = lookup(into, name);
      const inherited = value || !global ? undefined : lookup(global, name);
      const piece = value ? pieces[used++] : undefined;
      if (piece) {
        const result = read(into, piece);
        expanded.push(result);
        into = set(into, argument(name, key, textOf(result)));
      } else if (inherited?.value !== undefined)
        into = set(into, argument(name, key, inherited.value));
      else if (before) into = set(into, { ...before, declared: true });
      else into = set(into, argument(name, key, undefined));
    }
    return [into, expanded];

    function argument(name: string, key: Word, value: string | undefined): Definition {
      return {
        name,
        value: NO_VARIABLES.has(name) && global ? undefined : value,
        origin: global ? 'arg' : 'global',
        instruction,
        span: key,
        declared: true,
      };
    }
    function assigned(before: Root, name: string, span: Span, value: string): Definition {
      const declared = lookup(before, name)?.declared ?? false;
      return { name, value, origin: 'env', instruction, span, declared };
    }
  };

  const scopes = new Map<Instruction, Scope>();
  const record = (root: Root, instruction: Instruction, place = instruction): [Root, Step] => {
    const scope = scopeOf(root);
    if (place === instruction) {
      scopes.set(instruction, scope);
      if (instruction.trigger) scopes.set(instruction.trigger, scope);
    }
    const [behind, expanded] = run(root, instruction, place.stage < 0 ? undefined : globalRoot);
    return [behind, { instruction, place, scope, expanded }];
  };

  let globalRoot: Root = given({}, 'platform', platformArgs(tree));
  const globalSteps: Step[] = [];
  for (const instruction of tree.instructions) {
    if (instruction.stage >= 0) break;
    const [behind, step] = record(globalRoot, instruction);
    if (instruction.name === 'ARG') globalRoot = behind;
    globalSteps.push(step);
  }
  const global = scopeOf(globalRoot);

  const bases = basesOf(tree, global);
  /** The steps of all stages, worked out when the first is asked for. */
  let all: Step[][] | undefined;
  const stepsOf = (): Step[][] => (all ??= runStages());
  return {
    global,
    globalSteps,
    at: (instruction) => {
      stepsOf();
      return scopes.get(instruction) ?? global;
    },
    steps: (stage) => stepsOf()[stage.index] ?? [],
    from: (stage) => bases.from[stage.index] ?? NOTHING,
    base: (stage) => bases.indexes[stage.index] ?? -1,
  };

  function runStages(): Step[][] {
    const reached = tree.instructions.some(({ trigger }) => trigger)
      ? reachable(tree, bases.indexes)
      : undefined;
    const empty = given({}, 'base', BASE_ENV);
    const roots: Root[] = [];
    const steps: Step[][] = [];
    for (const stage of tree.stages) {
      const base = bases.indexes[stage.index] ?? -1;
      let root = base < 0 ? empty : (roots[base] ?? empty);
      const own: Step[] = [];
      scopes.set(stage.from, global);
      const triggers = reached?.has(stage.index) ? (tree.stages[base]?.instructions ?? []) : [];
      for (const { trigger } of triggers) {
        if (!trigger) continue;
        const [behind, step] = record(root, trigger, stage.from);
        root = behind;
        own.push(step);
      }
      for (const instruction of stage.instructions) {
        if (instruction === stage.from) continue;
        const [behind, step] = record(root, instruction);
        root = behind;
        own.push(step);
      }
      roots.push(root);
      steps.push(own);
    }
    return steps;
  }
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
    const platformText = flag && flagText(flag.text);
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
