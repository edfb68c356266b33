import type { Rule } from '../rules/rule.ts';

/** The ids under which rules can be silenced, those of other tools included, with the rule's title, sorted. */
export function ruleIds(rules: readonly Rule[]): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const { id, same, title } of rules) {
    titles.set(id, title);
    if (same !== undefined && !titles.has(same)) titles.set(same, title);
  }
  return new Map([...titles].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Those of them that BuildKit's check directive knows: its own names, which have neither a number nor a slash. */
export function checkNames(rules: readonly Rule[]): ReadonlyMap<string, string> {
  return new Map([...ruleIds(rules)].filter(([id]) => /^[A-Z][A-Za-z]+$/.test(id)));
}
