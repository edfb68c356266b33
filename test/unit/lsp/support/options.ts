import { NO_HADOLINT_CONFIG } from '../../../../src/lsp/server/lint/hadolintConfig.ts';
import { parseHadolintConfig } from '../../../../src/lsp/server/lint/parseHadolintConfig.ts';
import { lintConfig } from '../../../../src/lsp/server/lint/levels.ts';
import type { RuleOptions } from '../../../../src/lsp/server/rules/rule.ts';

/** The options that a `.hadolint.yaml` of this content gives to rules. Throws when something in it can't be used. */
export function optionsOf(content: string | undefined): RuleOptions {
  if (content === undefined) return lintConfig(NO_HADOLINT_CONFIG, {}).options;
  const { config, problems } = parseHadolintConfig(content);
  if (problems[0]) throw new Error(problems[0].message);
  return lintConfig(config, {}).options;
}
