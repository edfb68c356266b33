import type { Severity } from '../rules/rule.ts';
import { escape, widthOf } from './escape.ts';
import type { Excerpt, Report, Shown } from './report.ts';
import { SEVERITIES } from './report.ts';

/** Most of a line that is shown, in cells; half of that stands before the words concerned. */
const SHOWN = 120;
/** As much is shown in the narrowest of terminals. */
const LEAST = 20;
/** Cells that stand before a line, and those of the marks that it goes on. */
const AROUND = '12345 | ……'.length;

/** Colours of a terminal, or none. */
interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const asIs = (text: string) => text;
export const PLAIN: Paint = { bold: asIs, dim: asIs, red: asIs, yellow: asIs, cyan: asIs };

/**
 * Findings for people: a line that editors and terminals make a link of, and below it the words concerned.
 * @param columns how wide the terminal is: a line that went on below itself would part the mark from its words
 */
export function formatText({ shown }: Report, paint: Paint, columns = Infinity): string {
  const most = Math.max(LEAST, Math.min(SHOWN, columns - AROUND));
  return byPlace(shown)
    .map((one) => `${headOf(one, paint)}\n${bodyOf(one, paint, most)}\n`)
    .join('');
}

/** By the places that the lines name, each file's findings where they are. */
function byPlace(shown: readonly Shown[]): Shown[] {
  const files = new Map<string, number>();
  for (const { issue } of shown) if (!files.has(issue.file)) files.set(issue.file, files.size);
  const indexOf = ({ issue }: Shown) => files.get(issue.file) ?? 0;
  return shown.toSorted(
    (a, b) =>
      indexOf(a) - indexOf(b) || a.excerpt.line - b.excerpt.line || a.excerpt.from - b.excerpt.from,
  );
}

function headOf({ issue, excerpt }: Shown, paint: Paint): string {
  const { file, severity, rule, aliases, message } = issue;
  // Where the words stand that are shown below: a link to the line that BuildKit names would lead past them.
  const [line, column] = [excerpt.line, excerpt.from + 1];
  const names = [rule, ...aliases.map((alias) => `(${alias})`)].map(escape).join(' ');
  const place = paint.bold(`${escape(file)}:${line}:${column}:`);
  return `${place} ${colour(severity, paint)(severity)} ${paint.bold(names)}: ${escape(message)}`;
}

function bodyOf({ issue, excerpt }: Shown, paint: Paint, most: number): string {
  const { text, before, marked } = window(excerpt, most);
  const number = String(excerpt.line).padStart(5);
  const mark = colour(issue.severity, paint)('^'.repeat(Math.max(1, marked)));
  const bar = paint.dim('|');
  return `${paint.dim(number)} ${bar} ${text}\n${' '.repeat(5)} ${bar} ${' '.repeat(before)}${mark}\n`;
}

/** A stretch of the line with its escapes, and the cells before and below the words concerned. */
function window(
  { text, from, to }: Excerpt,
  most: number,
): { text: string; before: number; marked: number } {
  // More would not fit, for a letter takes a cell at least, and two units at most.
  const before = Array.from(text.slice(Math.max(0, from - 2 * most), from)).reverse();
  const after = Array.from(text.slice(from, from + 2 * most));
  const start = from - fitting(before, Math.max(Math.floor(most / 2), most - cellsOf(after)));
  const end = from + fitting(after, most - cellsOf(text.slice(start, from)));
  const head = (start > 0 ? '…' : '') + visible(text.slice(start, from));
  const marked = visible(text.slice(from, Math.min(to, end)));
  const rest = text.slice(Math.max(from, Math.min(to, end)), end);
  const tail = visible(rest) + (end < text.length ? '…' : '');
  return { text: head + marked + tail, before: widthOf(head), marked: widthOf(marked) };
}

/** Tabs become as many cells everywhere, so that the mark stands below the words. */
const visible = (text: string) => escape(text.replaceAll('\t', '    '));

/** The cells of letters. A mark on a letter counts as one here: a line of nothing else would have no end. */
function cellsOf(letters: Iterable<string>): number {
  let cells = 0;
  for (const letter of letters) cells += Math.max(1, widthOf(visible(letter)));
  return cells;
}

/** How many units the first of the letters have that fit into so many cells. */
function fitting(letters: readonly string[], cells: number): number {
  let [units, left] = [0, cells];
  for (const letter of letters) {
    left -= cellsOf([letter]);
    if (left < 0) break;
    units += letter.length;
  }
  return units;
}

function colour(severity: Severity, paint: Paint): (text: string) => string {
  return { error: paint.red, warning: paint.yellow, info: paint.cyan, style: paint.dim }[severity];
}

/** How much was found, in one sentence for people. */
export function summarize({ shown, files }: Report, fixed: number): string {
  const where = count(files, 'file');
  const counts = SEVERITIES.flatMap((severity) => {
    const many = shown.filter(({ issue }) => issue.severity === severity).length;
    return many > 0 ? [severity === 'info' ? `${many} info` : count(many, SUMMED[severity])] : [];
  });
  const fixable = shown.filter(({ issue }) => issue.fixable).length;
  return [
    ...(fixed > 0 ? [`${count(fixed, 'finding')} fixed`] : []),
    counts.length > 0 ? `${counts.join(', ')} in ${where}` : `Nothing found in ${where}`,
    ...(fixable > 0 ? [`${fixable} can be fixed by --fix`] : []),
  ].join('; ');
}

const SUMMED = { error: 'error', warning: 'warning', style: 'style matter' } as const;

const count = (many: number, noun: string) => `${many} ${noun}${many === 1 ? '' : 's'}`;
