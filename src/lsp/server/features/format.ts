import type { FormattingOptions, Position, Range, TextEdit } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import { continuationsOf, instructionAt } from '../parser/tree.ts';
import { readDirective } from '../parser/directives.ts';
import { lineAt, skipBlanks } from '../parser/lines.ts';
import type { Instruction, Span, Tree, Word } from '../parser/tree.ts';
import { argumentWords } from '../parser/words.ts';
import { POSIX_SHELLS } from '../shell/program.ts';
import type { Continued } from './continued.ts';
import { continuedLines } from './continued.ts';

/** Where people differ. */
export interface FormatStyle {
  /** The case that keywords get; `keep` leaves each as it is. */
  readonly keywords: 'keep' | 'upper' | 'lower';
}

interface Change extends Span {
  readonly text: string;
}

interface Layout {
  readonly parsed: Parsed;
  readonly tree: Tree;
  readonly options: FormattingOptions;
  readonly style: FormatStyle;
  readonly add: (start: number, end: number, text: string) => void;
}

type Line = ReturnType<typeof lineAt>;

/** Of more blank lines in a row than this, so many stay. */
const MOST_BLANK = 2;

/**
 * Formats the layout and keeps every value: instructions and comments between them move to the first column, continued
 * lines without indentation get some where white space only separates words, white space at line ends goes, and of many
 * blank lines two stay. What is indented keeps its alignment, heredocs are never touched, and line ends stay as they
 * are. Formatting the result again changes nothing. Linear in the text.
 */
export function format(
  parsed: Parsed,
  options: FormattingOptions,
  style: FormatStyle = { keywords: 'keep' },
): TextEdit[] {
  const changes = changesOf(parsed, options, style);
  return changes.map(({ start, end, text }) => ({
    range: parsed.range({ start, end }),
    newText: text,
  }));
}

/** The edits of `format` that touch the lines of a range. */
export function formatRange(
  parsed: Parsed,
  range: Range,
  options: FormattingOptions,
  style?: FormatStyle,
): TextEdit[] {
  // An end at the start of a line is where a selection of whole lines ends.
  const last =
    range.end.character === 0 && range.end.line > range.start.line
      ? range.end.line - 1
      : range.end.line;
  return format(parsed, options, style).filter(
    ({ range: { start } }) => start.line >= range.start.line && start.line <= last,
  );
}

/**
 * After a line break: indents the new line as the continued line above it, or by one step below the instruction's
 * first line; only while the line is blank or where that can't change a value.
 */
export function formatOnType(
  parsed: Parsed,
  position: Position,
  options: FormattingOptions,
): TextEdit[] {
  const { document, tree } = parsed;
  const start = document.offsetAt({ line: position.line, character: 0 });
  if (position.line === 0) return [];
  const line = lineAt(tree.source, start);
  const text = skipBlanks(tree.source, line.start, line.end);
  if (text > start && text < line.end) return [];
  const instruction = instructionAt(tree, start);
  if (!instruction) return [];
  const mark = continuationsOf(instruction, tree).findLast((at) => at < start);
  if (mark === undefined || document.positionAt(mark).line !== position.line - 1) return [];
  if (text < line.end) {
    const lines = continuedLines(instruction, tree, isPosix(parsed, instruction));
    if (!lines.some((other) => other.start === start && other.free)) return [];
  }
  const above = document.offsetAt({ line: position.line - 1, character: 0 });
  const first = above <= instruction.start;
  const wanted = first
    ? step(options)
    : tree.source.slice(above, skipBlanks(tree.source, above, mark));
  const now = tree.source.slice(start, text);
  if (wanted === now || (wanted === '' && now === '')) return [];
  return [{ range: parsed.range({ start, end: text }), newText: wanted }];
}

/** Whether the shell form is read by a shell whose words are known; of one that nobody knows the lines are left alone. */
function isPosix(parsed: Parsed, instruction: Instruction): boolean {
  return POSIX_SHELLS.has(parsed.file().shellProgram(instruction).name);
}

function step({ insertSpaces, tabSize }: FormattingOptions): string {
  return insertSpaces ? ' '.repeat(Math.min(Math.max(tabSize, 1), 16)) : '\t';
}

/** All changes, in order of the text. */
function changesOf(parsed: Parsed, options: FormattingOptions, style: FormatStyle): Change[] {
  if (!parsed.checked) return [];
  const { tree } = parsed;
  const { source } = tree;
  const changes: Change[] = [];
  const add = (start: number, end: number, text: string) => {
    if (source.slice(start, end) !== text) changes.push({ start, end, text });
  };
  const layout = { parsed, tree, options, style, add };
  const head = headEnd(tree);
  let blanks: Line[] = [];
  let next = 0;
  for (let at = source.startsWith('\uFEFF') ? 1 : 0; at < source.length;) {
    const line = lineAt(source, at);
    const text = skipBlanks(source, line.start, line.end);
    at = line.next;
    if (text === line.end) {
      blanks.push(line);
      continue;
    }
    formatBlanks(blanks, MOST_BLANK, layout);
    blanks = [];
    const instruction = tree.instructions[next];
    if (instruction?.start === text) {
      next++;
      at = formatInstruction(instruction, layout);
    } else {
      if (text < head && isFixed(source, text, line.end)) continue;
      outdent(text, layout);
      trim(text, line.end, layout);
    }
  }
  formatBlanks(blanks, options.trimFinalNewlines ? 0 : MOST_BLANK, layout);
  if (options.insertFinalNewline && blanks.length === 0) endLine(layout);
  return changes.sort((a, b) => a.start - b.start);
}

