/**
 * The form that the arguments of HEALTHCHECK begin with and the command behind it. The builder parts them byte by byte, so
 * only white space of ASCII does.
 */
export function healthcheckParts(text: string): { readonly kind: string; readonly lead: number } {
  const kind = /^[^\t-\r ]+/.exec(text)?.[0] ?? '';
  const blanks = /^[\t-\r ]*/.exec(text.slice(kind.length))?.[0] ?? '';
  return { kind, lead: kind.length + blanks.length };
}
