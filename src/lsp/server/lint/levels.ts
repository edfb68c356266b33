import type { Rule, Severity } from '../rules/rule.ts';
import type { HadolintConfig } from './hadolintConfig.ts';
import { LEVELS } from './hadolintConfig.ts';
import type { LintConfig } from './lint.ts';

/** The level that a setting gives to a rule by its id. */
export type RuleLevels = Readonly<Record<string, Severity | 'off'>>;

/**
 * How loud each rule is: what a setting says of it, else what hadolint's configuration says (off before a level, the
 * gravest of several levels), else its own level unless it is off by default.
 */
export function lintConfig(hadolint: HadolintConfig, settings: RuleLevels): LintConfig {
  const ignored = new Set(hadolint.ignored);
  const overridden = new Map<string, Severity>();
  for (const level of LEVELS.toReversed())
    for (const id of hadolint.override[level]) overridden.set(id, level);
  const levelOf = ({ id, severity, off }: Rule): Severity | undefined => {
    const set = Object.hasOwn(settings, id) ? settings[id] : undefined;
    if (set !== undefined) return set === 'off' ? undefined : set;
    if (ignored.has(id)) return undefined;
    return overridden.get(id) ?? (off ? undefined : severity);
  };
  return {
    options: {
      trustedRegistries: hadolint.trustedRegistries,
      labelSchema: hadolint.labelSchema,
      strictLabels: hadolint.strictLabels ?? false,
    },
    levelOf,
    ignorePragmas: hadolint.disableIgnorePragma ?? false,
  };
}
