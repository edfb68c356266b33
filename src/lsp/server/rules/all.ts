import { BUILDKIT_RULES } from './buildkit/rules.ts';
import { ERROR_RULES } from './errors/rules.ts';
import { HADOLINT_RULES } from './hadolint/rules.ts';
import { SHELL_RULES } from './hadolint/shellRules.ts';
import { STEVEDORE_RULES } from './stevedore/rules.ts';
import type { Rule } from './rule.ts';

/** Every rule there is, what the builder refuses first. */
export const RULES: readonly Rule[] = [
  ...ERROR_RULES,
  ...BUILDKIT_RULES,
  ...HADOLINT_RULES,
  ...SHELL_RULES,
  ...STEVEDORE_RULES,
];
