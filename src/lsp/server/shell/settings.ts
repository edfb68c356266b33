import type { Span } from '../parser/tree.ts';
import { eachNode, SETTERS } from './nodes.ts';
import type { Shell } from './shell.ts';

/** The names of a script where they are set: by assignments, loops, and commands such as `read`. */
export function settingsOf(shell: Shell): Span[] {
  const { commands, assignments, script, span } = shell;
  const found: Span[] = assignments.map(({ start, name }) => ({ start, end: start + name.length }));
  for (const { name, args } of commands)
    if (SETTERS.has(name))
      for (const { start, value } of args) {
        const [word = ''] = value.split('=', 1);
        found.push({ start, end: start + word.length });
      }
  if (!/\b(?:for|select)\b/.test(script.text)) return found;
  eachNode(shell, (node) => {
    if (node.type === 'For' || node.type === 'Select')
      found.push(span(node.name.pos, node.name.end));
  });
  return found;
}
