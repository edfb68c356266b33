import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchSilence } from '../../../../src/engine/buildkit/silence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch over an engine whose answers are given by hand. */
function watched() {
  const answers: (() => void)[] = [];
  const told: boolean[] = [];
  const builder = { answers: () => new Promise<void>((resolve) => answers.push(resolve)) };
  const watch = watchSilence(builder, (isSilent) => told.push(isSilent), {
    quiet: 5000,
    answer: 3000,
  });
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  return { answers, told, pass, ...watch };
}

describe('an engine that says nothing', () => {
  test('is asked whether it is there, and not while it speaks', async () => {
    const { answers, told, pass, heard } = watched();
    for (let at = 0; at < 5; at++) {
      await pass(4000);
      heard();
    }
    expect(answers).toHaveLength(0);
    await pass(5000);
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await pass(4000);
    expect([answers.length, told]).toEqual([1, []]);
    await pass(1000);
    expect(answers).toHaveLength(2);
  });

  test('and does not answer is told of, until it does', async () => {
    const { answers, told, pass } = watched();
    await pass(8000);
    expect(told).toEqual([true]);
    await pass(600_000);
    // One question is enough.
    expect([answers.length, told]).toEqual([1, [true]]);
    answers[0]?.();
    await pass(0);
    expect(told).toEqual([true, false]);
    await pass(5000);
    expect(answers).toHaveLength(2);
  });

  test('is told of no more once it has spoken, nor after the end', async () => {
    const { told, pass, heard, end, answers } = watched();
    await pass(8000);
    heard();
    expect(told).toEqual([true, false]);
    await pass(6000);
    end();
    answers[1]?.();
    await pass(60_000);
    expect([told, vi.getTimerCount()]).toEqual([[true, false], 0]);
  });
});
