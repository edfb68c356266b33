/** What Go's unicode.IsSpace holds for white space; the byte order mark isn't. `code` is a UTF-16 unit. */
export function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return code !== 0xfeff && /\s/.test(String.fromCharCode(code));
}

/** `[from, to)` of a text without the white space at its ends. */
export function trim(text: string, from: number, to: number): { from: number; to: number } {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { from: start, to: end };
}

/** A text without the white space at its ends, as Go's strings.TrimSpace leaves it. */
export function trimmed(text: string): string {
  const { from, to } = trim(text, 0, text.length);
  return text.slice(from, to);
}

/**
 * Upper case as the builder compares keywords: Go lower-cases the Kelvin sign and the dotted capital I to ASCII letters,
 * and nothing else that JavaScript's case mappings would.
 */
export function toKeyword(text: string): string {
  let ascii = true;
  for (let i = 0; i < text.length && ascii; i++) ascii = text.charCodeAt(i) < 128;
  if (ascii) return text.toUpperCase();
  return text.replaceAll(/[a-z\u0130\u212A]/g, (char) =>
    char === '\u0130' ? 'I' : char === '\u212A' ? 'K' : char.toUpperCase(),
  );
}

/** Whether a word is the AS of FROM, as Go compares without case: the long s is one, too. */
export function isAs(text: string | undefined): boolean {
  return text !== undefined && /^[aA][sS\u017F]$/.test(text);
}

/** Upper case letter by letter, as Go has it: what JavaScript makes two letters of stays. */
export function toUpper(text: string): string {
  return Array.from(text, (char) => {
    const upper = char.toUpperCase();
    return Array.from(upper).length === 1 ? upper : char;
  }).join('');
}
