import { describe, expect, onTestFinished, test } from 'vitest';
import type { Container } from '../../../../src/engine/model.ts';
import { createAlerts } from '../../../../src/engine/stats/alerts.ts';
import type { Alert, AlertRules } from '../../../../src/engine/stats/alerts.ts';
import type { Figures } from '../../../../src/engine/stats/figures.ts';
import { fakeClock } from '../support/clock.ts';

const RULES: AlertRules = { memory: 90, restarts: 3, unhealthy: true, outOfMemory: true };

function made(rules: Partial<AlertRules> = {}) {
  const clock = fakeClock();
  const alerts = createAlerts(() => ({ ...RULES, ...rules }), clock);
  const raised: Alert[] = [];
  alerts.onDidRaise((alert) => raised.push(alert));
  onTestFinished(() => alerts.dispose());
  const event = (action: string, time: number, id = 'c') =>
    alerts.event({ kind: 'container', action, id, attributes: {}, time, timeNano: time * 1e9 });
  const figures = (seconds: number, percent: number, limit: number | undefined = 1000) =>
    alerts.figures('c', { at: seconds * 1000, memory: percent * 10, limit } as Figures);
  const container = (state: string, health: string, changed = true) =>
    alerts.container({ id: 'c', state, health } as Container, changed);
  const kinds = () => alerts.of('c').map(({ kind }) => kind);
  return { clock, alerts, raised, event, figures, container, kinds };
}

describe('a restart loop', () => {
  test('is told once it is one, and only once', () => {
    const { event, kinds, raised, alerts } = made();
    for (const second of [0, 10, 20]) {
      expect(kinds()).toEqual([]);
      event('die', second + 1);
      event('start', second + 1.2);
    }
    expect(raised.map(({ text }) => text)).toEqual(['was restarted 3 times within 5 minutes']);
    event('die', 31);
    event('start', 32);
    expect(raised).toHaveLength(1);
    expect(alerts.of('c')[0]?.text).toContain('4 times');
  });

  test('is none where somebody stopped and started it', () => {
    const { event, kinds } = made();
    for (const second of [0, 10, 20, 30]) {
      event('die', second + 1);
      event('stop', second + 1.1);
      event('start', second + 1.2);
    }
    expect(kinds()).toEqual([]);
  });

  test('is none where the restarts are far apart, or come twice by a reconnect', () => {
    const { event, kinds } = made();
    for (const second of [0, 200, 400, 600]) {
      event('die', second + 1);
      event('start', second + 2);
    }
    for (let again = 0; again < 5; again++) event('start', 602);
    expect(kinds()).toEqual([]);
  });

  test('is over when it has run for a while, was stopped, or is gone', () => {
    for (const end of ['time', 'stop', 'destroy']) {
      const { event, kinds, clock } = made({ restarts: 1 });
      event('died', 1);
      event('start', 2);
      expect(kinds()).toEqual(['restarts']);
      if (end === 'time') clock.advance(300_000);
      else event(end, 3);
      expect(kinds(), end).toEqual([]);
      expect(clock.timers()).toBe(0);
    }
  });

  test('is nobody’s concern when that is switched off', () => {
    const { event, kinds } = made({ restarts: 0 });
    event('die', 1);
    event('start', 2);
    expect(kinds()).toEqual([]);
  });
});

describe('memory', () => {
  test('is told when it stays near the limit, and not for one sample', () => {
    const { figures, kinds, raised } = made();
    figures(0, 95);
    figures(1, 50);
    figures(2, 95);
    figures(11, 95);
    expect(kinds()).toEqual([]);
    figures(12, 95);
    expect(kinds()).toEqual(['memory']);
    expect(raised[0]?.text).toBe('uses over 90% of the 1 kB of memory that it may use');
    figures(13, 87);
    expect(kinds()).toEqual(['memory']);
    figures(14, 84);
    expect(kinds()).toEqual([]);
  });

  test('is not told of two moments with nothing seen between', () => {
    const { figures, kinds } = made();
    for (const second of [0, 5, 60, 65]) figures(second, 95);
    expect(kinds()).toEqual([]);
    figures(70, 95);
    expect(kinds()).toEqual(['memory']);
  });

  test('is told of neither without a limit nor when that is switched off', () => {
    const off = made({ memory: 0 });
    for (const second of [0, 9, 18]) off.figures(second, 99);
    expect(off.kinds()).toEqual([]);
    const unlimited = made();
    for (const second of [0, 9, 18])
      unlimited.alerts.figures('c', { at: second * 1000, memory: 5, limit: undefined } as Figures);
    expect(unlimited.kinds()).toEqual([]);
  });

  test('is free again when the container has died', () => {
    const { figures, kinds, event } = made();
    for (const second of [0, 9, 18]) figures(second, 99);
    expect(kinds()).toEqual(['memory']);
    event('die', 21);
    expect(kinds()).toEqual([]);
  });
});

