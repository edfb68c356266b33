import type { Rule } from '../rule.ts';

/** Our own. */
export const STEVEDORE_RULES: readonly Rule[] = [];
