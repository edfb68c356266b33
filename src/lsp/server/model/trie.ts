/** 32 branches on each level. */
const BITS = 5;
const MASK = (1 << BITS) - 1;

type Branch<T> = readonly (Branch<T> | T | undefined)[];

/** A map from small whole numbers that is never changed: what is set gives a new one, most of which is the old one. */
export interface Trie<T extends object> {
  readonly levels: number;
  readonly root: Branch<T>;
}

/** A map that can hold keys below `size`. */
export function emptyTrie<T extends object>(size: number): Trie<T> {
  return { levels: Math.max(1, Math.ceil(Math.log2(size) / BITS)), root: [] };
}

/** `trie` with `key` set to `value`. Takes the same time whatever it holds. */
export function trieSet<T extends object>(trie: Trie<T>, key: number, value: T): Trie<T> {
  return { levels: trie.levels, root: setAt(trie.root, key, value, trie.levels - 1) };
}

function setAt<T extends object>(
  branch: Branch<T> | undefined,
  key: number,
  value: T,
  level: number,
): Branch<T> {
  const index = (key >> (level * BITS)) & MASK;
  const copy = branch ? branch.slice() : [];
  copy[index] =
    level === 0 ? value : setAt(copy[index] as Branch<T> | undefined, key, value, level - 1);
  return copy;
}

/** What `key` has in `trie`. */
export function trieGet<T extends object>(trie: Trie<T>, key: number): T | undefined {
  let at: Branch<T> | T | undefined = trie.root;
  for (let level = trie.levels - 1; level >= 0 && at; level--)
    at = (at as Branch<T>)[(key >> (level * BITS)) & MASK];
  return at as T | undefined;
}

/** All values in order of their keys. */
export function trieValues<T extends object>(trie: Trie<T>): T[] {
  let level = trie.root;
  for (let depth = trie.levels - 1; depth > 0; depth--)
    level = level.flatMap((branch) => (branch as Branch<T> | undefined) ?? []);
  return level.filter((value) => value !== undefined) as T[];
}
