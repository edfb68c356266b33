import { describe, expect, it } from 'vitest';
import { parseGoFloat, parseGoInteger } from '../../../src/util/goNumbers.ts';

describe('parseGoFloat', () => {
  it.each<[string, number]>([
    ['12', 12],
    ['+.5', 0.5],
    ['5.', 5],
    ['-1e-400', -0],
    ['1e+5', 1e5],
    ['1_2.5_0e1_0', 12.5e10],
    ['1.7976931348623158e308', Number.MAX_VALUE],
    ['0x1.8p1', 3],
    ['0X_1_fP-1', 15.5],
    ['-0x.8p+2', -2],
    ['0x0p9999999', 0],
    ['0x0.0000000000000000000000000001p112', 1],
    ['0x10000000000000000000000000000p-112', 1],
    ['0x1.fffffffffffff7p1023', Number.MAX_VALUE],
    ['+Inf', Infinity],
    ['-infinity', -Infinity],
    ['NaN', NaN],
  ])('%s', (text, value) => {
    expect(parseGoFloat(text)).toBe(value);
  });

  it.each([
    '',
    '1 ',
    ...'. - 1e 1e+ e1 1.5.5 +-1 infinit +nan 0b1 0x10 0x1p 0xp1 0x.p1'.split(' '),
    ...'1__0 1_ _1 1_.5 1._5 1e_1 0x1_p1 0x1p_1'.split(' '),
    ...'1e309 1.7976931348623159e308 0x1p1024 0x1.fffffffffffff8p1023 1e9999999999'.split(' '),
  ])('refuses %j', (text) => {
    expect(parseGoFloat(text)).toBeUndefined();
  });
});

describe('parseGoInteger', () => {
  it.each<[string, bigint]>([
    ['0', 0n],
    ['-0', 0n],
    ['+0012', 12n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    [`-${'0'.repeat(40)}7`, -7n],
  ])('%s', (text, value) => {
    expect(parseGoInteger(text)).toBe(value);
  });

  it.each(['', '-', '1_0', '0x9', '+-9', ' 9', '9223372036854775808', '-9223372036854775809'])(
    'refuses %j',
    (text) => {
      expect(parseGoInteger(text)).toBeUndefined();
    },
  );

  it('does not read on in what no integer holds', () => {
    expect(parseGoInteger('9'.repeat(1_000_000))).toBeUndefined();
  });
});
