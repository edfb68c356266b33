import { describe, expect, test } from 'vitest';
import { FLAGS } from '../../../src/engine/logs/ring.ts';
import { compileQuery } from '../../../src/engine/logs/query.ts';
import { logRow } from '../../../src/panels/logRows.ts';
import { styledParts } from '../../../src/util/sgr.ts';
import { findLinks, placeOf } from '../../../src/util/textLinks.ts';
import { fieldsOf, summaryOf } from '../../../src/webviews/logs/fields.ts';
import { movedDown, movedUp, paused, settled, thumb } from '../../../src/webviews/logs/sight.ts';
import { ageText, timeText } from '../../../src/webviews/logs/times.ts';
import { NO_FILTER, readFromLogs, readLogMemory } from '../../../src/webviews/protocol/logs.ts';

describe('scrolling', () => {
  const bounds = { first: 100, end: 1100 };
  const drawn = {
    from: 200,
    heights: Array.from({ length: 30 }, (_, n) => (n % 3 === 2 ? 60 : 20)),
    window: 400,
  };

  test('down goes by pixels, whatever the height of the rows', () => {
    const at = { following: false, top: 200, offset: 5 };
    expect(movedDown(at, 10, drawn, bounds, 20)).toEqual({
      following: false,
      top: 200,
      offset: 15,
    });
    expect(movedDown(at, 15, drawn, bounds, 20)).toEqual({ following: false, top: 201, offset: 0 });
    expect(movedDown(at, 100, drawn, bounds, 20)).toEqual({
      following: false,
      top: 203,
      offset: 5,
    });
    expect(movedDown(at, 100_000, drawn, bounds, 20).following).toBe(true);
  });

  test('up goes by pixels once the rows above are measured', () => {
    const at = { following: false, top: 200, offset: 5 };
    expect(movedUp(at, 3, bounds, 20)).toEqual({
      sight: { following: false, top: 200, offset: 2 },
      above: 0,
      rest: 0,
    });
    const { sight, above, rest } = movedUp(at, 45, bounds, 20);
    expect([sight.top, above, rest]).toEqual([198, 2, 40]);
    const higher = { ...drawn, from: 198, heights: [20, 60, ...drawn.heights] };
    expect(settled(sight, above, rest, higher, bounds, 20)).toEqual({
      following: false,
      top: 199,
      offset: 20,
    });
    expect(movedUp({ ...at, top: 100 }, 500, bounds, 20).above).toBe(0);
  });

  test('is not at the end while there are lines below, be the rest of them a pixel', () => {
    const heights = Array.from({ length: 33 }, () => 21);
    const rows = { from: 101, heights, window: 643 };
    const at = { following: false, top: 101, offset: 0 };
    expect(movedDown(at, 7, rows, { first: 0, end: 151 }, 21)).toEqual({
      following: false,
      top: 101,
      offset: 7,
    });
    expect(movedDown(at, 7, rows, { first: 0, end: 132 }, 21).following).toBe(true);
  });

  test('away from the end begins where it is', () => {
    expect(paused({ from: 50, heights: [20, 20, 20, 20], window: 50 })).toEqual({
      following: false,
      top: 51,
      offset: 10,
    });
    expect(paused({ from: 0, heights: [20], window: 400 })).toEqual({
      following: false,
      top: 0,
      offset: 0,
    });
  });

  test('is shown by a bar', () => {
    expect(thumb({ following: true, top: 0, offset: 0 }, bounds, 2000, 20)).toBeUndefined();
    expect(thumb({ following: true, top: 0, offset: 0 }, bounds, 100, 20)).toEqual({
      from: 0.9,
      size: 0.1,
    });
    expect(thumb({ following: false, top: 100, offset: 0 }, bounds, 100, 20)?.from).toBe(0);
  });
});

