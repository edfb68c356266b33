import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { withLate } from '../../../../src/lsp/server/lint/late.ts';
import { lintConfig } from '../../../../src/lsp/server/lint/levels.ts';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { RULES } from '../../../../src/lsp/server/rules/all.ts';
import { HADOLINT_RULES } from '../../../../src/lsp/server/rules/hadolint/rules.ts';
import { SHELL_RULES } from '../../../../src/lsp/server/rules/hadolint/shellRules.ts';
import { createShellcheck } from '../../../../src/lsp/server/shellcheck/shellcheck.ts';
import { corpusRows, HAS_CORPUS } from './corpus.ts';
import type { Row } from './hadolintRows.ts';
import { configOf, textOf } from './hadolintRows.ts';

if (!HAS_CORPUS) console.log('No ../shared/corpus here: hadolint’s rules are not tried on it.');

const HADOLINT = [...HADOLINT_RULES, ...SHELL_RULES];
const SHELLCHECK = 'shellcheck';
const HAS_SHELLCHECK = spawnSync(SHELLCHECK, ['--version']).status === 0;
if (!HAS_SHELLCHECK) console.log('No shellcheck here: rows about its rules are left out.');
const shellcheck = createShellcheck(SHELLCHECK);

const rowsOf = (name: string) =>
  HAS_CORPUS ? corpusRows<Row>(name).filter(({ rule }) => HAS_SHELLCHECK || rule !== 'SC*') : [];

function isMeant(rule: string, id: string): boolean {
  if (rule === '*') return /^(?:DL|SC)\d/.test(id);
  return rule === 'SC*' ? id.startsWith('SC') : id === rule;
}

/** How many findings of a row's rule all rules together report, under either name. */
async function countOf(row: Row): Promise<number> {
  const file = createDockerfile(parse(textOf(row)));
  const config = lintConfig(configOf(row), { [row.rule]: 'warning' });
  const late = HAS_SHELLCHECK && row.rule.includes('*') ? await shellcheck.check(file) : new Map();
  const found = lint(file, withLate(RULES, late), config, (_, error) => {
    throw error;
  });
  return found.filter(({ rule, aliases }) => [rule, ...aliases].some((id) => isMeant(row.rule, id)))
    .length;
}

interface Judged {
  readonly positives: number;
  readonly negatives: number;
  readonly missed: readonly Row[];
  readonly wrong: readonly Row[];
  readonly miscounted: readonly Row[];
}

async function judge(rows: readonly Row[]): Promise<Judged> {
  const counted = await Promise.all(rows.map(async (row) => ({ row, count: await countOf(row) })));
  const of = (holds: (row: Row, count: number) => boolean) =>
    counted.filter(({ row, count }) => holds(row, count)).map(({ row }) => row);
  return {
    positives: of((row) => row.expect).length,
    negatives: of((row) => !row.expect).length,
    missed: of((row, count) => row.expect && count === 0),
    wrong: of((row, count) => !row.expect && count > 0),
    miscounted: of((row, count) => row.expect && count > 0 && (row.count ?? count) !== count),
  };
}

function figures(name: string, { positives, negatives, missed, wrong }: Judged): string {
  const share = ((100 * (positives - missed.length)) / positives).toFixed(1);
  return `${name}: ${positives - missed.length}/${positives} found (${share}%), ${wrong.length}/${negatives} wrong`;
}

describe('hadolint’s rules', () => {
  it('are all there once', () => {
    expect(new Set(HADOLINT.map(({ id }) => id)).size).toBe(71);
    expect(HADOLINT).toHaveLength(71);
  });
});

describe.skipIf(!HAS_CORPUS)('hadolint’s own assertions', () => {
  it.each(['hadolint.json', 'hadolint-config.json'])(
    '%s',
    async (name) => {
      const judged = await judge(rowsOf(name));
      console.log(figures(`hadolint’s assertions in ${name}`, judged));
      expect(judged.positives).toBeGreaterThan(10);
      expect(judged.wrong).toEqual([]);
      expect(
        judged.missed.length / judged.positives,
        JSON.stringify(judged.missed),
      ).toBeLessThanOrEqual(0.01);
      expect(judged.miscounted).toEqual([]);
    },
    60_000,
  );
});
