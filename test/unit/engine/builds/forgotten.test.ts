import { expect, test } from 'vitest';
import { createForgotten } from '../../../../src/engine/builds/forgotten.ts';

/** A workspace's memory, which holds JSON. */
function memoryWith(stored?: unknown) {
  let text = JSON.stringify(stored);
  return {
    load: (): unknown => (text === undefined ? undefined : JSON.parse(text)),
    save: (value: unknown) => (text = JSON.stringify(value)),
  };
}

test('builds of ours that are forgotten are known in the next session', () => {
  const memory = memoryWith();
  createForgotten(memory).add('a');
  const next = createForgotten(memory);
  expect([next.has('a'), next.has('b')]).toEqual([true, false]);
  next.add('b');
  expect(memory.load()).toEqual(['a', 'b']);
});

test('of builds of ours that are forgotten the last 500 are known', () => {
  const memory = memoryWith();
  const { add, has } = createForgotten(memory);
  for (let at = 0; at < 501; at++) add(`b${at}`);
  expect([has('b0'), has('b1'), has('b500')]).toEqual([false, true, true]);
  expect(memory.load()).toHaveLength(500);
});

test.each([null, 5, {}, ['a', 5, null]])('a memory of %j does no harm', (stored) => {
  const memory = memoryWith(stored);
  createForgotten(memory).add('b');
  expect(memory.load()).toEqual(Array.isArray(stored) ? ['a', 'b'] : ['b']);
});
