import { describe, expect, test } from 'vitest';
import { applyEdits, fixAll } from '../../../../src/lsp/server/lint/fixes.ts';
import { NO_HADOLINT_CONFIG } from '../../../../src/lsp/server/lint/hadolintConfig.ts';
import { ignoreHere, ignoreInFile } from '../../../../src/lsp/server/lint/ignore.ts';
import { lintConfig } from '../../../../src/lsp/server/lint/levels.ts';
import type { Reported } from '../../../../src/lsp/server/lint/lint.ts';
import { isSilenceable, lint } from '../../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { RULES } from '../../../../src/lsp/server/rules/all.ts';
import type { Labelled } from './corpus.ts';
import { corpusRows, HAS_CORPUS, realFiles } from './corpus.ts';

const texts = HAS_CORPUS
  ? [...realFiles(), ...corpusRows<Labelled>('snippets.json')].map(({ dockerfile }) => dockerfile)
  : [];
const config = lintConfig(NO_HADOLINT_CONFIG, {});

function find(text: string): Reported[] {
  return lint(createDockerfile(parse(text)), RULES, config, (_, error) => {
    throw error;
  });
}

const named = (found: readonly Reported[], name: string) =>
  found.filter(({ rule, aliases }) => rule === name || aliases.includes(name)).length;
const errors = (found: readonly Reported[]) =>
  found.filter(({ rule }) => rule.startsWith('build-error/')).length;

if (!HAS_CORPUS)
  console.log('The corpus is not there: what is done about findings is not tried on it.');

describe.runIf(HAS_CORPUS)('what is done about findings, in real files and odd ones', () => {
  test('comments silence them, and break nothing', () => {
    let count = 0;
    for (const text of texts) {
      const found = find(text);
      const tree = parse(text);
      const each = new Map(found.map((one) => [one.rule, one]));
      for (const one of each.values()) {
        if (!isSilenceable(one.rule)) continue;
        count += 1;
        const names = [one.rule, ...one.aliases];
        const here = find(applyEdits(text, ignoreHere(tree, one, names)));
        const everywhere = find(applyEdits(text, ignoreInFile(tree, names)));
        for (const name of names) {
          expect(named(here, name), `${name} here:\n${text}`).toBeLessThan(named(found, name));
          expect(named(everywhere, name), `${name} in file:\n${text}`).toBe(0);
        }
        expect(errors(here), text).toBeLessThanOrEqual(errors(found));
        expect(errors(everywhere), text).toBeLessThanOrEqual(errors(found));
      }
    }
    console.log(`${count} findings silenced in ${texts.length} texts`);
    expect(count).toBeGreaterThan(300);
  }, 60_000);

  test('fixing all comes to rest, and breaks nothing', async () => {
    let count = 0;
    for (const text of texts) {
      const { text: after, fixed } = await fixAll(text, find);
      count += fixed;
      expect((await fixAll(after, find)).fixed, text).toBe(0);
      expect(errors(find(after)), text).toBeLessThanOrEqual(errors(find(text)));
    }
    console.log(`${count} findings fixed in ${texts.length} texts`);
    expect(count).toBeGreaterThan(100);
  }, 60_000);
});
