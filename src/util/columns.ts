const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many columns of a terminal a character takes up: wide ones two, combining ones none. */
function columnsOf(char: string): number {
  if (char < '\u0300') return 1;
  if (NONE.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** The characters of a text, and its colours (SGR), each with the columns that it takes up. */
function* pieces(text: string): Generator<[piece: string, columns: number]> {
  let colour = '';
  for (const char of text) {
    if (colour !== '' || char === '\x1b') {
      colour += char;
      if (char !== 'm') continue;
      yield [colour, 0];
      colour = '';
    } else yield [char, columnsOf(char)];
  }
}

/** How many columns of a terminal a text takes up. Of control characters there may be colours (SGR) in it, which take none. */
export function countColumns(text: string): number {
  let all = 0;
  for (const [, columns] of pieces(text)) all += columns;
  return all;
}

/** As much of such a text as fits in so many columns, its colours ended. */
export function cutColumns(text: string, columns: number): string {
  const end = text.includes('\x1b') ? '\x1b[0m' : '';
  let kept = '';
  let left = columns;
  for (const [piece, width] of pieces(text)) {
    left -= width;
    if (left < 0) break;
    kept += piece;
  }
  return kept + end;
}
