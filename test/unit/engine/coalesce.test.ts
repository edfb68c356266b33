import { describe, expect, it } from 'vitest';
import { createCoalescer } from '../../../src/engine/coalesce.ts';
import { fakeClock } from './support/clock.ts';

describe('the coalescer', () => {
  it('runs a single request at once and leaves no timer', () => {
    const clock = fakeClock();
    const runs: number[] = [];
    const coalescer = createCoalescer(() => runs.push(clock.now()), undefined, clock);
    coalescer.request();
    expect(runs).toEqual([0]);
    clock.advance(1000);
    coalescer.request();
    expect(runs).toEqual([0, 1000]);
    expect(clock.timers()).toBe(0);
  });

  it('gathers a burst, never holding a request back for more than 100 ms', () => {
    const clock = fakeClock();
    const runs: number[] = [];
    let waitingSince: number | undefined;
    let longest = 0;
    const coalescer = createCoalescer(
      () => {
        longest = Math.max(longest, clock.now() - (waitingSince ?? clock.now()));
        waitingSince = undefined;
        runs.push(clock.now());
      },
      undefined,
      clock,
    );
    for (let ms = 0; ms < 2000; ms++) {
      waitingSince ??= clock.now();
      coalescer.request();
      clock.advance(1);
    }
    expect(longest).toBeLessThanOrEqual(100);
    expect(runs.slice(0, 4)).toEqual([0, 20, 60, 140]);
    expect(runs.length).toBeLessThan(25);
  });

  it('calls off what it was asked for', () => {
    const clock = fakeClock();
    let runs = 0;
    const coalescer = createCoalescer(() => runs++, undefined, clock);
    coalescer.request();
    coalescer.request();
    coalescer.cancel();
    clock.advance(1000);
    expect(runs).toBe(1);
    expect(clock.timers()).toBe(0);
  });

  it('gathers what comes in parts, and keeps a pace of its own', () => {
    const clock = fakeClock();
    const runs: number[] = [];
    const pace = { first: 20, shortest: 210, longest: 210 };
    const coalescer = createCoalescer(() => runs.push(clock.now()), pace, clock);
    for (let ms = 0; ms < 500; ms += 5) {
      coalescer.request();
      clock.advance(5);
    }
    expect(runs).toEqual([20, 230, 440]);
    clock.advance(1000);
    expect(runs).toEqual([20, 230, 440, 650]);
    coalescer.request();
    clock.advance(19);
    expect(runs).toHaveLength(4);
    clock.advance(1);
    expect(runs).toHaveLength(5);
  });
});
