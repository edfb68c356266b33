import { describe, expect, it } from 'vitest';
import { createLogStore, lastLines, logText } from '../../../../src/engine/builds/stepLog.ts';

describe('the log of a step', () => {
  it('is kept whole while it is short', () => {
    const store = createLogStore({ head: 10, tail: 20, total: 100 });
    store.append('a', 'one\rtwo\n');
    store.append('a', '\x1b[31mthree');
    expect(logText(store.get('a'))).toBe('one\rtwo\n\x1b[31mthree');
    expect(logText(store.get('b'))).toBe('');
  });

  it('loses its middle at the beginning of a line, and says how much', () => {
    const store = createLogStore({ head: 12, tail: 40, total: 1000 });
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`);
    for (const line of lines) store.append('a', line);
    const log = store.get('a');
    expect(log.head).toBe('line 0\nline ');
    expect(log.tail).toMatch(/^line \d+\n(?:line \d+\n)*line 29\n$/);
    expect(log.tail.length).toBeLessThanOrEqual(50);
    expect(log.head.length + log.dropped + log.tail.length).toBe(lines.join('').length);
    expect(logText(log)).toBe(
      `${log.head}\n[… ${log.dropped} characters are not kept …]\n${log.tail}`,
    );
  });

  it('never holds more than the limit of all, and takes from the longest', () => {
    const store = createLogStore({ head: 100, tail: 1000, total: 1500 });
    store.append('small', 'small\n');
    for (let i = 0; i < 500; i++) {
      store.append('a', `${i}\n`);
      store.append('b', `${i} b\n`);
    }
    const sizes = ['small', 'a', 'b'].map((step) => {
      const { head, tail } = store.get(step);
      return head.length + tail.length;
    });
    expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(1500);
    expect(logText(store.get('small'))).toBe('small\n');
    expect(store.get('a').tail).toMatch(/\n499\n$/);
    expect(store.get('b').tail).toMatch(/499 b\n$/);
  });

  it('cuts heads too when many steps have nothing else', () => {
    const store = createLogStore({ head: 100, tail: 100, total: 1000 });
    for (let i = 0; i < 100; i++) store.append(`${i}`, 'x'.repeat(100));
    let all = 0;
    for (let i = 0; i < 100; i++) {
      const { head, tail, dropped } = store.get(`${i}`);
      all += head.length + tail.length;
      expect(head.length + tail.length + dropped).toBe(100);
    }
    expect(all).toBeLessThanOrEqual(1000);
  });

  it('does not cut a pair of surrogates', () => {
    const store = createLogStore({ head: 0, tail: 9, total: 1000 });
    store.append('a', '🐳'.repeat(20));
    expect(store.get('a').tail).toMatch(/^🐳+$/u);
    const head = createLogStore({ head: 9, tail: 100, total: 1000 });
    head.append('a', '🐳'.repeat(20));
    expect(logText(head.get('a'))).toBe('🐳'.repeat(20));
  });

  it('has last lines', () => {
    const log = (head: string) => ({ head, dropped: 0, tail: '' });
    expect(lastLines(log('a\nb\r\nc\n\n'), 2)).toEqual(['b', 'c']);
    expect(lastLines(log('a\nb'), 5)).toEqual(['a', 'b']);
    expect(lastLines(log('a\n\nb'), 2)).toEqual(['', 'b']);
    expect(lastLines(log(''), 2)).toEqual([]);
    expect(lastLines({ head: 'x', dropped: 3, tail: 'y\nz' }, 9)).toEqual(['y', 'z']);
  });
});
