import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSize, sizeText } from '../../../src/util/size.ts';

describe('a size', () => {
  it.each([
    ['512m', 512 * 1024 ** 2],
    ['1.5 GB', 1.5 * 1024 ** 3],
    [' 6MiB ', 6 * 1024 ** 2],
    ['1048576', 1048576],
    ['10b', 10],
    ['2T', 2 * 1024 ** 4],
  ])('is read as docker does: %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'x', '1.', '-5m', '5 mm', 'm', '1e3'])('is not %j', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  it('is written as shortly as it can be read again', () => {
    expect([536_870_912, 1_610_612_736, 1000, 0].map(sizeText)).toEqual([
      '512m',
      '1536m',
      '1000',
      '0',
    ]);
    fc.assert(fc.property(fc.nat(2 ** 31), (bytes) => parseSize(sizeText(bytes)) === bytes));
  });
});
