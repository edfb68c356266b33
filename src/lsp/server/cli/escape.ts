/**
 * Control characters, those that turn the direction of writing, and those that can't be seen: a terminal would obey
 * the first, and a person be misled by the others.
 */
const HOSTILE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|\p{Cs}/u;
const HOSTILE_ALL = new RegExp(HOSTILE.source, 'gu');

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text of any origin for a terminal, on one line: what HOSTILE says stands as an escape sequence of source code. */
export function escape(text: string): string {
  return text.replace(HOSTILE_ALL, (char) => SHORT[char] ?? code(char));
}

function code(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

const NARROW_MARK = /\p{M}/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many cells of a terminal an escaped text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) width += NARROW_MARK.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}
