/**
 * Makes an id, name or image reference part of a request's path. `/`, `:` and `@` stay, for the engine's routes take
 * image references as they are written; everything else that has a meaning in a URL loses it.
 * Dot segments, which a URL would swallow, become a name that no object has.
 */
export function pathText(text: string): string {
  return text
    .split('/')
    .map((part) =>
      part === '.' || part === '..'
        ? '%2E%2E%2E'
        : encodeURIComponent(part).replaceAll(/%3A|%40/gi, decodeURIComponent),
    )
    .join('/');
}

/** A `filters` parameter, encoded for a query. */
export function filtersText(filters: Readonly<Record<string, readonly string[]>>): string {
  return encodeURIComponent(JSON.stringify(filters));
}
