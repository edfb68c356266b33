import { countWhile } from '../../../util/search.ts';
import type { Span, Tree } from '../parser/tree.ts';
import type { Fix, Rule, Severity } from '../rules/rule.ts';
import type { Reported } from './lint.ts';
import type { Locate } from './place.ts';

/** From the gravest on. */
const ORDER: readonly Severity[] = ['error', 'warning', 'info', 'style'];
const CODE = /^(?:DL|SC)\d+$/;
/** They name several things each, so that two findings in one of them need not be about the same. */
const PAIRS: ReadonlySet<string> = new Set(['ENV', 'ARG', 'LABEL']);

/** The graver of two levels. */
export function graver(a: Severity, b: Severity): Severity {
  return ORDER.indexOf(a) <= ORDER.indexOf(b) ? a : b;
}

/**
 * Where two rules that say the same (`Rule.same`) both found something in one instruction, one finding stays: BuildKit's
 * with its name, span and message, hadolint's name among the aliases, the graver level and the fixes of both. Which of
 * several belong together, their spans tell; a single one of each belongs together anyway. Keeps the order.
 */
export function merge(
  { source }: Tree,
  found: readonly Reported[],
  rules: readonly Rule[],
  locate: Locate,
): Reported[] {
  const mains = mainNames(rules);
  if (mains.size === 0) return [...found];
  const groups = new Map<string, { mains: number[]; others: number[] }>();
  const groupOf = (main: string, offset: number) => {
    const key = `${locate(offset)?.start ?? `at ${offset}`} ${main}`;
    const known = groups.get(key) ?? { mains: [], others: [] };
    groups.set(key, known);
    return known;
  };
  const named = new Set([...mains.values()].flat());
  for (const [index, { rule, span }] of found.entries()) {
    for (const main of mains.get(rule) ?? []) groupOf(main, span.start).others.push(index);
    if (named.has(rule)) groupOf(rule, span.start).mains.push(index);
  }
  const merged: (Reported | undefined)[] = [...found];
  const join = (main: number, other: number) => {
    const [into, from] = [merged[main], merged[other]];
    if (!into || !from || into.aliases.includes(from.rule)) return false;
    merged[main] = joined(into, from, source);
    merged[other] = undefined;
    return true;
  };
  for (const group of groups.values()) {
    if (group.mains.length === 0) continue;
    const startOf = (index: number) => found[index]?.span.start ?? 0;
    const ordered = group.mains.toSorted((a, b) => startOf(a) - startOf(b));
    const apart = group.others.filter((other) => {
      const span = found[other]?.span;
      if (!span) return false;
      // Findings of one rule lie side by side, so that only the last ones that begin before the end can overlap.
      const end = Math.max(span.end, span.start + 1);
      const before = countWhile(ordered.length, (i) => startOf(ordered[i] ?? 0) < end);
      return !ordered
        .slice(Math.max(0, before - 2), before)
        .some((main) => overlap(span, found[main]?.span ?? span) && join(main, other));
    });
    const [main] = group.mains;
    const name = main === undefined ? '' : (instructionName(locate, found[main]) ?? '');
    if (group.mains.length > 1 || main === undefined || PAIRS.has(name)) continue;
    for (const other of apart) join(main, other);
  }
  return merged.filter((finding) => finding !== undefined);
}

/** The names that may stay, by the name that becomes an alias: hadolint's codes give way. */
function mainNames(rules: readonly Rule[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { id, same } of rules) {
    if (same === undefined || CODE.test(id) === CODE.test(same)) continue;
    const [code, main] = CODE.test(id) ? [id, same] : [same, id];
    const known = names.get(code);
    if (!known) names.set(code, [main]);
    else if (!known.includes(main)) known.push(main);
  }
  return names;
}

function instructionName(locate: Locate, finding: Reported | undefined): string | undefined {
  const instruction = finding && locate(finding.span.start);
  return instruction?.trigger?.name ?? instruction?.name;
}

function overlap(a: Span, b: Span): boolean {
  return (a.start < b.end && b.start < a.end) || a.start === b.start;
}

function joined(main: Reported, other: Reported, source: string): Reported {
  const known = main.fixes ?? [];
  const further = (other.fixes ?? []).filter(
    (fix) => !known.some((has) => resultOf(has, source) === resultOf(fix, source)),
  );
  const tag = main.tag ?? other.tag;
  return {
    ...main,
    aliases: [...main.aliases, other.rule],
    severity: graver(main.severity, other.severity),
    ...(known.length + further.length > 0 && { fixes: [...known, ...further] }),
    ...(tag && { tag }),
  };
}

/** What a fix changes, alike for fixes that come to the same: without what it takes away and puts back. */
function resultOf({ edits }: Fix, source: string): string {
  const changes = edits.map(({ span, text }) => {
    let { start, end } = span;
    let from = 0;
    let to = text.length;
    while (start < end && from < to && source[start] === text[from]) {
      start++;
      from++;
    }
    while (start < end && from < to && source[end - 1] === text[to - 1]) {
      end--;
      to--;
    }
    return [start, end, text.slice(from, to)];
  });
  return JSON.stringify(changes);
}