describe('the text of a line', () => {
  test('is taken apart at its colours', () => {
    expect(styledParts('a\u001b[1;31mb\u001b[22;39mc\u001b[48;5;196md\u001b[0m')).toEqual([
      { text: 'a', style: {} },
      { text: 'b', style: { bold: true, fg: 1 } },
      { text: 'c', style: {} },
      { text: 'd', style: { bg: '#ff0000' } },
    ]);
    expect(
      styledParts('\u001b[38;5;300mx\u001b[38;2;1;2my\u001b[9999mz\u001b[')
        .map(({ text }) => text)
        .join(''),
    ).toBe('xyz');
  });

  test('has links to pages and places in files, and no others', () => {
    const links = (text: string) => findLinks(text).map((link) => link.text);
    expect(links('see (https://a.test/x_(y)). http://b.test, javascript:x.y ftp://c.test')).toEqual(
      ['https://a.test/x_(y)', 'http://b.test'],
    );
    expect(links('at f (/app/src/a.ts:1:2) file:///x/b.mjs:3:4')).toEqual([
      '/app/src/a.ts:1:2',
      '///x/b.mjs:3:4',
    ]);
    expect(links('  File "/app/m.py", line 7, in f; Prog.cs(7,3); main.go:12')).toEqual([
      '/app/m.py", line 7',
      'Prog.cs(7,3)',
      'main.go:12',
    ]);
    expect(links('listening on http://localhost:8080/')).toEqual(['http://localhost:8080/']);
    expect(links('example.com:8080 12:30:45.1 v1.2.3:4 a.ts')).toEqual([]);
  });

  test('is looked through for links at once, whatever it is', () => {
    const start = performance.now();
    for (const part of ['a', 'a/', '.', 'a.', 'http://', '/', 'a.ts:', '(a.b'])
      for (let n = 0; n < 50; n++) findLinks(`${part.repeat(60_000 / part.length)}.`);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test('says a place in a file', () => {
    expect(placeOf('/a/b.ts:3:4')).toEqual({ path: '/a/b.ts', line: 3, column: 4 });
    expect(placeOf('b.py", line 7')).toEqual({ path: 'b.py', line: 7, column: 1 });
    expect(placeOf('b.cs(7)')).toEqual({ path: 'b.cs', line: 7, column: 1 });
    expect(placeOf('b.ts')).toBeUndefined();
  });

  test('of JSON has fields', () => {
    expect(fieldsOf('{"msg":"x","a":{"b":[1,2],"c":null},"level":"info"}')).toEqual([
      { name: 'msg', value: 'x' },
      { name: 'a.b', value: '[1,2]' },
      { name: 'a.c', value: 'null' },
      { name: 'level', value: 'info' },
    ]);
    expect(summaryOf(fieldsOf('{"level":"info","message":"x","n":1}'))).toEqual({
      message: 'x',
      rest: [{ name: 'n', value: '1' }],
    });
    expect(summaryOf(fieldsOf('{"n":1}'))).toBeUndefined();
    expect(fieldsOf('[1]')).toEqual([]);
    expect(fieldsOf('{"a":')).toEqual([]);
  });

  test('of JSON has numbers with all their digits', () => {
    const line =
      '{"id":12345678901234567890,"at":-1764343734.123456789,"n":1.50,"s":"1\\"2345678901234567890","in":{"span":9007199254740993}}';
    expect(fieldsOf(line)).toEqual([
      { name: 'id', value: '12345678901234567890' },
      { name: 'at', value: '-1764343734.123456789' },
      { name: 'n', value: '1.5' },
      { name: 's', value: '1"2345678901234567890' },
      { name: 'in.span', value: '9007199254740993' },
    ]);
  });

  test('has its matches where they stand without the colours', () => {
    const made = compileQuery({ text: 'red', regex: false, caseSensitive: false });
    const matcher = made.ok ? made.matcher : undefined;
    const row = (text: string, flags = 0) =>
      logRow({ index: 1, time: 2.5, source: 0, flags, text, cut: 0 }, matcher);
    expect(row('a \u001b[31mRed\u001b[0m\tred')).toEqual({
      id: 1,
      at: 2,
      source: 0,
      text: 'a \u001b[31mRed\u001b[0m    red',
      hits: [
        [2, 5],
        [9, 12],
      ],
    });
    expect(row('{"level":"warn"}', FLAGS.stderr)).toMatchObject({
      json: true,
      level: 'warn',
      stderr: true,
    });
    expect(row('web exited', FLAGS.mark | FLAGS.bad)).toMatchObject({ mark: 'bad' });
    expect(row('x'.repeat(9000))).toMatchObject({ more: true, text: 'x'.repeat(4000) });
    expect(row('a\u202eb\u0007\u001b]0;t\u0007c').text).toBe('a\ufffdbc');
  });
});

describe('times', () => {
  test('are told as they are wanted', () => {
    const at = new Date(2026, 10, 28, 15, 28, 54, 7).getTime();
    expect(timeText(at, 'local', at + 1000)).toBe('15:28:54.007');
    expect(timeText(at, 'local', at + 86_400_000)).toBe('2026-11-28 15:28:54.007');
    expect(timeText(Date.UTC(2026, 0, 2), 'utc', at)).toBe('2026-01-02 00:00:00.000Z');
    expect(timeText(at, 'off', at)).toBe('');
    expect(timeText(0, 'local', at)).toBe('');
    expect([500, 12_300, 200_000, 8_000_000, 200_000_000].map(ageText)).toEqual([
      'now',
      '12 s ago',
      '3 min ago',
      '2 h 13 min ago',
      '2 d ago',
    ]);
  });
});

describe('messages', () => {
  test('are read, and others are not', () => {
    expect(readFromLogs({ type: 'rows', generation: 1, request: 2, from: 3, to: 9, x: 1 })).toEqual(
      { type: 'rows', generation: 1, request: 2, from: 3, to: 9 },
    );
    expect(readFromLogs({ type: 'open', kind: 'url', text: 'x', source: 0 })).toEqual({
      type: 'open',
      kind: 'url',
      text: 'x',
      source: 0,
    });
    for (const wrong of [
      null,
      'ready',
      { type: 'rows', from: 3, to: 2 },
      { type: 'rows', from: 0, to: 1e9 },
      { type: 'rows', from: -1, to: 2 },
      { type: 'open', kind: 'command', text: 'x', source: 0 },
      { type: 'find', query: { text: 1 } },
      { type: 'filter', filter: {} },
      { type: 'whole', id: 1.5 },
      { type: 'run' },
    ])
      expect(readFromLogs(wrong)).toBeUndefined();
  });

  test('what was remembered is taken as far as it is known', () => {
    expect(
      readLogMemory({
        opened: { label: 'a=b', tail: 5 },
        wrap: true,
        times: 'no',
        unfolded: [1, 'x'],
      }),
    ).toEqual({
      opened: { label: 'a=b', tail: 5, follow: true },
      book: '',
      filter: NO_FILTER,
      query: { text: '', regex: false, caseSensitive: false },
      generation: 0,
      wrap: true,
      names: true,
      filtering: false,
      unfolded: [1],
    });
    for (const wrong of [
      null,
      {},
      { opened: {} },
      { opened: { containers: [] } },
      { opened: { containers: [{ id: 1 }] } },
    ])
      expect(readLogMemory(wrong)).toBeUndefined();
  });
});
