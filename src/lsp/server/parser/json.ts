import { isSpace } from './space.ts';

/** How deep Go's decoder goes before it gives up. */
const DEEPEST = 10_000;

/**
 * The strings of an argument in JSON form; `mixed` for an array that holds something else, which the builder refuses;
 * undefined for what isn't a JSON array, so that the shell form is taken. Accepts what Go's encoding/json does.
 */
export function readJson(text: string): readonly string[] | 'mixed' | undefined {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  if (text[start] !== '[' || !/\][ \t\r\n]*$/.test(text.slice(-100))) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(start));
  } catch {
    // Not JSON means that the builder takes the shell form, which is what undefined says.
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  if (value.every((item) => typeof item === 'string')) return value;
  return decodes(value) ? 'mixed' : undefined;
}

/** A string of JSON without its quotes and escapes; the text as it stands while it is no string yet. */
export function readString(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    // It is being typed, and what is wrong with it the parser's rules say.
    return text;
  }
}

/** Go fails at numbers beyond a double's range and at arrays too deep; JavaScript takes both. */
function decodes(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return false;
    const below: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'number' && !Number.isFinite(item)) return false;
      if (typeof item === 'object' && item !== null)
        for (const inner of Object.values(item)) below.push(inner);
    }
    level = below;
  }
  return true;
}
