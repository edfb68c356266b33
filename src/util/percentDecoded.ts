/** A text without its `%` escapes; as it is where they are none, or are no UTF-8. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: it is meant as it stands.
    return text;
  }
}
