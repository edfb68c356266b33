import type { Rule } from '../rule.ts';

/** What BuildKit refuses to build. */
export const ERROR_RULES: readonly Rule[] = [];
