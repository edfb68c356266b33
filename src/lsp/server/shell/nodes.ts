import type { SyntaxNode } from 'unbash';
import { forEachChild } from 'unbash';
import type { Shell } from './shell.ts';

/**
 * Visits each node of a script's tree, those aside below a command in backquotes that has escapes: their positions count in
 * another text. Without recursion, so that no depth is too much.
 */
export function eachNode({ root }: Pick<Shell, 'root'>, visit: (node: SyntaxNode) => void): void {
  const open: SyntaxNode[] = [root()];
  const add = (child: SyntaxNode) => void open.push(child);
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'CommandExpansion' && node.script?.source !== undefined) continue;
    visit(node);
    forEachChild(node, add);
  }
}

/** Commands that set, or take away, the variables that they are given. */
export const SETTERS: ReadonlySet<string> = new Set(
  'export local declare typeset readonly read unset getopts'.split(' '),
);
