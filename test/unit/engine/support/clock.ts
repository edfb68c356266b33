import type { Clock } from '../../../../src/engine/coalesce.ts';

/** A clock that stands still until it is moved. */
export function fakeClock(): Clock & { advance(ms: number): void; timers(): number } {
  let now = 0;
  let next = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  return {
    now: () => now,
    later(delay, run) {
      const id = next++;
      timers.set(id, { at: now + delay, run });
      return () => void timers.delete(id);
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= until);
        const [first] = due.sort(([, a], [, b]) => a.at - b.at);
        if (!first) break;
        timers.delete(first[0]);
        now = Math.max(now, first[1].at);
        first[1].run();
      }
      now = until;
    },
    timers: () => timers.size,
  };
}
