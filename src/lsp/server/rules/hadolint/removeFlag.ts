import type { Flag, Instruction } from '../../parser/tree.ts';
import type { Fix } from '../rule.ts';

/** A fix that takes a flag out with the blanks behind it, unless it ends its line. */
export function removeFlag({ logical }: Instruction, flag: Flag, safety: 'safe' | 'unsafe'): Fix {
  let end = flag.to;
  while (logical.text[end] === ' ' || logical.text[end] === '\t') end++;
  // Blanks of the line that the flag is on lie at the same distance in the document.
  const sameLine = !logical.starts.some((start) => start > flag.from && start <= end);
  const span = { start: flag.start, end: sameLine ? flag.end + end - flag.to : flag.end };
  const fix = { title: `Remove --${flag.name}`, edits: [{ span, text: '' }] };
  return safety === 'safe' ? { ...fix, safe: true } : fix;
}
