import { NO_HADOLINT_CONFIG } from '../../../../src/lsp/server/lint/hadolintConfig.ts';
import { parseHadolintConfig } from '../../../../src/lsp/server/lint/parseHadolintConfig.ts';
import { lintConfig } from '../../../../src/lsp/server/lint/levels.ts';
import type { RuleLevels } from '../../../../src/lsp/server/lint/levels.ts';
import type { Reported } from '../../../../src/lsp/server/lint/lint.ts';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { HADOLINT_RULES } from '../../../../src/lsp/server/rules/hadolint/rules.ts';
import type { Rule } from '../../../../src/lsp/server/rules/rule.ts';

/** What rules report of a text under the content of a `.hadolint.yaml` and settings. */
export function reported(
  text: string,
  yaml?: string,
  rules: readonly Rule[] = HADOLINT_RULES,
  settings: RuleLevels = {},
): Reported[] {
  const config = yaml === undefined ? NO_HADOLINT_CONFIG : parseHadolintConfig(yaml).config;
  return lint(createDockerfile(parse(text)), rules, lintConfig(config, settings), (_, error) => {
    throw error;
  });
}
