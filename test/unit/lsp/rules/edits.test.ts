import { expect, test } from 'vitest';
import { wholeLines } from '../../../../src/lsp/server/rules/edits.ts';

test.each([
  ['a\nb\nc\n', 'a\nc\n'],
  ['a\n  b \nc', 'a\nc'],
  ['a\r\nb\r\nc', 'a\r\nc'],
  ['b\na', 'a'],
  ['a\nb', 'a'],
  ['a\r\nb', 'a'],
  ['a\r\n\r\nb', 'a\r\n'],
  ['b', ''],
])('without the lines of b %j is %j', (text, left) => {
  const start = text.indexOf('b');
  const span = wholeLines({ start, end: start + 1 }, text);
  expect(text.slice(0, span.start) + text.slice(span.end)).toBe(left);
});
