/** Nanoseconds of each unit that Go knows. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  '\u00B5s': 1e3,
  '\u03BCs': 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};
const LONGEST = 2 ** 63;

/** A duration in nanoseconds as Go's time.ParseDuration reads it, or why it is none. */
export function parseDuration(text: string): number | 'malformed' | 'no unit' | 'unknown unit' {
  const sign = text.startsWith('-') ? -1 : 1;
  const unsigned = text.replace(/^[-+]/, '');
  if (unsigned === '0') return 0;
  if (unsigned === '') return 'malformed';
  let total = 0;
  const part = /(\d*)(\.\d*)?([^\d.]*)/y;
  while (part.lastIndex < unsigned.length) {
    const [whole, digits = '', fraction = '', unit = ''] = part.exec(unsigned) ?? [''];
    if (whole === '' || (digits === '' && fraction.length < 2)) return 'malformed';
    if (unit === '') return 'no unit';
    const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (factor === undefined) return 'unknown unit';
    total += Number(`${digits || '0'}${fraction}`) * factor;
  }
  return total < LONGEST ? Math.trunc(total) * sign : 'malformed';
}
