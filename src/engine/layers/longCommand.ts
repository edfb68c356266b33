/** Characters that a line may have before it is broken. */
const LONG = 100;

/**
 * A command of one line, with blanks taken together and broken after `;`, `&&` and `||` where it is long. In quotes nothing
 * is changed. One with a comment in it stays in one line, for a line that begins with `#` would be none of it any more.
 */
export function brokenCommand(text: string): string {
  const parts = split(text.trim());
  const plain = parts.join(' ');
  if (plain.length <= LONG || /(?:^|\s)#/.test(plain)) return plain;
  return parts.join(' \\\n    ');
}

/** The text divided after what may stand between commands, with blanks outside of quotes taken together. */
function split(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && quote !== "'") {
      part += char + (text[++at] ?? '');
      continue;
    }
    if (quote) {
      if (char === quote) quote = '';
      part += char;
      continue;
    }
    if (char === '"' || char === "'" || char === '`') quote = char;
    if (/\s/.test(char)) {
      if (/(?:&&|\|\||[^;];)$/.test(part)) {
        parts.push(part);
        part = '';
      } else if (part !== '' && !part.endsWith(' ')) part += ' ';
      continue;
    }
    part += char;
  }
  if (part !== '') parts.push(part.trimEnd());
  return parts;
}
