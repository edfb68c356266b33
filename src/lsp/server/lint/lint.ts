import type { Dockerfile } from '../model/dockerfile.ts';
import type { Finding, Rule, RuleOptions, Severity } from '../rules/rule.ts';
import { readChecks } from './checkDirective.ts';
import type { Checks } from './checkDirective.ts';
import { merge } from './merge.ts';
import type { Locate } from './place.ts';
import { createLocate, startOf } from './place.ts';
import { readPragmas } from './pragmas.ts';
import { reached } from './reached.ts';
import { withLineEnds } from './fixes.ts';
import { withoutRashFixes } from './misread.ts';

/** A finding with the names and the level under which it is shown. */
export interface Reported extends Finding {
  readonly rule: string;
  /** Other tools' names of the same finding. */
  readonly aliases: readonly string[];
  readonly severity: Severity;
}

/** What runs, and how loud. */
export interface LintConfig {
  readonly options: RuleOptions;
  /** The level of a rule; `undefined` turns it off. */
  readonly levelOf: (rule: Rule) => Severity | undefined;
  /** hadolint's disable-ignore-pragma: its comments silence nothing. */
  readonly ignorePragmas?: boolean;
  /**
   * Reports BuildKit's checks that it doesn't come to for an error before them, too: while one types there is always
   * some error, and what else is wrong with the file must not come and go with it.
   */
  readonly beyondErrors?: boolean;
}

/** What the comments of a file make of the findings of a rule. */
interface Comments {
  levelOf(rule: Rule): Severity | undefined;
  /** Whether a finding is silenced for what begins at an offset. */
  silences(id: string, start: number): boolean;
}

/**
 * What the rules find in a file, in order of the text: with the levels of the configuration, without what comments in
 * the file silence, and with the findings that two tools share made one. `onError` is told when a rule fails; the others
 * still count.
 */
export function lint(
  file: Dockerfile,
  rules: readonly Rule[],
  config: LintConfig,
  onError: (rule: Rule, error: unknown) => void,
): Reported[] {
  const { levelOf, silences } = readComments(file, rules, config);
  const found: Reported[] = [];
  const checks = readChecks(file.tree);
  const locate = createLocate(file.tree);
  const comments = { levelOf, silences, checks, locate };
  for (const rule of rules) {
    const severity = checks.levelOf(rule, levelOf(rule));
    if (severity === undefined) continue;
    try {
      const findings = rule.check(file, config.options);
      report(found, file, rule, severity, findings, comments);
    } catch (error) {
      // One rule that fails must not take the others' findings with it.
      onError(rule, error);
    }
  }
  const come = config.beyondErrors ? found : reached(file, found);
  const merged = merge(file.tree, come, rules, locate);
  return withoutRashFixes(file.tree, merged, rules).sort((a, b) => a.span.start - b.span.start);
}

function readComments(file: Dockerfile, rules: readonly Rule[], config: LintConfig): Comments {
  const { levelOf } = config;
  if (config.ignorePragmas) return { levelOf, silences: () => false };
  // Few files have a pragma that asks.
  let ids: ReadonlySet<string> | undefined;
  const pragmas = readPragmas(file.tree, (id) =>
    (ids ??= new Set(rules.map((rule) => rule.id))).has(id),
  );
  return { levelOf, silences: pragmas.silences };
}

/** Whether comments can silence a rule: what the builder refuses is not made right by being quiet about it. */
export function isSilenceable(id: string): boolean {
  return !id.startsWith('build-error/');
}

/** Adds the findings of a rule that no comment silences; a rule that fails half-way adds none. */
function report(
  into: Reported[],
  file: Dockerfile,
  rule: Rule,
  severity: Severity,
  findings: Iterable<Finding>,
  comments: Comments & { readonly checks: Checks; readonly locate: Locate },
): void {
  const found: Reported[] = [];
  const silenced = (at: number) =>
    isSilenceable(rule.id) && comments.silences(rule.id, startOf(file.tree, at, comments.locate));
  for (const finding of findings) {
    const { span, reportedAt = span.start } = finding;
    if (silenced(span.start) || (reportedAt !== span.start && silenced(reportedAt))) continue;
    const { silencedAt = reportedAt } = finding;
    if (comments.checks.silences(rule, silencedAt, comments.levelOf(rule))) continue;
    const fixes = finding.fixes && withLineEnds(finding.fixes, file.tree.source);
    found.push({ ...finding, ...(fixes && { fixes }), rule: rule.id, aliases: [], severity });
  }
  for (const finding of found) into.push(finding);
}
