/*
 * Numbers in texts as Go's package strconv reads them.
 */

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** An integer of 64 bits in decimal (strconv.Atoi); undefined for what is none or too large. */
export function parseGoInteger(text: string): bigint | undefined {
  const [, sign, digits = ''] = /^([-+]?)0*(\d{1,19})$/.exec(text) ?? [];
  if (digits === '') return undefined;
  const number = sign === '-' ? -BigInt(digits) : BigInt(digits);
  return number >= LOWEST && number <= HIGHEST ? number : undefined;
}

/** A number of 64 bits with or without a fraction (strconv.ParseFloat); undefined for what is none or too large. */
export function parseGoFloat(text: string): number | undefined {
  if (/^[-+]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  const [, sign, hex] = /^([-+]?)(0x)?/i.exec(text) ?? [];
  // Underscores stand between digits, or behind what says that they are hexadecimal.
  const single = hex ? /(?<=[\da-fx])_(?=[\da-f])/gi : /(?<=\d)_(?=\d)/g;
  const plain = text.slice(sign?.length).replace(single, '');
  const number = hex ? parseHexadecimal(plain) : parseDecimal(plain);
  if (number === undefined || !Number.isFinite(number)) return undefined;
  return sign === '-' ? -number : number;
}

function parseDecimal(text: string): number | undefined {
  return /^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** What of a fraction counts: more bits than a number of 64 holds. */
const MOST_DIGITS = 16;

function parseHexadecimal(text: string): number | undefined {
  const found = /^0x([\da-f]*)\.?([\da-f]*)p([-+]?\d+)$/i.exec(text);
  const [, whole = '', fraction = '', exponent = ''] = found ?? [];
  if (!found || whole + fraction === '') return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return 0;
  const kept = digits.slice(0, MOST_DIGITS);
  const power = Number(exponent) + 4 * (digits.length - kept.length - fraction.length);
  // In two steps, for a power may be beyond what the product is.
  return Number(`0x${kept}`) * 2 ** (power - 64) * 2 ** 64;
}
