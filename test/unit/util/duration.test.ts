import { expect, test } from 'vitest';
import { formatDuration } from '../../../src/util/duration.ts';

test.each([
  [0, '0 ms'],
  [12.4, '12 ms'],
  [99.6, '0.1 s'],
  [4230, '4.2 s'],
  [9949, '9.9 s'],
  [9951, '10 s'],
  [38_400, '38 s'],
  [59_600, '1 min'],
  [72_000, '1 min 12 s'],
  [3_599_600, '1 h'],
  [7_500_000, '2 h 5 min'],
  [-1, '?'],
  [Number.NaN, '?'],
])('%d ms are %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});
