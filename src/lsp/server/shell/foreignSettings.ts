import type { Instruction, Span } from '../parser/tree.ts';
import { toSpan } from '../parser/tree.ts';

/** What a name follows that cmd's `set` and `setx`, and .NET for PowerShell, give a value to. */
const SETS =
  /((?:^|[\s&|(;@"])(?:set(?:\s+\/[ap])?|setx(?:\s+\/m)?)\s+(?:\\?")?|\bSetEnvironmentVariable\(\s*\\?["'])([A-Za-z_]\w*)/giu;

/** The names that cmd or PowerShell sets in what an instruction has them run. */
export function foreignSettings(instruction: Instruction, source: string): Span[] {
  const { logical, heredocs } = instruction;
  return [
    ...namesIn(logical.text).map(({ start, end }) => toSpan(logical, start, end)),
    ...heredocs.flatMap(({ body }) =>
      namesIn(source.slice(body.start, body.end)).map(({ start, end }) => ({
        start: body.start + start,
        end: body.start + end,
      })),
    ),
  ];
}

function namesIn(text: string): Span[] {
  return Array.from(text.matchAll(SETS), ({ 1: before = '', 2: name = '', index }) => {
    const start = index + before.length;
    return { start, end: start + name.length };
  });
}
