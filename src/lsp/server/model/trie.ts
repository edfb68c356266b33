/** 32 branches on each of five levels hold more keys than a text of memory's size has names. */
const BITS = 5;
const LEVELS = 5;
const MASK = (1 << BITS) - 1;

interface Branch<T> {
  readonly [index: number]: Branch<T> | T | undefined;
}

/** A map from small whole numbers that is never changed: what is set gives a new one, most of which is the old one. */
export type Trie<T extends object> = Branch<T>;

/** `trie` with `key` set to `value`. Takes the same time whatever its size. */
export function trieSet<T extends object>(trie: Trie<T>, key: number, value: T): Trie<T> {
  return setAt(trie, key, value, LEVELS - 1);
}

function setAt<T extends object>(
  branch: Branch<T>,
  key: number,
  value: T,
  level: number,
): Branch<T> {
  const index = (key >> (level * BITS)) & MASK;
  const below =
    level === 0 ? value : setAt((branch[index] ?? {}) as Branch<T>, key, value, level - 1);
  return { ...branch, [index]: below };
}

/** What `key` has in `trie`. */
export function trieGet<T extends object>(trie: Trie<T>, key: number): T | undefined {
  let at: Branch<T> | T | undefined = trie;
  for (let level = LEVELS - 1; level >= 0 && at; level--)
    at = (at as Branch<T>)[(key >> (level * BITS)) & MASK];
  return at as T | undefined;
}

/** All values in order of their keys. */
export function trieValues<T extends object>(trie: Trie<T>): T[] {
  let level: Branch<T>[] = [trie];
  for (let depth = LEVELS - 1; depth > 0; depth--)
    level = level.flatMap((branch) => Object.values(branch) as Branch<T>[]);
  return level.flatMap((branch) => Object.values(branch) as T[]);
}
