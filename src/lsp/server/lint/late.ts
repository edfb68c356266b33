import type { Dockerfile } from '../model/dockerfile.ts';
import type { BuildContext, Finding, KnownImages, Rule } from '../rules/rule.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';
import type { LintConfig } from './lint.ts';
import { instructionAt } from '../parser/tree.ts';

/** What takes longer than a keystroke found, by its rule: what looks at files, and other programs. */
export type Late = ReadonlyMap<Rule, readonly Finding[]>;

type OnError = (rule: Rule, error: unknown) => void;

/** What the rules find that look at the build context. A rule that fails is told to `onError`; the others still count. */
export async function lintContext(
  file: Dockerfile,
  rules: readonly Rule[],
  context: BuildContext,
  config: LintConfig,
  onError: OnError,
): Promise<Late> {
  return findingsOf(rules, config, onError, async (rule) => rule.checkContext?.(file, context));
}

/** What the rules find that ask about images, likewise. */
export async function lintImages(
  file: Dockerfile,
  rules: readonly Rule[],
  images: KnownImages,
  config: LintConfig,
  onError: OnError,
): Promise<Late> {
  return findingsOf(rules, config, onError, async (rule) => rule.checkImages?.(file, images));
}

async function findingsOf(
  rules: readonly Rule[],
  config: LintConfig,
  onError: OnError,
  find: (rule: Rule) => Promise<Iterable<Finding> | undefined>,
): Promise<Late> {
  const found = new Map<Rule, readonly Finding[]>();
  for (const rule of rules) {
    if (config.levelOf(rule) === undefined) continue;
    try {
      const findings = [...((await find(rule)) ?? [])];
      if (findings.length > 0) found.set(rule, findings);
    } catch (error) {
      onError(rule, error);
    }
  }
  return found;
}

/** Both of two sets of findings. */
export function joinLate(a: Late, b: Late): Late {
  if (a.size === 0 || b.size === 0) return a.size === 0 ? b : a;
  const joined = new Map(a);
  for (const [rule, findings] of b) joined.set(rule, [...(joined.get(rule) ?? []), ...findings]);
  return joined;
}

/**
 * The rules, with what was found late among what they find: so that both go one way through merging, levels and
 * comments that silence. Rules that aren't among `rules`, such as another program's, are added.
 */
export function withLate(rules: readonly Rule[], late: Late): readonly Rule[] {
  if (late.size === 0) return rules;
  const known = new Set(rules);
  const both = rules.map((rule): Rule => {
    const more = late.get(rule);
    if (!more) return rule;
    const key = ({ span: { start, end } }: Finding) => `${start} ${end}`;
    const withdrawn = new Set(more.filter(({ withdraws }) => withdraws).map(key));
    const added = more.filter(({ withdraws }) => !withdraws);
    return {
      ...rule,
      check: (file, options) => [
        ...[...rule.check(file, options)].filter((finding) => !withdrawn.has(key(finding))),
        ...added,
      ],
    };
  });
  return [
    ...both,
    ...[...late.keys()]
      .filter((rule) => !known.has(rule))
      .map((rule): Rule => ({
        ...rule,
        check: () => late.get(rule) ?? [],
      })),
  ];
}

/**
 * What was found late in an older version of a text, where it is in the newer one: in instructions that are unchanged.
 * So nothing vanishes at a keystroke to come back a moment later.
 */
export function carryLate(late: Late, from: Tree, to: Tree): Late {
  if (late.size === 0) return late;
  const old = keysOf(from);
  const places = new Map([...keysOf(to)].map(([instruction, key]) => [key, instruction]));
  const carried = new Map<Rule, readonly Finding[]>();
  for (const [rule, findings] of late) {
    const moved = findings.flatMap((finding) => {
      const there = instructionAt(from, finding.span.start);
      const now = there && places.get(old.get(there) ?? '');
      return now ? (move(finding, there, now.start - there.start) ?? []) : [];
    });
    if (moved.length > 0) carried.set(rule, moved);
  }
  return carried;
}

/** A name for each instruction: its text, and how many of the same text stand before it. */
function keysOf({ source, instructions }: Tree): Map<Instruction, string> {
  const counts = new Map<string, number>();
  return new Map(
    instructions.map((instruction) => {
      const text = source.slice(instruction.start, instruction.end);
      const count = counts.get(text) ?? 0;
      counts.set(text, count + 1);
      return [instruction, `${count} ${text}`];
    }),
  );
}

/** A finding moved with its instruction; undefined when it reaches out of it. */
function move(finding: Finding, within: Span, by: number): Finding | undefined {
  const { span, reportedAt, fixes = [], ...rest } = finding;
  const isInside = ({ start, end }: Span) => within.start <= start && end <= within.end;
  const moved = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  if (!isInside(span)) return undefined;
  return {
    ...rest,
    span: moved(span),
    ...(reportedAt !== undefined && { reportedAt: reportedAt + by }),
    fixes: fixes
      .filter(({ edits }) => edits.every((edit) => isInside(edit.span)))
      .map((fix) => ({
        ...fix,
        edits: fix.edits.map((edit) => ({ ...edit, span: moved(edit.span) })),
      })),
  };
}
