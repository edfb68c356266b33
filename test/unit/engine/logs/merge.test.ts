import { describe, expect, test } from 'vitest';
import { createMerge } from '../../../../src/engine/logs/merge.ts';
import type { Timed } from '../../../../src/engine/logs/merge.ts';
import { createResume } from '../../../../src/engine/logs/resume.ts';
import type { ReadLine } from '../../../../src/engine/logs/lines.ts';

interface Item extends Timed {
  readonly name: string;
}

/** A clock that goes on when it is told to. */
function handClock() {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    later(delay: number, run: () => void) {
      const timer = { at: now + delay, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    pass(ms: number) {
      for (const end = now + ms; ;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) {
          now = end;
          return;
        }
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.run();
      }
    },
    get waits() {
      return timers.length;
    },
  };
}

const item = (seconds: number, name: string, nanos = 0): Item => ({
  seconds,
  nanos,
  name,
  bytes: 100,
});

function merging(room?: number) {
  const clock = handClock();
  const out: string[] = [];
  const merge = createMerge<Item>(({ name }) => out.push(name), {
    clock,
    ...(room !== undefined && { room }),
  });
  return { clock, out, merge };
}

describe('the lines of several containers', () => {
  test('of one pass through at once', () => {
    const { out, merge, clock } = merging();
    merge.add().push(item(1, 'a'));
    expect(out).toEqual(['a']);
    expect(clock.waits).toBe(0);
  });

  test('are put in order by nanoseconds', () => {
    const { out, merge, clock } = merging();
    const [a, b] = [merge.add(), merge.add()];
    a.push(item(1, 'a1', 5));
    a.push(item(1, 'a2', 7));
    b.push(item(1, 'b1', 4));
    b.push(item(1, 'b2', 6));
    clock.pass(150);
    expect(out).toEqual(['b1', 'a1', 'b2', 'a2']);
    expect(clock.waits).toBe(0);
  });

  test('wait no longer than a moment for a silent one', () => {
    const { out, merge, clock } = merging();
    const [a] = [merge.add(), merge.add()];
    clock.pass(5000);
    a.push(item(1, 'a1'));
    clock.pass(99);
    expect(out).toEqual([]);
    clock.pass(2);
    expect(out).toEqual(['a1']);
  });

  test('wait longer for the first line of one, whose connection may be slow', () => {
    const { out, merge, clock } = merging();
    const [a, b] = [merge.add(), merge.add(), merge.add()];
    a.push(item(2, 'a1'));
    clock.pass(350);
    expect(out).toEqual([]);
    b.push(item(1, 'b1'));
    clock.pass(100);
    expect(out).toEqual(['b1', 'a1']);
    // That is over for the third, too.
    a.push(item(3, 'a2'));
    clock.pass(101);
    expect(out).toEqual(['b1', 'a1', 'a2']);
  });

  test('wait while another gives what was earlier, but not for ever', () => {
    const { out, merge, clock } = merging();
    const [a, b] = [merge.add(), merge.add()];
    a.push(item(50, 'a'));
    for (let n = 0; n < 40; n++) {
      b.push(item(n, `b${n}`));
      clock.pass(50);
    }
    expect(out.indexOf('a')).toBeGreaterThanOrEqual(19);
    expect(out.indexOf('a')).toBeLessThan(30);
  });

  test('of one that has ended are not waited for', () => {
    const { out, merge } = merging();
    const [a, b] = [merge.add(), merge.add()];
    a.push(item(1, 'a1'));
    b.idle();
    expect(out).toEqual(['a1']);
    b.push(item(2, 'b1'));
    a.idle();
    expect(out).toEqual(['a1', 'b1']);
  });

  test('are held back in bounded memory', () => {
    const { out, merge } = merging(1000);
    const [a] = [merge.add(), merge.add()];
    for (let n = 0; n < 5000; n++) a.push(item(n, String(n)));
    expect(out.length).toBeGreaterThanOrEqual(4990);
    merge.flush();
    expect(out).toEqual(Array.from({ length: 5000 }, (_, n) => String(n)));
  });
});

describe('a log that was broken off', () => {
  const line = (nanos: number, stderr = false, seconds = 100): ReadLine => ({
    stderr,
    seconds,
    nanos,
    text: Buffer.alloc(0),
    cut: 0,
  });

  test('goes on with no line twice and none lost, several having one time', () => {
    const log = [line(1), line(1), line(5, true), line(3), line(5), line(5)];
    for (let broken = 1; broken <= log.length; broken++) {
      const resume = createResume();
      const taken = log.slice(0, broken).filter(resume.take);
      expect(resume.again()).toBe('100.000000001');
      const more = [...log, line(9)].filter(resume.take);
      expect([...taken, ...more].length, `broken off after ${broken}`).toBe(7);
    }
  });

  test('is read from not too far back when it is long', () => {
    const resume = createResume();
    for (let n = 0; n < 10_000; n++) resume.take(line(n, false, n));
    expect(resume.again()).toBe('9744.000009744');
    const again = Array.from({ length: 300 }, (_, n) => line(n + 9744, false, n + 9744));
    expect(again.filter(resume.take).map(({ seconds }) => seconds)).toEqual(
      Array.from({ length: 44 }, (_, n) => n + 10_000),
    );
  });

  test('goes on in the midst of thousands of lines that have one time', () => {
    const log = Array.from({ length: 5000 }, () => line(0));
    const resume = createResume();
    expect(log.slice(0, 3000).filter(resume.take)).toHaveLength(3000);
    expect(resume.again()).toBe('100.000000000');
    expect(log.filter(resume.take)).toHaveLength(2000);
  });

  test('knows nothing before its first line', () => {
    expect(createResume().again()).toBeUndefined();
  });
});
