/** Ids of paths, dense from 0, which is the root. A directory's id is less than those of what is below it. */
export interface PathTree {
  /** How many paths there are. */
  readonly size: number;
  /** The id of a path, which is made where there is none. `/`, `./` and `..` are taken as from the root. */
  add(path: string): number;
  /** The id of a path; undefined when it never occurred. */
  find(path: string): number | undefined;
  /** The id of the directory around it; -1 for the root. */
  parent(node: number): number;
  name(node: number): string;
  /** Ids of what was ever seen right below it, in no order that means anything. */
  children(node: number): Iterable<number>;
  child(node: number, name: string): number | undefined;
  /** Absolute: `/usr/bin`. */
  path(node: number): string;
}

const NONE: ReadonlyMap<string, number> = new Map();

/** Makes an empty tree of paths. Each name is held once, so that a million paths take some ten megabytes. */
export function createPathTree(): PathTree {
  const parents: number[] = [-1];
  const names: string[] = [''];
  const below = new Map<number, Map<string, number>>();
  // Archives name files of one directory after each other.
  let lastFolder = '';
  let lastNode = 0;

  function enter(folder: number, name: string): number {
    let known = below.get(folder);
    if (!known) below.set(folder, (known = new Map()));
    const there = known.get(name);
    if (there !== undefined) return there;
    const node = parents.length;
    // A part of a longer text would keep all of that in memory.
    const own = name.length < 13 ? name : Buffer.from(name).toString();
    parents.push(folder);
    names.push(own);
    known.set(own, node);
    return node;
  }

  function walk(path: string): number {
    let node = 0;
    for (const part of path.split('/'))
      if (part === '..') node = Math.max(parents[node] ?? 0, 0);
      else if (part !== '' && part !== '.') node = enter(node, part);
    return node;
  }

  return {
    get size() {
      return parents.length;
    },
    add(path) {
      const cut = path.lastIndexOf('/');
      const name = path.slice(cut + 1);
      if (cut < 0 || name === '' || name === '.' || name === '..') return walk(path);
      const folder = path.slice(0, cut);
      if (folder !== lastFolder) {
        lastNode = walk(folder);
        lastFolder = folder;
      }
      return enter(lastNode, name);
    },
    find(path) {
      let node: number | undefined = 0;
      for (const part of path.split('/'))
        if (part !== '' && node !== undefined) node = below.get(node)?.get(part);
      return node;
    },
    parent: (node) => parents[node] ?? -1,
    name: (node) => names[node] ?? '',
    children: (node) => (below.get(node) ?? NONE).values(),
    child: (node, name) => below.get(node)?.get(name),
    path(node) {
      const parts: string[] = [];
      for (let at = node; at > 0; at = parents[at] ?? 0) parts.push(names[at] ?? '');
      return `/${parts.reverse().join('/')}`;
    },
  };
}