describe('running out of memory', () => {
  const ran = (made: { readonly alerts: ReturnType<typeof createAlerts> }, time: number) =>
    made.alerts.ranOut({ id: 'c', time });

  test('is told once, though the engine tells of it twice', () => {
    const own = made();
    for (const time of [10, 10, 11]) ran(own, time);
    own.event('die', 11);
    expect(own.raised.map(({ text }) => text)).toEqual([
      'ran out of memory, and the kernel killed a process of it',
    ]);
  });

  test('is marked for five minutes where the container runs on, or was restarted', () => {
    const own = made();
    ran(own, 10);
    own.event('die', 11);
    own.event('start', 12);
    own.clock.advance(200_000);
    ran(own, 210);
    own.clock.advance(299_000);
    expect(own.kinds()).toEqual(['outOfMemory']);
    own.clock.advance(1000);
    expect(own.kinds()).toEqual([]);
    expect(own.raised).toHaveLength(1);
    // Told again of what is over: after a reconnect the last events come once more.
    ran(own, 210);
    expect(own.kinds()).toEqual([]);
  });

  test('is marked where the container lies dead until it is started', () => {
    const own = made();
    ran(own, 10);
    own.event('die', 10);
    own.clock.advance(3_000_000);
    expect(own.kinds()).toEqual(['outOfMemory']);
    own.event('start', 3010);
    expect(own.kinds()).toEqual([]);
    expect(own.clock.timers()).toBe(1);
  });

  test('is over when somebody stops the container, or it is gone', () => {
    for (const end of ['stop', 'gone', 'clear'] as const) {
      const own = made();
      ran(own, 10);
      if (end === 'stop') own.event('stop', 11);
      else if (end === 'gone') own.alerts.gone('c');
      else own.alerts.clear();
      expect(own.kinds(), end).toEqual([]);
      expect(own.clock.timers()).toBe(0);
    }
  });

  test('is nobody’s concern when that is switched off', () => {
    const own = made({ outOfMemory: false });
    ran(own, 10);
    expect(own.kinds()).toEqual([]);
  });
});

describe('health', () => {
  test('is told when it is lost, and no longer when it is back', () => {
    const { container, kinds, raised } = made();
    container('running', 'healthy');
    container('running', 'unhealthy');
    container('running', 'unhealthy');
    expect(raised.map(({ text }) => text)).toEqual(['is unhealthy']);
    container('running', 'healthy');
    expect(kinds()).toEqual([]);
    container('running', 'unhealthy');
    container('exited', 'unhealthy');
    expect(kinds()).toEqual([]);
  });

  test('that was lost before we came is shown, and is no news', () => {
    const { container, kinds, raised } = made();
    container('running', 'unhealthy', false);
    expect(kinds()).toEqual(['unhealthy']);
    expect(raised).toEqual([]);
  });

  test('is nobody’s concern when that is switched off', () => {
    const { container, kinds } = made({ unhealthy: false });
    container('running', 'unhealthy');
    expect(kinds()).toEqual([]);
  });
});

test('what is gone, or was of another engine, is the matter with nothing', () => {
  const { container, alerts, event } = made({ restarts: 1 });
  let changes = 0;
  alerts.onDidChange(() => changes++);
  container('running', 'unhealthy');
  alerts.gone('c');
  alerts.gone('c');
  expect(changes).toBe(2);
  event('die', 1, 'd');
  event('start', 2, 'd');
  expect(alerts.ids()).toEqual(['d']);
  alerts.clear();
  expect(alerts.ids()).toEqual([]);
});
