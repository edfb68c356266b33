import { oneLine } from '../../../../util/format.ts';

/** Longest text of a document that a hover repeats. */
const LONGEST = 500;

/** A line of a Dockerfile as a block of code, whatever it holds. */
export function block(text: string): string {
  const plain = oneLine(text).slice(0, LONGEST);
  const longest = Math.max(2, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}dockerfile\n${plain}\n${fence}`;
}

/** Paragraphs, those that say nothing left out. */
export function paragraphs(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join('\n\n');
}

/** A list with a point for each line. */
export const points = (lines: readonly string[]): string =>
  lines.map((line) => `- ${line}`).join('\n');

/** A link whose address comes from names in the document: what could end it is encoded. */
export function link(label: string, url: string): string {
  return `[${label}](${url.replace(/[\s()<>[\]\\"']/g, (char) => encodeURIComponent(char).replace(/[()']/g, hex))})`;
}

const hex = (char: string): string => `%${char.charCodeAt(0).toString(16)}`;
