import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSettler } from '../../../src/engine/settle.ts';

describe('waiting for an engine that is busy with a container', () => {
  afterEach(() => void vi.useRealTimers());

  it('ends after two seconds, each time that the container is told of', async () => {
    vi.useFakeTimers();
    const ready: string[] = [];
    const never = () => new Promise<void>(() => {});
    const { settle } = createSettler(
      { settle: never },
      new AbortController().signal,
      (id) => void ready.push(id),
    );
    settle('a');
    await vi.advanceTimersByTimeAsync(1500);
    settle('a');
    await vi.advanceTimersByTimeAsync(600);
    expect(ready).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(5000);
    expect(ready).toEqual(['a']);
    settle('a');
    await vi.advanceTimersByTimeAsync(2100);
    expect(ready).toEqual(['a', 'a']);
  });
});
