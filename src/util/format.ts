/** Words for figures, the same everywhere. All of them are pure: what the time is comes in. */

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in the decimal units that docker shows: `formatBytes(1_234_567)` is `1.23 MB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return '?';
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 ? value : Number(value.toPrecision(3));
  return `${digits} ${units[unit]}`;
}

const steps: [seconds: number, name: string][] = [
  [365 * 86_400, 'y'],
  [30 * 86_400, 'mo'],
  [7 * 86_400, 'w'],
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
];

/** Time gone by in one rounded-down unit: `5 min`, `3 d`, `<1 min`. Both in seconds since the epoch. */
export function formatAge(since: number, now: number): string {
  const seconds = now - since;
  const step = steps.find(([size]) => seconds >= size);
  return step ? `${Math.floor(seconds / step[0])} ${step[1]}` : '<1 min';
}

/** The first twelve digits of an id, as docker shows it, without the name of the digest algorithm. */
export function shortId(id: string): string {
  return id.replace(/^[a-z0-9]+:/, '').slice(0, 12);
}

/** Text for one line: control characters, line breaks and marks that turn the writing direction become visible. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/gu, (mark) =>
    mark === '\n' || mark === '\r' || mark === '\t'
      ? ' '
      : `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Words that end as a sentence does. */
export const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Text as the name of a file, without its ending, of at most so many letters: `GET /a b` is `GET-a-b`. */
export function asFileName(text: string, most = Infinity): string {
  const name = text.replace(/[^\p{L}\p{M}\p{N}_.]+/gu, '-').replace(/^-|-$/g, '');
  // Half of a letter that takes two units could be in no address.
  const cut = Array.from(name).slice(0, most).join('');
  return /[^.-]/.test(cut) ? cut : 'unnamed';
}

/** Text as it is, for a place that takes Markdown. */
export function md(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]()#+\-.!|<>~$&:@/]/g, (mark) => `\\${mark}`);
}

/** Text as a Markdown code span, whatever backticks it holds. */
export function code(text: string): string {
  const plain = oneLine(text);
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return plain ? `${fence}${pad}${plain}${pad}${fence}` : '';
}

/** Text for a place where VS Code draws `$(name)` as an icon, such as a quick pick: it stays what it is. */
export const noIcons = (text: string): string =>
  oneLine(text).replace(/\$\((?=[\w-]+(?:~[\w-]+)?\))/g, '\\$(');

/** Text for a notification or the line of a question, where VS Code makes links of `[…](…)`, ones that run commands too: it stays text. */
export const noLinks = (text: string): string => oneLine(text).replaceAll('](', '] (');

/** A code span for a cell of a table, where a bar would start the next cell even inside of a span. */
export const cell = (text: string): string => code(text).replaceAll('|', '\\|');

/** `1 container`, `2 containers`, `3 repositories`. */
export function count(number: number, noun: string): string {
  if (number === 1) return `1 ${noun}`;
  return `${number} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** Names of things for a sentence: at most `most` of them, then how many more. */
export function listNames(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map(oneLine);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
