import { expect, test } from 'vitest';
import { plainText } from '../../../src/util/plainText.ts';

test('output becomes plain text: no colours, and of lines written over the last', () => {
  expect(plainText('\x1b[31mred\x1b[0m \x1b]0;title\x07plain\r\n')).toBe('red plain\n');
  expect(plainText('10 %\r20 %\r100 %\ndone\r')).toBe('100 %\ndone');
  expect(plainText('a\x08b\tc\x1b(B')).toBe('ab\tc');
});
