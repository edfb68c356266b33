import { describe, expect, test } from 'vitest';
import { createLineReader, LONGEST_LINE } from '../../../../src/engine/logs/lines.ts';
import { createStampReader } from '../../../../src/engine/logs/stamp.ts';

const STAMP = '2026-11-28T15:28:54.123456789Z ';
const SECONDS = Date.UTC(2026, 10, 28, 15, 28, 54) / 1000;

function frame(text: string | Buffer, type = 1): Buffer {
  const data = Buffer.from(text);
  const header = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

/** What is read of bytes that come in pieces of a size. */
function read(bytes: Buffer, tty = false, piece = bytes.length) {
  const lines: { stderr: boolean; at: number; nanos: number; text: Buffer; cut: number }[] = [];
  const reader = createLineReader(tty, ({ stderr, seconds, nanos, text, cut }) =>
    lines.push({ stderr, at: seconds, nanos, text: Buffer.from(text), cut }),
  );
  for (let at = 0; at < bytes.length; at += piece) reader.take(bytes.subarray(at, at + piece));
  reader.end();
  return lines;
}

const texts = (lines: ReturnType<typeof read>) => lines.map(({ text }) => text.toString());

describe('lines', () => {
  const two = Buffer.concat([
    frame(`${STAMP}one\n`),
    frame(`${STAMP}zwei ü €\n`, 2),
    frame(`${STAMP}\n`),
  ]);

  test.each([1, 2, 3, 7, 8, 9, 40, 1000])('are read from pieces of %i bytes', (piece) => {
    const lines = read(two, false, piece);
    expect(texts(lines)).toEqual(['one', 'zwei ü €', '']);
    expect(lines.map(({ stderr }) => stderr)).toEqual([false, true, false]);
    expect(lines.every(({ at, nanos }) => at === SECONDS && nanos === 123456789)).toBe(true);
  });

  test.each([1, 5, 33, 1000])('of a terminal are read from pieces of %i bytes', (piece) => {
    const raw = Buffer.from(`${STAMP}one\r\n${STAMP}\x1b[31mtwo\x1b[0m\r\n${STAMP}three`);
    const lines = read(raw, true, piece);
    expect(texts(lines)).toEqual(['one', '\x1b[31mtwo\x1b[0m', 'three']);
    expect(lines.map(({ at }) => at)).toEqual([SECONDS, SECONDS, SECONDS]);
  });

  test('of the two streams do not mix, however their pieces come', () => {
    const bytes = Buffer.concat([
      frame(`${STAMP}a1`),
      frame(`${STAMP}b1`, 2),
      frame(`${STAMP}a2\n`),
      frame(`${STAMP}b2\n`, 2),
    ]);
    expect(texts(read(bytes))).toEqual(['a1a2', 'b1b2']);
  });

  test('that the engine cut into messages are whole, with the time of their beginning', () => {
    const pieces = [0, 1, 2].map((n) =>
      frame(`2026-11-28T15:28:5${n}.000000001Z ${'x'.repeat(16_384)}`),
    );
    const lines = read(Buffer.concat([...pieces, frame(`${STAMP}end\n`)]), false, 5000);
    expect(texts(lines)).toEqual([`${'x'.repeat(3 * 16_384)}end`]);
    expect(lines[0]?.at).toBe(SECONDS - 4);
  });

  test('of a terminal that the engine cut have none of its times in their middle', () => {
    const raw = `${STAMP}${'y'.repeat(16_384)}${STAMP}${'y'.repeat(100)}\r\n`;
    expect(texts(read(Buffer.from(raw), true, 999))).toEqual(['y'.repeat(16_484)]);
  });

  test('are cut when they are very long, and what is left out is counted', () => {
    const size = 10_000_000;
    const parts = Array.from({ length: size / 10_000 }, () =>
      frame(`${STAMP}${'z'.repeat(10_000)}`),
    );
    const [line, next] = read(
      Buffer.concat([...parts, frame(`${STAMP}\n`), frame(`${STAMP}after\n`)]),
    );
    expect(line?.text.length).toBe(LONGEST_LINE);
    expect(line?.cut).toBe(size - LONGEST_LINE);
    expect(next?.text.toString()).toBe('after');
    expect(next?.cut).toBe(0);
  });

  test('keep bytes that are no UTF-8, a character cut by a message made whole', () => {
    const euro = Buffer.from('€');
    const bytes = Buffer.concat([
      frame(Buffer.concat([Buffer.from(`${STAMP}a`), euro.subarray(0, 1)])),
      frame(Buffer.concat([Buffer.from(STAMP), euro.subarray(1), Buffer.from([0xff, 0x0a])])),
    ]);
    const [line] = read(bytes, false, 3);
    expect([...(line?.text ?? [])]).toEqual([0x61, ...euro, 0xff]);
  });

  test('that begin with no time are read too', () => {
    expect(texts(read(frame('plain\n')))).toEqual(['plain']);
    expect(texts(read(frame('2026-11-28T15:28:54.1'), false, 1))).toEqual([
      '2026-11-28T15:28:54.1',
    ]);
  });

  test('end where the stream does', () => {
    expect(texts(read(frame(`${STAMP}no end`)))).toEqual(['no end']);
    expect(() => read(frame(`${STAMP}cut off`).subarray(0, 20))).toThrow(/cut off/);
  });
});

describe('times', () => {
  const time = (text: string) => {
    const reader = createStampReader();
    const bytes = Buffer.from(text);
    return { taken: reader.read(bytes, 0, bytes.length), at: reader.seconds, nanos: reader.nanos };
  };

  test.each([
    ['2026-11-28T15:28:54.123456789Z x', 31, 0, 123456789],
    ['2026-11-28T15:28:54.5Z x', 23, 0, 500000000],
    ['2026-11-28T15:28:54Z x', 21, 0, 0],
    ['2026-11-28T16:28:54+01:00 x', 26, 0, 0],
    ['2026-11-28T10:58:54.000000007-04:30 x', 36, 0, 7],
  ])('%s', (text, taken, off, nanos) => {
    expect(time(text)).toEqual({ taken, at: SECONDS + off, nanos });
  });

  test.each(['x', '2026-11-28 15:28:54.1Z and more than that is', '2026-11-28T15:28:54.1Zx'])(
    '%s is none',
    (text) => expect(time(`${text}${' '.repeat(40)}`).taken).toBe(0),
  );

  test('is not known before it has come', () => {
    for (const text of ['', '2', '2026-11-28T15:28:54.123', '2026-11-28T15:28:54.123Z'])
      expect(time(text).taken).toBe(-1);
  });
});
