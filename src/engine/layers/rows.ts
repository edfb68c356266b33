import type { PathTree } from './paths.ts';
import type { SizedStack } from './stack.ts';

/** Which rows of a tree there are. */
export interface RowsWanted {
  /** Directories that are unfolded, by their ids; the root always is. */
  readonly unfolded: ReadonlySet<number>;
  readonly sort: 'size' | 'name';
  /** Only what the last layer did. */
  readonly changesOnly: boolean;
  /** Part of the path, in any case; what has it is shown with the directories around it, all unfolded. Empty for all. */
  readonly filter: string;
}

/** Rows of a tree from top to bottom. */
export interface TreeRows {
  readonly nodes: readonly number[];
  /** Of each row how deep it stands: 1 below the root. */
  readonly depths: readonly number[];
}

/** Makes rows of what is there on a stack, and of what its last layer deleted. */
export function treeRows(tree: PathTree, stack: SizedStack, wanted: RowsWanted): TreeRows {
  const { present, mark, changes, size } = stack;
  const matched = wanted.filter ? matches(tree, stack, wanted.filter) : undefined;
  const isShown = (node: number) =>
    (present[node] === 1 || mark[node] === 3) &&
    (!wanted.changesOnly || (changes[node] ?? 0) > 0) &&
    (!matched || matched[node] === 1);
  const byName = (a: number, b: number) => (tree.name(a) < tree.name(b) ? -1 : 1);
  const bySize = (a: number, b: number) => (size[b] ?? 0) - (size[a] ?? 0) || byName(a, b);
  const byKind = (a: number, b: number) =>
    Number(stack.isDirectory(b)) - Number(stack.isDirectory(a)) || byName(a, b);
  const order = wanted.sort === 'size' ? bySize : byKind;
  const nodes: number[] = [];
  const depths: number[] = [];
  const rest: [node: number, depth: number][] = [[0, 0]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [node, depth] = next;
    if (depth > 0) {
      nodes.push(node);
      depths.push(depth);
    }
    if (depth > 0 && !matched && !wanted.unfolded.has(node)) continue;
    const children = [...tree.children(node)].filter(isShown).sort(order);
    for (const child of children.reverse()) rest.push([child, depth + 1]);
  }
  return { nodes, depths };
}

/** 1 for paths whose name has a text, and for the directories around them. */
function matches(tree: PathTree, { present, mark }: SizedStack, filter: string): Uint8Array {
  const wanted = filter.toLowerCase();
  const isPath = wanted.includes('/');
  const found = new Uint8Array(present.length);
  for (let node = present.length - 1; node > 0; node--) {
    if (present[node] !== 1 && mark[node] !== 3) continue;
    const text = isPath ? tree.path(node) : tree.name(node);
    if (found[node] !== 1 && !text.toLowerCase().includes(wanted)) continue;
    for (let up = node; up > 0 && found[up] !== 1; up = tree.parent(up)) found[up] = 1;
  }
  return found;
}
