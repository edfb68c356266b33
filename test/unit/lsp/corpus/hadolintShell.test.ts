import { describe, expect, it } from 'vitest';
import { SHELL_RULES } from '../../../../src/lsp/server/rules/hadolint/shellRules.ts';
import { findings } from '../support/examples.ts';
import { corpusRows, HAS_CORPUS } from './corpus.ts';

interface Row {
  readonly id: string;
  readonly rule: string;
  readonly dockerfile: string;
  readonly dockerfile_onbuild?: string;
  readonly onbuild: boolean;
  readonly expect: boolean;
}

if (!HAS_CORPUS)
  console.log('No ../shared/corpus here: hadolint’s shell rules are not tried on it.');

const rows = HAS_CORPUS
  ? corpusRows<Row>('hadolint.json').flatMap((row) => {
      const rule = SHELL_RULES.find(({ id }) => id === row.rule);
      return rule ? [{ ...row, by: rule }] : [];
    })
  : [];

describe.skipIf(!HAS_CORPUS)('hadolint’s assertions about commands', () => {
  it('finds 99% of what hadolint finds, and nothing that it does not', async () => {
    const wrong: { id: string; rule: string; text: string }[] = [];
    const missed: typeof wrong = [];
    let positives = 0;
    for (const row of rows) {
      const text = row.onbuild ? (row.dockerfile_onbuild ?? row.dockerfile) : row.dockerfile;
      const found = await findings(row.by, text);
      if (row.expect) positives++;
      if (row.expect === found.length > 0) continue;
      (row.expect ? missed : wrong).push({ id: row.id, rule: row.rule, text });
    }
    const negatives = rows.length - positives;
    console.log(
      `hadolint’s shell rules: ${positives - missed.length}/${positives} found, ${wrong.length}/${negatives} wrong`,
    );
    expect(wrong).toEqual([]);
    expect(positives).toBeGreaterThan(100);
    expect(missed.length / positives, JSON.stringify(missed)).toBeLessThanOrEqual(0.01);
  });
});
