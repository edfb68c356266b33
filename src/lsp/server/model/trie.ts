/** 8 branches on each level: what is copied for each value set is the least then, or nearly so. */
const BITS = 3;
const MASK = (1 << BITS) - 1;

type Branch<T> = readonly (Branch<T> | T | undefined)[];

/** A map from small whole numbers that is never changed: what is set gives a new one, most of which is the old one. */
export interface Trie<T extends object> {
  readonly levels: number;
  readonly root: Branch<T>;
}

/** Copies of it are as long as a branch can get, and no longer. */
const NOTHING: Branch<never> = Array.from({ length: 1 << BITS }, () => undefined);

/** A map that holds nothing. */
export function emptyTrie<T extends object>(): Trie<T> {
  return { levels: 1, root: NOTHING };
}

/** `trie` with `key` set to `value`. Takes time that grows with the logarithm of the largest key. */
export function trieSet<T extends object>(trie: Trie<T>, key: number, value: T): Trie<T> {
  let { levels, root } = trie;
  for (; key >> (levels * BITS) > 0; levels++)
    root = root === NOTHING ? root : [root, ...NOTHING.slice(1)];
  return { levels, root: setAt(root, key, value, levels - 1) };
}

function setAt<T extends object>(
  branch: Branch<T>,
  key: number,
  value: T,
  level: number,
): Branch<T> {
  const index = (key >> (level * BITS)) & MASK;
  const copy = branch.slice();
  copy[index] =
    level === 0
      ? value
      : setAt((copy[index] as Branch<T> | undefined) ?? NOTHING, key, value, level - 1);
  return copy;
}

/** What `key` has in `trie`. */
export function trieGet<T extends object>(trie: Trie<T>, key: number): T | undefined {
  if (key >> (trie.levels * BITS) > 0) return undefined;
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
