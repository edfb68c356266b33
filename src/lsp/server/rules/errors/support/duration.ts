import { table } from '../../../../../util/table.ts';

/** Nanoseconds of each unit that Go knows. */
const UNITS: Readonly<Record<string, number>> = table({
  ns: 1,
  us: 1e3,
  '\u00B5s': 1e3,
  '\u03BCs': 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
});
/** Its durations are integers of 64 bits. */
const LONGEST = 2n ** 63n - 1n;

/** A duration in nanoseconds as Go's time.ParseDuration reads it, or why it is none. */
export function parseDuration(text: string): number | 'malformed' | 'no unit' | 'unknown unit' {
  const isNegative = text.startsWith('-');
  const unsigned = text.replace(/^[-+]/, '');
  if (unsigned === '0') return 0;
  if (unsigned === '') return 'malformed';
  let total = 0n;
  const part = /(\d*)(\.\d*)?([^\d.]*)/y;
  while (part.lastIndex < unsigned.length) {
    const [whole, digits = '', fraction = '', unit = ''] = part.exec(unsigned) ?? [''];
    if (whole === '' || (digits === '' && fraction.length < 2)) return 'malformed';
    if (unit === '') return 'no unit';
    const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (factor === undefined) return 'unknown unit';
    if (digits.replace(/^0+/, '').length > 19) return 'malformed';
    const rest = Math.trunc(Number(`0${fraction || '.'}`) * factor);
    total += BigInt(digits) * BigInt(factor) + BigInt(rest);
  }
  const longest = isNegative ? LONGEST + 1n : LONGEST;
  return total <= longest ? Number(isNegative ? -total : total) : 'malformed';
}
