/** Go's ways to write lists of words, `["a" "b c"]` and `[a b]`, and JSON's. */
export function goWords(text: string): string[] {
  const inner = text.trim().replace(/^\[|\]$/g, '');
  const found = inner.match(/"(?:[^"\\]|\\.)*"|[^\s,"]+/g) ?? [];
  return found.map((word) => (word.startsWith('"') ? unquoted(word) : word));
}

function unquoted(word: string): string {
  try {
    // Go escapes bytes by \x, which JSON does not know.
    return String(JSON.parse(word.replace(/\\x([0-9a-f]{2})/g, '\\u00$1')));
  } catch {
    // Not what Go writes: it is shown as it stands.
    return word.slice(1, -1);
  }
}
