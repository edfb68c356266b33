import { lintConfig } from '../../../../src/lsp/server/lint/levels.ts';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { NO_HADOLINT_CONFIG } from '../../../../src/lsp/server/lint/hadolintConfig.ts';
import { startOf } from '../../../../src/lsp/server/lint/place.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { BUILDKIT_RULES } from '../../../../src/lsp/server/rules/buildkit/rules.ts';
import { ERROR_RULES } from '../../../../src/lsp/server/rules/errors/rules.ts';

/** What is said of a text, by the engine or by us. */
export interface Said {
  /** `rule:line` of each warning. */
  readonly warnings: readonly string[];
  readonly error?: string | undefined;
  /** The lines, from 1, that the error may be told of: ours those of all errors, where they and their instructions begin. */
  readonly lines: readonly number[];
}

/** The engine's lint ends before it comes to this. */
const LATER = new Set(['build-error/empty-command']);
const RULES = [...BUILDKIT_RULES, ...ERROR_RULES.filter(({ id }) => !LATER.has(id))];
const config = lintConfig(NO_HADOLINT_CONFIG, {});

/** What our server says of a text that BuildKit might say, too. Throws what a rule throws. */
export function ours(text: string): Said {
  const tree = parse(text);
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  const found = lint(createDockerfile(tree), RULES, config, (_, error) => {
    throw error;
  }).map(({ rule, span, reportedAt = span.start }) => ({ rule, at: reportedAt }));
  const errors = found.filter(({ rule }) => rule.startsWith('build-error/'));
  // The engine tells of what a trigger does wrong at the FROM that runs it.
  const froms = tree.instructions.some(({ trigger }) => trigger) ? tree.stages : [];
  return {
    warnings: found
      .filter(({ rule }) => !rule.startsWith('build-error/'))
      .map(({ rule, at }) => `${rule}:${lineOf(at)}`),
    error: errors.length > 0 ? errors.map(({ rule }) => rule).join(' ') : undefined,
    lines: [
      ...errors.flatMap(({ at }) => [lineOf(at), lineOf(startOf(tree, at))]),
      ...froms.map(({ from }) => lineOf(from.start)),
    ],
  };
}

/** The engine counts these lines from 0, or tells the file's last one. */
const ELSEWHERE = /parser directive can be used|invalid escape token|file with no instructions/;

/** What the engine says and we don't, or the other way round; empty where both say the same. */
export function disagreements(engine: Said, us: Said): string[] {
  // Warnings that the file calls errors are warnings here, too.
  const refusal = engine.error?.startsWith('lint violation found') ? undefined : engine.error;
  if (refusal === undefined || us.error === undefined) {
    if (refusal !== undefined) return ['an error of the engine’s only'];
    if (us.error !== undefined) return [`an error of ours only: ${us.error}`];
  } else if (!ELSEWHERE.test(refusal) && engine.lines.some((line) => !us.lines.includes(line)))
    return ['the line of an error'];
  const missing = without(engine.warnings, us.warnings).map((one) => `${ruleOf(one)} is missing`);
  const untrue = without(us.warnings, engine.warnings).map((one) => `${ruleOf(one)} is untrue`);
  return [...new Set([...missing, ...untrue])];
}

const ruleOf = (warning: string) => warning.slice(0, warning.indexOf(':'));

/** The first list without what the second has, each as often as it is there. */
function without(all: readonly string[], some: readonly string[]): string[] {
  const left = [...all];
  for (const one of some) {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** Whether what is said can be compared: engines before Docker 29 don't know of `# check=` above instructions. */
export function isComparable(text: string): boolean {
  const checks = text.match(/#\s*check\s*=/gi) ?? [];
  return checks.length === parse(text).directives.filter(({ name }) => name === 'check').length;
}
