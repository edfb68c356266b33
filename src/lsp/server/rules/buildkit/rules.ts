import type { Rule } from '../rule.ts';

/** BuildKit's checks (docs.docker.com/reference/build-checks), in the order of their names. */
export const BUILDKIT_RULES: readonly Rule[] = [];
