import { withLate } from '../../../../src/lsp/server/lint/late.ts';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import type {
  Example,
  Finding,
  Fix,
  KnownImages,
  Rule,
} from '../../../../src/lsp/server/rules/rule.ts';
import { contextOf } from './context.ts';
import { optionsOf } from './options.ts';

/** What one rule alone finds in a text, with the configuration and the files that the example gives. Throws what it throws. */
export async function findings(
  rule: Rule,
  text: string,
  { config, files, platforms }: Pick<Example, 'config' | 'files' | 'platforms'> = {},
): Promise<Finding[]> {
  const file = createDockerfile(parse(text));
  const lintConfig = { options: optionsOf(config), levelOf: () => rule.severity };
  const found: Finding[] = lint(file, [rule], lintConfig, fail);
  if (rule.checkImages && platforms) return [...(await rule.checkImages(file, known(platforms)))];
  if (!rule.checkContext || !files) return found;
  const context = await contextOf(files);
  const there = [...(await rule.checkContext(file, context))];
  if (there.some(({ withdraws }) => withdraws))
    return lint(file, withLate([rule], new Map([[rule, there]])), lintConfig, fail);
  return [...found, ...there].sort((a, b) => a.span.start - b.span.start);
}

/** An engine for linux/amd64 that has one platform of each image, and no registry. */
function known(platforms: Readonly<Record<string, string>>): KnownImages {
  const local = (name: string) => {
    const platform = platforms[name];
    return Promise.resolve(platform === undefined ? undefined : { name, platforms: [platform] });
  };
  const nothing = () => Promise.resolve(undefined);
  return {
    platform: () => Promise.resolve('linux/amd64'),
    local,
    digest: nothing,
    remote: nothing,
    variables: () => Promise.resolve([]),
  };
}

/** The text after a fix. Throws when its edits overlap. */
export function applied(text: string, { title, edits }: Fix): string {
  let result = text;
  let before = Number.POSITIVE_INFINITY;
  for (const { span, text: inserted } of edits.toSorted((a, b) => b.span.start - a.span.start)) {
    if (span.end > before) throw new Error(`Edits of ${JSON.stringify(title)} overlap`);
    before = span.start;
    result = result.slice(0, span.start) + inserted + result.slice(span.end);
  }
  return result;
}

function fail(_rule: Rule, error: unknown): never {
  throw error;
}
