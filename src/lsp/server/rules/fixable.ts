import type { Rule } from './rule.ts';

/** Whether a rule's findings have a fix, as some example of it shows. */
export function isFixable({ examples }: Pick<Rule, 'examples'>): boolean {
  return examples.some(({ fixed }) => fixed === true);
}
