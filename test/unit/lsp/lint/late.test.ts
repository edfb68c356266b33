import { describe, expect, test } from 'vitest';
import { carryLate, withLate } from '../../../../src/lsp/server/lint/late.ts';
import type { Late } from '../../../../src/lsp/server/lint/late.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import type { Finding, Rule } from '../../../../src/lsp/server/rules/rule.ts';

const rule: Rule = {
  id: 'stevedore/test',
  severity: 'warning',
  title: 't',
  why: 'w',
  examples: [{ bad: '', good: '' }],
  check: () => [],
};
const at = (text: string, word: string): Finding => {
  const start = text.indexOf(word);
  const span = { start, end: start + word.length };
  return { span, message: word, fixes: [{ title: 'f', edits: [{ span, text: '' }] }] };
};
const found = (late: Late) => late.get(rule) ?? [];

describe('what was found late', () => {
  const before = 'FROM a\nCOPY x /\nCOPY y /\n';
  const late: Late = new Map([[rule, [at(before, 'x'), at(before, 'y')]]]);

  test('moves with its instruction, its fixes too', () => {
    const after = 'FROM a\nRUN something\nCOPY x /\nCOPY y /\n';
    expect(found(carryLate(late, parse(before), parse(after)))).toEqual([
      at(after, 'x'),
      at(after, 'y'),
    ]);
  });

  test('goes with an instruction that changed', () => {
    const after = 'FROM a\nCOPY xx /\nCOPY y /\n';
    expect(found(carryLate(late, parse(before), parse(after)))).toEqual([at(after, 'y')]);
  });

  test('knows instructions of one text apart', () => {
    const twice = 'FROM a\nRUN x\nRUN x\n';
    const second = { ...at(twice, 'x'), span: { start: 17, end: 18 }, fixes: [] };
    const carried = carryLate(new Map([[rule, [second]]]), parse(twice), parse(`# c\n${twice}`));
    expect(found(carried)).toMatchObject([{ span: { start: 21, end: 22 } }]);
  });

  test('counts among what its rule finds, and another program beside the rules', () => {
    const other: Rule = { ...rule, id: 'SC2086' };
    const rules = withLate(
      [rule],
      new Map([
        [rule, [at(before, 'x')]],
        [other, [at(before, 'y')]],
      ]),
    );
    expect(rules.map(({ id }) => id)).toEqual(['stevedore/test', 'SC2086']);
  });
});
