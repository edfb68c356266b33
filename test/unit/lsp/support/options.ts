import type { RuleOptions } from '../../../../src/lsp/server/rules/rule.ts';

const NONE: RuleOptions = { trustedRegistries: [], labelSchema: new Map(), strictLabels: false };

/** The options that a `.hadolint.yaml` of this content gives to rules. */
export function optionsOf(config: string | undefined): RuleOptions {
  if (config === undefined) return NONE;
  throw new Error('There is no reader of .hadolint.yaml yet');
}
