import { describe, expect, it } from 'vitest';
import { STEVEDORE_RULES } from '../../../../../src/lsp/server/rules/stevedore/rules.ts';
import { findings } from '../../support/examples.ts';

/** Tests that rules, by their names, find nothing in texts that look like what they are about and are not. */
export function findNothing(silent: Readonly<Record<string, readonly string[]>>): void {
  describe('rules of our own', () => {
    it.each(Object.entries(silent).flatMap(([id, texts]) => texts.map((text) => [id, text])))(
      '%s finds nothing in %j',
      async (id, text) => {
        const rule = STEVEDORE_RULES.find((one) => one.id === `stevedore/${id}`);
        expect(rule).toBeDefined();
        if (rule) expect(await findings(rule, text)).toEqual([]);
      },
    );
  });
}
