import type { Dockerfile } from '../model/dockerfile.ts';
import type { Finding, Rule, RuleOptions, Severity } from '../rules/rule.ts';

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
}

/**
 * What the rules find in a file, in order of the text. `onError` is told when a rule fails; the others still count.
 */
export function lint(
  file: Dockerfile,
  rules: readonly Rule[],
  config: LintConfig,
  onError: (rule: Rule, error: unknown) => void,
): Reported[] {
  const found: Reported[] = [];
  for (const rule of rules) {
    const severity = config.levelOf(rule);
    if (severity === undefined) continue;
    try {
      for (const finding of rule.check(file, config.options))
        found.push({ ...finding, rule: rule.id, aliases: [], severity });
    } catch (error) {
      // One rule that fails must not take the others' findings with it.
      onError(rule, error);
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}
