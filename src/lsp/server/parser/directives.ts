import type { Directive } from './tree.ts';

const DIRECTIVES = new Set(['syntax', 'escape', 'check']);
/** A directive longer than this is none, so that a line of megabytes isn't looked through for each word of it. */
const LONGEST_DIRECTIVE = 4096;

/**
 * The directive that the comment `[start, end)` of a file's head can be: `# name = value`. Undefined for every other
 * comment.
 */
export function readDirective(source: string, start: number, end: number): Directive | undefined {
  if (end - start > LONGEST_DIRECTIVE) return undefined;
  let from = start + 1;
  while (from < end && isRegexSpace(source[from])) from++;
  let to = from;
  while (to < end && /[a-zA-Z0-9]/.test(source[to] as string)) to++;
  const name = source.slice(from, to).toLowerCase();
  if (!DIRECTIVES.has(name)) return undefined;
  let equals = to;
  while (isRegexSpace(source[equals]) && equals < end) equals++;
  if (source[equals] !== '=' || equals + 1 >= end) return undefined;
  let valueTo = end;
  while (valueTo > equals + 2 && isRegexSpace(source[valueTo - 1])) valueTo--;
  let valueFrom = equals + 1;
  while (valueFrom < valueTo - 1 && isRegexSpace(source[valueFrom])) valueFrom++;
  return {
    start,
    end,
    name,
    nameSpan: { start: from, end: to },
    value: source.slice(valueFrom, valueTo),
    valueSpan: { start: valueFrom, end: valueTo },
  };
}

/** What `\s` is in Go's regular expressions, which the builder reads directives with. */
function isRegexSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\f' || char === '\n';
}
