import { expect, test } from 'vitest';
import { levelOf } from '../../../../src/engine/logs/level.ts';
import { isBad, markText } from '../../../../src/engine/logs/marks.ts';

test.each([
  ['{"level":"warn","msg":"x"}', 'warn'],
  ['{"time":1,"level":50,"msg":"pino"}', 'error'],
  ['{"severity":"CRITICAL","message":"x"}', 'fatal'],
  ['{"@level":"debug"}', 'debug'],
  ['{"msg":"ERROR in the text only"}', 'error'],
  ['{"t":{"$date":"2026-11-28T15:28:54.123Z"},"s":"E","c":"NETWORK","msg":"x"}', 'error'],
  ['{"t":{"$date":"2026-11-28T15:28:54.123Z"},"s":"W","c":"STORAGE","msg":"x"}', 'warn'],
  ['{"t":{"$date":"2026-11-28T15:28:54.123Z"},"s":"D2","c":"STORAGE","msg":"x"}', 'debug'],
  ['{"l":"en","level":"error","msg":"x"}', 'error'],
  ['{"s":3,"msg":"x","level":"debug"}', 'debug'],
  ['{"l":"warn","msg":"x"}', 'warn'],
  ['time="2026-01-01T00:00:00Z" level=info msg="error was handled"', 'info'],
  ['ts=1 lvl=eror msg=x', 'error'],
  ['2026/11/28 15:28:54 [error] 7#7: *1 open() failed', 'error'],
  ['[WARN] low disk', 'warn'],
  ['2026-11-28 15:28:54,123 - root - ERROR - boom', 'error'],
  ['2026-11-28 15:28:54.123  INFO 1 --- [main] o.s.b.App : Started', 'info'],
  ['WARNING:root:careful', 'warn'],
  ['2026-11-28 15:28:54.123 UTC [1] LOG:  database system is ready', 'info'],
  ['2026-11-28 15:28:54.123 UTC [1] FATAL:  password failed', 'fatal'],
  ['E1128 15:28:54.123456       1 main.go:5] x', 'error'],
  ['I1128 15:28:54.123456       1 main.go:5] ERROR later', 'info'],
  ['error: cannot open', 'error'],
  ['npm warn deprecated x', undefined],
  ['Traceback (most recent call last):', 'error'],
  ['TypeError: x is not a function', 'error'],
  ['panic: runtime error', 'fatal'],
  ['fail: Microsoft.AspNetCore[0]', 'error'],
  ['GET /errors/404 200', undefined],
  ['no errors found', undefined],
  ['', undefined],
  ['{', undefined],
] as const)('%s', (text, level) => {
  expect(levelOf(text)).toBe(level);
});

test('is found at once, however long and odd the line is', () => {
  const start = performance.now();
  for (const part of ['[', '[a', '{"level":', 'level=', ' 1', 'a ', '(a)'])
    levelOf(part.repeat(65_000 / part.length));
  expect(performance.now() - start).toBeLessThan(1500);
});

test('what happened is said in a sentence of text', () => {
  const name = 'we\u001b[31mb\nx';
  const plain = String.raw`we\u001b[31mb x`;
  expect(markText({ kind: 'exited', code: 137, oom: true }, name)).toBe(
    `${plain} was killed with code 137: out of memory`,
  );
  expect(markText({ kind: 'exited', code: 0, oom: false }, 'web')).toBe('web exited with code 0');
  expect(markText({ kind: 'unreadable', driver: 'none' }, 'web')).toMatch(/driver none keeps none/);
  expect(isBad({ kind: 'exited', code: 0, oom: false })).toBe(false);
  expect(isBad({ kind: 'exited', code: 1, oom: false })).toBe(true);
  expect(isBad({ kind: 'exited', code: undefined, oom: true })).toBe(true);
});
