import type { SyntaxNode } from 'unbash';
import { forEachChild } from 'unbash';
import type { Span } from '../parser/tree.ts';
import type { Shell } from './shell.ts';

/** Commands that set, or take away, the variables that they are given. */
const SETTERS = new Set('export local declare typeset readonly read unset getopts'.split(' '));

/** The names of a script where they are set: by assignments, loops, and commands such as `read`. */
export function settingsOf({ root, commands, assignments, script, span }: Shell): Span[] {
  const found: Span[] = assignments.map(({ start, name }) => ({ start, end: start + name.length }));
  for (const { name, args } of commands)
    if (SETTERS.has(name))
      for (const { start, value } of args) {
        const [word = ''] = value.split('=', 1);
        found.push({ start, end: start + word.length });
      }
  if (!/\b(?:for|select)\b/.test(script.text)) return found;
  const open: SyntaxNode[] = [root()];
  const add = (child: SyntaxNode) => void open.push(child);
  for (let node = open.pop(); node; node = open.pop()) {
    // Positions in a text with escapes count in another text.
    if (node.type === 'CommandExpansion' && node.script?.source !== undefined) continue;
    if (node.type === 'For' || node.type === 'Select')
      found.push(span(node.name.pos, node.name.end));
    forEachChild(node, add);
  }
  return found;
}
