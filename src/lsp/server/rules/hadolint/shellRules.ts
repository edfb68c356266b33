import type { Rule } from '../rule.ts';

/** hadolint's rules about commands that RUN runs, in the order of their codes. */
export const SHELL_RULES: readonly Rule[] = [];
