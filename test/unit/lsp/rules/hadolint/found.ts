import { RULES } from '../../../../../src/lsp/server/rules/all.ts';
import type { Example, Rule } from '../../../../../src/lsp/server/rules/rule.ts';
import { applied, findings } from '../../support/examples.ts';

/** One of hadolint's rules by its code. Throws when there is none. */
export function ruleOf(id: string): Rule {
  const rule = RULES.find((other) => other.id === id);
  if (!rule) throw new Error(`No rule ${id}`);
  return rule;
}

/** The words that a rule finds in a text. */
export async function words(id: string, text: string, config?: string): Promise<string[]> {
  const example: Pick<Example, 'config'> = config === undefined ? {} : { config };
  const found = await findings(ruleOf(id), text, example);
  return found.map(({ span }) => text.slice(span.start, span.end));
}

/** What the fixes of the first finding make of a text, those first that may be applied unseen marked by a star. */
export async function fixed(id: string, text: string): Promise<string[]> {
  const [first] = await findings(ruleOf(id), text);
  return (first?.fixes ?? []).map((fix) => (fix.safe ? '* ' : '') + applied(text, fix));
}
