import { skipBlanks } from '../parser/lines.ts';
import type { Span, Tree } from '../parser/tree.ts';
import { instructionAt } from '../parser/tree.ts';
import { lastWhile } from '../../../util/search.ts';
import type { Fix, Rule } from '../rules/rule.ts';
import type { Reported } from './lint.ts';

/**
 * Findings without the fixes that touch what another one says is misread: they would make arguments of it for good.
 * Takes findings in any order, and leaves them in it.
 */
export function withoutRashFixes(
  tree: Tree,
  found: readonly Reported[],
  rules: readonly Rule[],
): Reported[] {
  const misreading = new Set(rules.flatMap(({ id, misread }) => (misread ? id : [])));
  const misread = found
    .flatMap(({ rule, span }) => (misreading.has(rule) ? restOf(tree, span) : []))
    .sort((a, b) => a.start - b.start);
  if (misread.length === 0) return [...found];
  return found.map((one) => {
    if (misreading.has(one.rule) || !one.fixes) return one;
    return { ...one, fixes: one.fixes.filter((fix) => !touches(fix, misread)) };
  });
}

/** From what a finding speaks of, or the keyword that it stands right behind, to the end of the instruction. */
function restOf(tree: Tree, { start, end }: Span): Span {
  const instruction = instructionAt(tree, start);
  if (!instruction) return { start, end };
  const { keyword } = instruction;
  const isFirst = skipBlanks(tree.source, keyword.end, start) === start;
  return { start: isFirst ? keyword.start : start, end: Math.max(end, instruction.end) };
}

/** Whether a fix reaches over one of some spans, which are in order of where they begin, or up to one. */
function touches({ edits }: Fix, spans: readonly Span[]): boolean {
  const start = Math.min(...edits.map(({ span }) => span.start));
  const end = Math.max(...edits.map(({ span }) => span.end));
  // Those of one instruction all end with it, so that the last one to begin before the fix ends is enough.
  const last = lastWhile(spans, (span) => span.start <= end);
  return last !== undefined && last.end >= start;
}
