import type { Rule } from '../rule.ts';

/** hadolint's rules that need no shell, in the order of their codes. */
export const HADOLINT_RULES: readonly Rule[] = [];
