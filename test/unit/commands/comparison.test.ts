import { expect, test } from 'vitest';
import { comparisonText } from '../../../src/commands/builds/comparison.ts';
import { build, step } from '../views/samples.ts';

const run = { stage: '0', index: 3, total: 3, instruction: 'RUN make', lines: [3, 3] as const };
const copy = { stage: '0', index: 2, total: 3, instruction: 'COPY . .', lines: [2, 2] as const };
const before = build({
  id: 'a',
  ended: 1_002_000,
  steps: [
    step({ ...copy, id: 'c', state: 'cached', duration: 0 }),
    step({ ...run, id: 'r', state: 'cached', duration: 0 }),
  ],
});
const after = build({
  id: 'b',
  ended: 1_009_000,
  steps: [
    step({
      id: 'x',
      name: '[internal] load build context',
      instruction: '[internal] load build context',
    }),
    step({ ...copy, id: 'c2', inputs: ['x'], duration: 300 }),
    step({ ...run, id: 'r2', inputs: ['c2'], duration: 6000 }),
  ].map((one) => {
    if (one.id !== 'x') return one;
    const { stage: _s, index: _i, total: _t, ...rest } = one;
    return rest;
  }),
});
const text = comparisonText(before, after, ({ id }) => `build ${id}`, 2_000_000);

test('a comparison says what lost its cache, and the first instruction that caused it', () => {
  expect(text).toContain('2 instructions ran again.');
  expect(text).toMatch(/^1\. .*COPY \\\. \\\..*\(line 2\)$/m);
  expect(text).not.toMatch(/^2\. /m);
  expect(text).toContain('| `RUN make` | 3 | 6.0 s |');
});

test('a comparison tells the difference in time, of the whole and of the steps', () => {
  expect(text).toMatch(/\| Time \| 2\.0 s \| 9\.0 s, 7\.0 s slower \|/);
  expect(text).toContain('| `RUN make` | cached | 6.0 s | 6.0 s slower |');
  expect(text).toContain('| Cached | 2 of 2 | 0 of 2 |');
});

test('two builds that are alike lost nothing', () => {
  expect(comparisonText(before, before, ({ id }) => id, 0)).toContain('Nothing: what the earlier');
});

test('a reason stays the text that it is where the comparison is drawn', () => {
  const words = (more: string) =>
    `COPY app/__init__.py *.md* ${more} <b>&lt; $A:$B https://a.example ./`;
  const copied = (id: string, more: string, state: 'cached' | 'completed') =>
    build({ id, steps: [step({ ...copy, id: `c${id}`, instruction: words(more), state })] });
  const drawn = comparisonText(
    copied('a', 'a', 'cached'),
    copied('b', 'b', 'completed'),
    ({ id }) => id,
    0,
  );
  const reason = drawn.split('\n').find((line) => line.startsWith('1. ')) ?? '';
  // Nothing is left that Markdown or its formulas are made of.
  expect(reason.slice(3).replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[_*<&$:[\]`~\\]/);
  expect(reason.replace(/\\([!-/:-@[-`{-~])/g, '$1')).toContain(
    'COPY app/__init__.py *.md* b <b>&lt; $A:$B',
  );
});
