import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { lintContext, withLate } from '../../../../src/lsp/server/lint/late.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { BUILDKIT_RULES } from '../../../../src/lsp/server/rules/buildkit/rules.ts';
import { ERROR_RULES } from '../../../../src/lsp/server/rules/errors/rules.ts';
import type { BuildContext } from '../../../../src/lsp/server/rules/rule.ts';
import { contextOf } from '../support/context.ts';
import { optionsOf } from '../support/options.ts';
import { CORPUS, hasCorpus } from '../support/texts.ts';

interface Warning {
  readonly rule: string;
  /** Null where only the rule is known. */
  readonly line: number | null;
}

interface Case {
  readonly id: string;
  readonly dockerfile: string;
  readonly warnings: readonly Warning[];
  readonly absent?: readonly string[];
  readonly dockerignore?: string;
}

const RULES = [...ERROR_RULES, ...BUILDKIT_RULES];
const IDS = new Set(BUILDKIT_RULES.map(({ id }) => id));

async function warningsOf(text: string, context?: BuildContext): Promise<Warning[]> {
  const file = createDockerfile(parse(text));
  const config = {
    options: optionsOf(undefined),
    levelOf: ({ severity, off }: (typeof RULES)[number]) => (off ? undefined : severity),
  };
  const fail = (_: unknown, error: unknown) => {
    throw error;
  };
  const late = context ? await lintContext(file, RULES, context, config, fail) : new Map();
  return lint(file, withLate(RULES, late), config, fail)
    .filter(({ rule }) => IDS.has(rule))
    .map(({ rule, span, reportedAt = span.start }) => ({
      rule,
      line: text.slice(0, reportedAt).split('\n').length,
    }));
}

const shown = (warnings: readonly Warning[]) =>
  warnings.map(({ rule, line }) => `${rule}:${line}`).sort();

async function differences(cases: readonly Case[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { id, dockerfile, warnings, absent, dockerignore } of cases) {
    const context =
      dockerignore === undefined ? undefined : await contextOf({ '.dockerignore': dockerignore });
    const found = await warningsOf(dockerfile, context);
    if (absent || warnings.some(({ line }) => line === null)) {
      const rules = new Set(found.map(({ rule }) => rule));
      const missing = warnings.filter(({ rule }) => !rules.has(rule));
      const extra = (absent ?? []).filter((rule) => rules.has(rule));
      if (missing.length + extra.length > 0)
        wrong.push(`${id}: missing ${shown(missing).join(' ')}, extra ${extra.join(' ')}`);
      continue;
    }
    const [is, should] = [shown(found).join(' '), shown(warnings).join(' ')];
    if (is !== should) wrong.push(`${id}: is [${is}], should be [${should}]`);
  }
  // oxlint-disable-next-line no-console -- The figure is what this suite is for.
  console.log(`${cases.length - wrong.length} of ${cases.length} texts as BuildKit has them`);
  return wrong;
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(CORPUS, name), 'utf8'));

interface Row extends Case {
  readonly reproduced?: boolean;
  readonly fragment?: boolean;
  readonly frontend_attrs?: Readonly<Record<string, string>>;
  readonly dockerfile_onbuild?: string;
}

/** Fragments were judged with a FROM in front, behind the ARGs that they begin with. */
function whole(text: string): string {
  if (/^\s*FROM\b/im.test(text)) return text;
  const args = /^(?:ARG .*\n)*/.exec(text)?.[0].length ?? 0;
  return `${text.slice(0, args)}FROM debian:12\n${text.slice(args)}`;
}

describe.runIf(hasCorpus)('the checks find what BuildKit’s do', () => {
  test('in its own cases', async () => {
    const rows = read('buildkit.json') as Row[];
    const cases = rows
      .filter(({ reproduced }) => reproduced !== false)
      .map((row): Case => {
        // A build argument that takes the place of the directive.
        const check = row.frontend_attrs?.['build-arg:BUILDKIT_DOCKERFILE_CHECK'];
        const dockerfile =
          check === undefined
            ? row.dockerfile
            : row.dockerfile.replace(/^#\s*check=.*/, `# check=${check}`);
        return { ...row, dockerfile };
      });
    expect(await differences(cases)).toEqual([]);
  });

  test('in small texts, one construct each', async () => {
    expect(await differences(read('snippets.json') as Row[])).toEqual([]);
  });

  test('in real files', async () => {
    const labels = read('real/buildkit-labels.json') as (Row & { readonly file: string })[];
    const files = new Set(readdirSync(join(CORPUS, 'real')));
    const cases = labels
      .filter(({ file }) => files.has(file))
      .map((row) => ({
        ...row,
        id: row.file,
        dockerfile: readFileSync(join(CORPUS, 'real', row.file), 'utf8'),
      }));
    expect(cases.length).toBe(labels.length);
    expect(await differences(cases)).toEqual([]);
  });

  test('in damaged files, up to what BuildKit refuses', async () => {
    const rows = readFileSync(join(CORPUS, 'mutations.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Omit<Row, 'warnings'> & { warnings: [string, number][] });
    const cases = rows.map((row) => ({
      ...row,
      warnings: row.warnings.map(([rule, line]) => ({ rule, line })),
    }));
    expect(await differences(cases)).toEqual([]);
  });

  test('in the cases of hadolint', async () => {
    const texts = new Map((read('hadolint.json') as Row[]).map((row) => [row.id, row]));
    const labels = read('hadolint-buildkit-labels.json') as Row[];
    const cases = labels.flatMap((label): Case[] => {
      const row = texts.get(label.id);
      if (!row) return [];
      return [{ ...label, dockerfile: whole(row.dockerfile) }];
    });
    expect(cases.length).toBe(labels.length);
    expect(await differences(cases)).toEqual([]);
  });
});
