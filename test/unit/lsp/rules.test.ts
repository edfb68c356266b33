import { describe, expect, test } from 'vitest';
import { RULES } from '../../../src/lsp/server/rules/all.ts';
import type { Rule } from '../../../src/lsp/server/rules/rule.ts';
import { applied, findings } from './support/examples.ts';

/** The names that the documentation, the settings and the directives take. */
const ID = /^(?:DL\d{4}|[A-Z][A-Za-z]+|build-error\/[a-z][a-z0-9-]*|stevedore\/[a-z][a-z0-9-]*)$/;

describe('rules', () => {
  test('no two have one id', () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('none bears the name that another gives as its own', () => {
    for (const { id, same } of RULES) expect(same, id).not.toBe(id);
  });

  describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
    test('says what it is', () => {
      expect(id).toMatch(ID);
      expect(rule.title.trim()).not.toBe('');
      expect(rule.title).not.toMatch(/[.\n]$/);
      expect(rule.why.trim()).not.toBe('');
    });

    test.each(rule.examples.map((example, index) => [index + 1, example] as const))(
      'example %i',
      async (_, example) => {
        const found = await findings(rule, example.bad, example);
        expect(found, `bad:\n${example.bad}`).not.toEqual([]);
        for (const { span, message, fixes = [], reportedAt = 0 } of found) {
          expect(message.trim()).not.toBe('');
          expect(0 <= span.start && span.start <= span.end).toBe(true);
          expect(Math.max(span.end, reportedAt)).toBeLessThanOrEqual(example.bad.length);
          for (const fix of fixes) {
            if (fix.append) expect(fix.edits).toEqual([]);
            else expect(applied(example.bad, fix)).not.toBe(example.bad);
          }
        }
        expect(await messages(rule, example.good, example), `good:\n${example.good}`).toEqual([]);
        if (!example.fixed) return;
        const fix = found[0]?.fixes?.[0];
        expect(fix, 'the first finding has a fix').toBeDefined();
        if (fix) expect(applied(example.bad, fix)).toBe(example.good);
      },
    );
  });
});

async function messages(
  rule: Rule,
  text: string,
  example: Rule['examples'][number],
): Promise<string[]> {
  return (await findings(rule, text, example)).map(({ message }) => message);
}
