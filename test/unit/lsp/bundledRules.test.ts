import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { withoutExamples } from '../../../scripts/bundle/rules.mjs';
import { RULES } from '../../../src/lsp/server/rules/all.ts';
import { isFixable } from '../../../src/lsp/server/rules/fixable.ts';
import type { Rule } from '../../../src/lsp/server/rules/rule.ts';

test('bundles have all rules, know which can be fixed, and carry no example', async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL('../../../src/lsp/server/rules/all.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(import.meta.url)});`,
    },
    write: false,
    plugins: [withoutExamples],
  });
  const code = outputFiles[0]?.text ?? '';
  const address = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  const bundled = ((await import(/* @vite-ignore */ address)) as { RULES: readonly Rule[] }).RULES;
  const seen = (rules: readonly Rule[]) =>
    rules.map((rule) => [rule.id, rule.why, isFixable(rule)]);
  expect(seen(bundled)).toEqual(seen(RULES));
  expect(bundled.filter(({ examples }) => examples.some(({ bad }) => bad !== undefined))).toEqual(
    [],
  );
});
