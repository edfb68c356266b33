import { describe, expect, test } from 'vitest';
import { compileQuery } from '../../../../src/engine/logs/query.ts';
import type { Query } from '../../../../src/engine/logs/query.ts';
import { createRing, FLAGS } from '../../../../src/engine/logs/ring.ts';
import type { LogRing } from '../../../../src/engine/logs/ring.ts';
import { countLines, findLine } from '../../../../src/engine/logs/search.ts';
import { createSlices } from '../../../../src/engine/logs/slices.ts';
import { filteredView, wholeView } from '../../../../src/engine/logs/view.ts';
import type { Filter } from '../../../../src/engine/logs/view.ts';

const LIMITS = { lines: 1_000_000, bytes: 64_000_000 };

function ringOf(lines: readonly string[], limits = LIMITS): LogRing {
  const ring = createRing(limits);
  for (const [n, line] of lines.entries()) ring.push(Buffer.from(line), 1000 + n, n % 3, 0);
  return ring;
}

function matcher(text: string, more: Partial<Query> = {}) {
  const made = compileQuery({ text, regex: false, caseSensitive: false, ...more });
  if (!made.ok) throw new Error(made.problem);
  return made.matcher;
}

const regex = (text: string) => matcher(text, { regex: true, caseSensitive: true });
const never = new AbortController().signal;

describe('the ring', () => {
  test('gives back what it was given', () => {
    const ring = ringOf(['one', '', 'zwei ü€😀', 'x'.repeat(70_000)]);
    ring.push(Buffer.from('err'), 7.5, 65_535, FLAGS.stderr, 12);
    expect(ring.line(0)).toEqual({
      index: 0,
      time: 1000,
      source: 0,
      flags: 0,
      text: 'one',
      cut: 0,
    });
    expect(ring.line(1)?.text).toBe('');
    expect(ring.line(2)?.text).toBe('zwei ü€😀');
    expect(ring.line(3)).toMatchObject({ cut: 70_000 - 65_535, flags: FLAGS.cut });
    expect(ring.line(4)).toMatchObject({ time: 7.5, source: 65_535, flags: 9, cut: 12 });
    expect(ring.line(5)).toBeUndefined();
  });

  test('drops the oldest lines, and says from where on it has them', () => {
    const ring = ringOf(
      Array.from({ length: 30_000 }, (_, n) => `line ${n}`),
      { ...LIMITS, lines: 10_000 },
    );
    expect(ring.end).toBe(30_000);
    expect(ring.end - ring.first).toBeLessThanOrEqual(10_000);
    expect(ring.end - ring.first).toBeGreaterThan(7000);
    expect(ring.line(ring.first)?.text).toBe(`line ${ring.first}`);
    expect(ring.line(ring.first - 1)).toBeUndefined();
    expect(ring.line(29_999)?.text).toBe('line 29999');
  });

  test('stays below its bytes, be the lines long or empty', () => {
    for (const line of ['', 'x'.repeat(100), 'y'.repeat(60_000)]) {
      const ring = createRing({ lines: 1_000_000, bytes: 2_000_000 });
      const text = Buffer.from(line);
      for (let n = 0; n < 200_000; n += line.length > 1000 ? 100 : 1) ring.push(text, n, 0, 0);
      expect(ring.size).toBeLessThanOrEqual(2_000_000);
      expect(ring.size).toBeGreaterThan(1_700_000);
    }
  });

  test('holds a million lines as memory of its own, not as a million objects', () => {
    const ring = createRing(LIMITS);
    const text = Buffer.from('2026 INFO request served in 12 ms');
    const before = process.memoryUsage();
    for (let n = 0; n < 1_000_000; n++) ring.push(text, n, 0, 0);
    const after = process.memoryUsage();
    expect(ring.end - ring.first).toBeGreaterThan(990_000);
    expect(ring.size).toBeLessThan(LIMITS.bytes);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(30_000_000);
    expect(ring.line(500_000)?.text).toBe(text.toString());
  });
});

