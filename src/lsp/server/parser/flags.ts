import type { Flag, Logical } from './tree.ts';
import { toSpan, toWord } from './tree.ts';
import { isBlank } from './words.ts';

/**
 * Flags are the words that begin with `--`, up to the first word that doesn't, or behind `--` alone. As in the builder,
 * quotes and the backslash, whatever the escape directive says, keep white space inside.
 */
export function readFlags(
  logical: Logical,
  at: number,
  to: number,
): { flags: Flag[]; next: number } {
  const { text } = logical;
  const flags: Flag[] = [];
  let i = at;
  for (;;) {
    while (i < to && isBlank(text[i])) i++;
    if (!text.startsWith('--', i) || i + 2 > to) return { flags, next: i };
    const from = i;
    i = endOfFlag(text, from, to);
    if (flagText(text.slice(from, i)) === '--') return { flags, next: i };
    const word = toWord(logical, from, i);
    const equals = word.text.indexOf('=');
    const nameEnd = equals < 0 ? i : from + equals;
    flags.push({
      ...word,
      name: text.slice(from + 2, nameEnd),
      nameSpan: toSpan(logical, from, nameEnd),
      value: equals < 0 ? undefined : toWord(logical, nameEnd + 1, i),
    });
  }
}

function endOfFlag(text: string, from: number, to: number): number {
  let quote = '';
  let i = from;
  for (; i < to && (quote !== '' || !separates(text, i)); i++) {
    const char = text[i] as string;
    if (char === '\\') i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
  }
  if (quote === '') return Math.min(i, to);
  // A quote that never closes must not take the rest of the instruction into the flag.
  for (i = from; i < to && !separates(text, i); i++);
  return i;
}

/** The builder looks for white space among the bytes of UTF-8, and so finds it inside of some letters too. */
function separates(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code < 0x80) return isBlank(text[index]);
  // The middle and last bytes of two- and three-byte characters; U+0085 and U+00A0 are bytes of their own names.
  const last = 0x80 | (code & 0x3f);
  const middle = code < 0x800 ? 0 : 0x80 | ((code >> 6) & 0x3f);
  const pair = code >= 0xd800 && code < 0xe000;
  return !pair && (last === 0x85 || last === 0xa0 || middle === 0x85 || middle === 0xa0);
}

/** A flag, or a part of one, as the builder takes it: without quotes and the backslashes that escape. */
export function flagText(raw: string): string {
  if (!/["'\\]/.test(raw)) return raw;
  let text = '';
  let quote = '';
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i] as string;
    if (char === '\\') text += raw[++i] ?? '';
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else text += char;
  }
  return text;
}
