import type { Flag, Logical } from './tree.ts';
import { toSpan, toWord } from './tree.ts';
import { isBlank } from './words.ts';

const NO_FLAGS: readonly Flag[] = [];

/**
 * Flags are the words that begin with `--`, up to the first word that doesn't, or behind `--` alone. As in the builder
 * (frontend/dockerfile/parser, extractBuilderFlags), quotes and the escape character keep white space inside.
 */
export function readFlags(
  logical: Logical,
  at: number,
  to: number,
  escape: string,
): { flags: readonly Flag[]; next: number } {
  const { text } = logical;
  let i = at;
  while (i < to && isBlank(text[i])) i++;
  if (!text.startsWith('--', i)) return { flags: NO_FLAGS, next: i };
  const flags: Flag[] = [];
  for (;;) {
    while (i < to && isBlank(text[i])) i++;
    if (!text.startsWith('--', i) || i + 2 > to) return { flags, next: i };
    const from = i;
    const read = endOfFlag(text, from, to, escape);
    i = read.end;
    const plain = flagText(text.slice(from, i), escape);
    if (plain === '--') return { flags, next: i };
    const word = toWord(logical, from, i);
    const equals = word.text.indexOf('=');
    const nameEnd = equals < 0 ? i : from + equals;
    flags.push({
      text: word.text,
      from,
      to: i,
      start: word.start,
      end: word.end,
      name: plain.slice(2).split('=', 1)[0] ?? '',
      nameSpan: toSpan(logical, from, nameEnd),
      value: equals < 0 ? undefined : toWord(logical, nameEnd + 1, i),
      plain,
      open: read.open,
    });
  }
}

function endOfFlag(
  text: string,
  from: number,
  to: number,
  escape: string,
): { end: number; open: boolean } {
  let quote = '';
  let i = from;
  for (; i < to; i++) {
    const char = text[i] as string;
    if (quote === '' && separates(text, i)) return { end: isBlank(char) ? i : i + 1, open: false };
    if (char === escape) i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
  }
  return { end: Math.min(i, to), open: quote !== '' };
}

/**
 * Whether a flag ends at a character. The builder looks for white space among the bytes of UTF-8, and so finds it inside
 * of some letters too, whose first byte stays with the flag.
 */
function separates(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code < 0x80) return isBlank(text[index]);
  // The first half of a pair has no bytes of its own; the second one stands for the whole.
  if (code >= 0xd800 && code < 0xdc00) return false;
  const point = code >= 0xdc00 && code < 0xe000 ? (text.codePointAt(index - 1) ?? code) : code;
  for (let bits = point; bits >= 0x40; bits >>= 6) {
    const byte = 0x80 | (bits & 0x3f);
    if (byte === 0x85 || byte === 0xa0) return true;
  }
  return false;
}

/**
 * A flag, or a part of one, as the builder takes it: without quotes and the escape characters that escape, and each byte
 * of UTF-8 for a letter of its own.
 */
export function flagText(raw: string, escape: string): string {
  if (!/["'\\`]/.test(raw)) return toBytes(raw);
  let text = '';
  let quote = '';
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i] as string;
    if (char === escape) text += raw[++i] ?? '';
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else text += char;
  }
  return toBytes(text);
}

function toBytes(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