describe('a search', () => {
  const lines = Array.from(
    { length: 10_000 },
    (_, n) => `line ${n} ${n % 1000 === 7 ? 'Needle ü' : 'hay'}`,
  );
  const ring = ringOf(lines);
  const slices = createSlices();
  const find = (query: ReturnType<typeof matcher>, from: number, back = false) =>
    findLine(ring, wholeView(ring), query, { from, back }, slices);

  test('goes on and back, and around', async () => {
    expect(await find(matcher('needle'), 0)).toEqual({ index: 7, wrapped: false });
    expect(await find(matcher('needle'), 8)).toEqual({ index: 1007, wrapped: false });
    expect(await find(matcher('needle'), 9008)).toEqual({ index: 7, wrapped: true });
    expect(await find(matcher('needle'), 9006, true)).toEqual({ index: 8007, wrapped: false });
    expect(await find(matcher('needle'), 6, true)).toEqual({ index: 9007, wrapped: true });
    expect(await find(matcher('needle', { caseSensitive: true }), 0)).toBeUndefined();
    expect(await countLines(ring, wholeView(ring), matcher('NEEDLE'), slices)).toBe(10);
  });

  test('has lines begin and end where they do', async () => {
    expect(await find(regex('^line 12$'), 0)).toBeUndefined();
    expect(await find(regex('ü$'), 20)).toEqual({ index: 1007, wrapped: false });
    expect(await find(regex('^line 1234 '), 0)).toEqual({ index: 1234, wrapped: false });
    expect(await find(regex('hay\\s*line'), 0)).toBeUndefined();
    expect(await find(regex('hay[^q]*$'), 3)).toEqual({ index: 3, wrapped: false });
    expect(await find(regex('hay(?!\\s)'), 5)).toEqual({ index: 5, wrapped: false });
    expect(await find(regex('x*'), 42)).toEqual({ index: 42, wrapped: false });
  });

  test('answers as trying every line does, whatever the expression', async () => {
    const odd = [
      '',
      'a',
      'ab',
      'b\tb',
      '\u001b[31mred\u001b[0m',
      'ü',
      '10%\r20%',
      'a b',
      '',
      'foo bar',
    ];
    const small = ringOf(Array.from({ length: 500 }, (_, n) => odd[(n * 7) % odd.length] ?? ''));
    for (const source of [
      'a',
      '^$',
      'b$',
      '\\s',
      '[^x]',
      '[^x]+',
      'a|^$',
      'red',
      '\\bfoo\\b.*',
      '(?=b)',
      '(?!b)',
      'x?$',
      '20',
      '1',
      'd\\W',
    ]) {
      const query = regex(source);
      const wanted: number[] = [];
      for (let n = 0; n < 500; n++) {
        const text =
          ['', 'a', 'ab', 'b\tb', 'red', 'ü', '20%', 'a b', '', 'foo bar'][(n * 7) % 10] ?? '';
        if (query.one.test(text)) wanted.push(n);
      }
      const view = filteredView(small, { include: query }, slices);
      await view.advance(never);
      const got = Array.from({ length: view.end - view.first }, (_, at) =>
        view.at(view.first + at),
      );
      expect(got, source).toEqual(wanted);
    }
  });

  test('finds only what is shown', async () => {
    const view = filteredView(ring, { exclude: matcher('1007') }, slices);
    await view.advance(never);
    expect(await findLine(ring, view, matcher('needle'), { from: 8, back: false }, slices)).toEqual(
      { index: 2007, wrapped: false },
    );
    expect(await countLines(ring, view, matcher('needle'), slices)).toBe(9);
  });

  test('gives an expression up that takes for ever, and works afterwards', async () => {
    const evil = ringOf([`${'a'.repeat(40)}b`]);
    const search = findLine(
      evil,
      wholeView(evil),
      regex('^(a+)+$'),
      { from: 0, back: false },
      slices,
    );
    await expect(search).rejects.toMatchObject({ reason: 'timeout' });
    expect(await find(matcher('needle'), 0)).toEqual({ index: 7, wrapped: false });
  });

  test('ends with its signal', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(
      await countLines(ring, wholeView(ring), matcher('e'), slices, controller.signal),
    ).toBeUndefined();
  });

  test('says what is wrong with an expression', () => {
    expect(compileQuery({ text: '(', regex: true, caseSensitive: false })).toEqual({
      ok: false,
      problem: '/(/gim: Unterminated group',
    });
    expect(compileQuery({ text: '(', regex: false, caseSensitive: false }).ok).toBe(true);
  });
});

describe('a view', () => {
  const slices = createSlices();
  const shown = async (ring: LogRing, filter: Filter) => {
    const view = filteredView(ring, filter, slices);
    await view.advance(never);
    return Array.from({ length: view.end - view.first }, (_, at) => view.at(view.first + at));
  };

  test('includes, excludes, and hides containers and streams', async () => {
    const ring = ringOf(['get /a', 'post /b', 'get /c', 'debug: get', 'get /a']);
    ring.push(Buffer.from('get oops'), 0, 1, FLAGS.stderr);
    expect(await shown(ring, { include: matcher('get') })).toEqual([0, 2, 3, 4, 5]);
    expect(await shown(ring, { include: matcher('get'), exclude: matcher('/a') })).toEqual([
      2, 3, 5,
    ]);
    expect(await shown(ring, { hidden: (source) => source !== 1 })).toEqual([1, 4, 5]);
    expect(await shown(ring, { stream: 'stderr' })).toEqual([5]);
    expect(await shown(ring, { level: 'info' })).toEqual([0, 1, 2, 4, 5]);
    expect(await shown(ring, { level: 'error' })).toEqual([5]);
  });

  test('always has marks, unless their container is hidden', async () => {
    const ring = ringOf(['a', 'b']);
    ring.push(Buffer.from('it was removed'), 0, 1, FLAGS.mark);
    expect(await shown(ring, { include: matcher('zzz') })).toEqual([2]);
    expect(await shown(ring, { exclude: matcher('removed'), level: 'fatal' })).toEqual([2]);
    expect(await shown(ring, { hidden: (source) => source === 1 })).toEqual([0]);
  });

  test('goes on with what comes, and forgets what is dropped', async () => {
    const ring = createRing({ lines: 5000, bytes: 10_000_000 });
    const view = filteredView(ring, { include: matcher('even') }, slices);
    for (let n = 0; n < 40_000; n++) {
      ring.push(Buffer.from(n % 2 ? 'odd' : 'even'), n, 0, 0);
      if (n % 1777 === 0) await view.advance(never);
    }
    await view.advance(never);
    expect(view.complete).toBe(true);
    expect(view.end).toBe(20_000);
    expect(view.at(view.first)).toBe(ring.first + (ring.first % 2));
    expect(view.at(view.first - 1)).toBeUndefined();
    expect(view.at(19_999)).toBe(39_998);
    expect(view.placeOf(39_997)).toBe(19_999);
    expect(view.shows(39_998)).toBe(true);
    expect(view.shows(39_999)).toBe(false);
  });
});
