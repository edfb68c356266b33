import type { Instruction, Span, Tree } from '../parser/tree.ts';
import type { Lookup } from './expand.ts';
import { emptyTrie, trieGet, trieSet, trieValues } from './trie.ts';
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
  /** The variables without a value that its value was made of. */
  readonly wanting?: readonly string[];
}

/** The variables in effect at a place. */
export interface Scope {
  readonly get: (name: string) => Definition | undefined;
  readonly value: Lookup;
  /** All of them, in order of the file. Linear in their number but for the sorting. */
  readonly definitions: () => Definition[];
}

/** A scope that others are made from; the scopes of a file share most of what they hold. */
export interface Variables extends Scope {
  /** The scope with some of the variables defined anew. */
  readonly with: (definitions: readonly Definition[]) => Variables;
}

const BASE_ENV = [
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
] as const;

/** BuildKit's arguments of the platform (dockerfile2llb, defaultArgs) for a builder that builds for its own. */
function platformArguments(platform: string): (readonly [string, string])[] {
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return ['BUILD', 'TARGET'].flatMap((side) => [
    [`${side}PLATFORM`, platform] as const,
    [`${side}OS`, os] as const,
    [`${side}OSVERSION`, ''] as const,
    [`${side}ARCH`, architecture] as const,
    [`${side}VARIANT`, variant] as const,
  ]);
}

/**
 * What stands before a file defines anything: the arguments of the platform, and a base image's variables.
 * @param builder the builder's platform, as `linux/amd64`
 */
export function firstVariables(
  tree: Tree,
  builder: string,
): { platform: Variables; base: Variables } {
  const builtin = platformArguments(builder);
  const ids = new Map<string, number>();
  const over = (trie: Trie<Definition>): Variables => {
    const get = (name: string) => {
      const id = ids.get(name);
      return id === undefined ? undefined : trieGet(trie, id);
    };
    return {
      get,
      value: (name) => get(name)?.value,
      // The ids tell in what order the stages have been asked for.
      definitions: () => trieValues(trie).toSorted((a, b) => placeOf(a) - placeOf(b)),
      with: (definitions) => {
        let into = trie;
        for (const definition of definitions) {
          let id = ids.get(definition.name);
          if (id === undefined) ids.set(definition.name, (id = ids.size));
          into = trieSet(into, id, definition);
        }
        return over(into);
      },
    };
  };
  const target = tree.stages.at(-1)?.name?.text.toLowerCase() ?? 'default';
  const none = over(emptyTrie());
  return {
    platform: none.with(given('platform', [...builtin, ['TARGETSTAGE', target]])),
    base: none.with(given('base', BASE_ENV)),
  };
}

/** Those of the platform and the base image come first. */
function placeOf({ span }: Definition): number {
  return span?.start ?? -1;
}

function given(
  origin: Definition['origin'],
  values: readonly (readonly [string, string])[],
): Definition[] {
  return values.map(([name, value]) => ({
    name,
    value,
    origin,
    instruction: undefined,
    span: undefined,
    declared: false,
  }));
}