/** Where the comments at the file's head end, which may be directives. */
function headEnd({ source }: Tree): number {
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  for (let first = true; at < source.length; first = false) {
    const { start, end, next } = lineAt(source, at);
    const text = skipBlanks(source, start, end);
    if (source[text] !== '#' || text >= end) break;
    at = next;
    if (!readDirective(source, text, end) && !(first && source.startsWith('#!', text))) break;
  }
  return at;
}

/**
 * Whether white space of a comment at the head decides what are directives: an indented one is none, nor are those
 * behind it, and white space may be all that one is set to.
 */
function isFixed(source: string, start: number, end: number): boolean {
  return source.startsWith('#!', start) || readDirective(source, start, end) !== undefined;
}

/** Leaves `most` of the blank lines in a row. */
function formatBlanks(blanks: readonly Line[], most: number, { add }: Layout): void {
  for (const [i, { start, end, next }] of blanks.entries()) add(start, i < most ? end : next, '');
}

/** Ends the last line, unless that would add to a heredoc that is never closed. */
function endLine({ tree: { source, instructions }, add }: Layout): void {
  const open = instructions.at(-1)?.heredocs.at(-1);
  if (source === '' || source === '\uFEFF') return;
  if (source.endsWith('\n') || (open && !open.terminator)) return;
  const first = source.indexOf('\n');
  add(source.length, source.length, source[first - 1] === '\r' ? '\r\n' : '\n');
}

/** Answers where the line after the instruction begins. */
function formatInstruction(instruction: Instruction, layout: Layout): number {
  const { parsed, tree, style } = layout;
  const { source } = tree;
  outdent(instruction.start, layout);
  if (style.keywords !== 'keep')
    for (const word of keywordsOf(instruction, tree)) recase(word, style.keywords, layout);
  if (instruction.logical.starts.length > 1)
    indentLines(
      instruction,
      continuedLines(instruction, tree, isPosix(parsed, instruction)),
      layout,
    );
  const end = instruction.heredocs[0]?.body.start ?? instruction.end;
  let line = lineAt(source, instruction.start);
  for (; ; line = lineAt(source, line.next)) {
    trim(line.start, line.end, layout);
    if (line.next >= end) break;
  }
  const terminator = instruction.heredocs.at(-1);
  return terminator ? lineAt(source, instruction.end).next : line.next;
}

/**
 * Indents the continued lines that have no indentation: as the one with the least, or, when already the first of them
 * has none, all by one step, so that they keep their places to one another.
 */
function indentLines(instruction: Instruction, lines: readonly Continued[], layout: Layout): void {
  const { add, options } = layout;
  const free = lines.filter((line) => line.free);
  if (!free.some(({ indent }) => indent === '')) return;
  const indents = free.map(({ indent }) => indent).filter((indent) => indent !== '');
  const least = indents.reduce(
    (a, b) => (b.length < a.length ? b : a),
    indents[0] ?? step(options),
  );
  const all = lines[0]?.free === true && lines[0].indent === '';
  for (const { start, indent } of free)
    if (all) add(start, start, step(options));
    else if (indent === '') add(start, start, least);
  if (!all || indents.length === 0) return;
  for (const { start } of instruction.comments) {
    const at = layout.tree.source.lastIndexOf('\n', start) + 1;
    add(at, at, step(options));
  }
}

/** The words of an instruction that the builder reads without regard to case. */
function keywordsOf(instruction: Instruction, tree: Tree): Word[] {
  const { keyword, trigger, name } = instruction;
  const words = trigger || instruction.json ? [] : argumentWords(instruction, tree.escape);
  const more = trigger ? keywordsOf(trigger, tree) : [];
  if (name === 'FROM' && words[1]?.text.toLowerCase() === 'as') more.push(words[1]);
  if (name === 'HEALTHCHECK' && words[0] && /^(?:cmd|none)$/i.test(words[0].text))
    more.push(words[0]);
  return [keyword, ...more];
}

function recase({ start, end, text }: Word, to: 'upper' | 'lower', { add }: Layout): void {
  // A keyword may go on in the next line.
  if (end - start === text.length && /^[A-Za-z]+$/.test(text))
    add(start, end, to === 'upper' ? text.toUpperCase() : text.toLowerCase());
}

function outdent(start: number, { tree: { source }, add }: Layout): void {
  let from = start;
  while (from > 0 && (source[from - 1] === ' ' || source[from - 1] === '\t')) from--;
  // A byte order mark isn't one before it begins the file.
  if (from === 0 && source[start] === '\uFEFF') return;
  const atLineStart = from === 0 || source[from - 1] === '\n' || source[from - 1] === '\uFEFF';
  if (atLineStart) add(from, start, '');
}

function trim(start: number, end: number, { tree: { source }, add }: Layout): void {
  let from = end;
  while (from > start && (source[from - 1] === ' ' || source[from - 1] === '\t')) from--;
  // A carriage return before it would become part of the line end.
  if (source[from - 1] !== '\r') add(from, end, '');
}
