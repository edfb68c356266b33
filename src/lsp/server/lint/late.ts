import type { Dockerfile } from '../model/dockerfile.ts';
import type { BuildContext, Finding, Rule } from '../rules/rule.ts';
import type { LintConfig } from './lint.ts';

/** What takes longer than a keystroke found, by its rule: what looks at files, and other programs. */
export type Late = ReadonlyMap<Rule, readonly Finding[]>;

/** What the rules find that look at the build context. A rule that fails is told to `onError`; the others still count. */
export async function lintContext(
  file: Dockerfile,
  rules: readonly Rule[],
  context: BuildContext,
  config: LintConfig,
  onError: (rule: Rule, error: unknown) => void,
): Promise<Late> {
  const found = new Map<Rule, readonly Finding[]>();
  for (const rule of rules) {
    if (!rule.checkContext || config.levelOf(rule) === undefined) continue;
    try {
      const findings = [...(await rule.checkContext(file, context))];
      if (findings.length > 0) found.set(rule, findings);
    } catch (error) {
      onError(rule, error);
    }
  }
  return found;
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
    return more
      ? { ...rule, check: (file, options) => [...rule.check(file, options), ...more] }
      : rule;
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
