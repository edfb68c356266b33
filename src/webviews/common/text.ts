import { oneLine } from '../../util/format.ts';

/** Text of several lines, whose control characters and marks that turn the writing direction become visible. */
export function manyLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => oneLine(line))
    .join('\n');
}
