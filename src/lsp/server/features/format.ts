import type { FormattingOptions, Position, Range, TextEdit } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import { instructionAt } from '../documents.ts';
import { lineAt, skipBlanks } from '../parser/lines.ts';
import type { Instruction } from '../parser/tree.ts';

/**
 * Formats indentation and nothing else: instructions and comments between them move to the first column, and
 * continued lines that have no indentation get one step of it where white space can't change a value. What is
 * indented already stays, heredocs are never touched, and each edit only replaces leading white space, so line ends
 * stay as they are. Formatting the result again changes nothing.
 */
export function format(parsed: Parsed, options: FormattingOptions): TextEdit[] {
  const { tree } = parsed;
  const edits: TextEdit[] = [];
  for (const comment of tree.comments) outdent(parsed, comment.start, edits);
  for (const directive of tree.directives) outdent(parsed, directive.start, edits);
  for (const instruction of tree.instructions) {
    outdent(parsed, instruction.start, edits);
    for (const start of indentable(instruction)) edits.push(indent(parsed, start, unit(options)));
  }
  return edits.sort((a, b) => a.range.start.line - b.range.start.line);
}

/** The edits of `format` on the lines of a range. */
export function formatRange(parsed: Parsed, range: Range, options: FormattingOptions): TextEdit[] {
  return format(parsed, options).filter(
    ({ range: { start } }) => start.line >= range.start.line && start.line <= range.end.line,
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
  const mark = instruction.continuations.findLast(({ start: at }) => at < start);
  if (!mark || document.positionAt(mark.start).line !== position.line - 1) return [];
  if (text < line.end && !indentable(instruction).includes(start)) return [];
  const above = document.offsetAt({ line: position.line - 1, character: 0 });
  const first = above <= instruction.start;
  const wanted = first
    ? unit(options)
    : tree.source.slice(above, skipBlanks(tree.source, above, mark.start));
  const now = tree.source.slice(start, text);
  if (wanted === now || (wanted === '' && now === '')) return [];
  return [{ range: parsed.range({ start, end: text }), newText: wanted }];
}

function unit({ insertSpaces, tabSize }: FormattingOptions): string {
  return insertSpaces ? ' '.repeat(Math.min(Math.max(tabSize, 1), 16)) : '\t';
}

function outdent(parsed: Parsed, start: number, edits: TextEdit[]): void {
  const { source } = parsed.tree;
  let from = start;
  while (from > 0 && (source[from - 1] === ' ' || source[from - 1] === '\t')) from--;
  const atLineStart = from === 0 || source[from - 1] === '\n' || source[from - 1] === '\uFEFF';
  if (from < start && atLineStart)
    edits.push({ range: parsed.range({ start: from, end: start }), newText: '' });
}

function indent(parsed: Parsed, start: number, text: string): TextEdit {
  return { range: parsed.range({ start, end: start }), newText: text };
}

const FREE = new Set([
  'RUN',
  'CMD',
  'ENTRYPOINT',
  'COPY',
  'ADD',
  'EXPOSE',
  'VOLUME',
  'HEALTHCHECK',
]);

/**
 * Where the continued lines begin that have no indentation and may get some: white space stands before them already,
 * no quote is open, and the instruction takes its arguments by word. ENV and LABEL keep their lines, for the old
 * form `ENV key value` takes its white space into the value.
 */
function indentable(instruction: Instruction): number[] {
  const { logical } = instruction;
  if (logical.starts.length === 1 || !FREE.has((instruction.trigger ?? instruction).name))
    return [];
  const open = openQuotes(logical.text, logical.starts);
  if (!open) return [];
  return logical.offsets.filter((_, i) => {
    const at = logical.starts[i] ?? 0;
    if (i === 0 || at >= logical.text.length || open.has(at)) return false;
    const before = logical.text[at - 1];
    const escaped = logical.text[at - 2] === '\\' || logical.text[at - 2] === '`';
    return (
      (before === ' ' || before === '\t') && !escaped && !/\s/.test(logical.text[at] as string)
    );
  });
}

/** Those of the ascending places `at` that lie inside a quote; undefined when the quotes don't balance or a heredoc or comment of the shell makes them hard to tell. */
function openQuotes(text: string, at: readonly number[]): Set<number> | undefined {
  if (text.includes('<<') || /(?:^|\s)#/.test(text)) return undefined;
  const inside = new Set<number>();
  let quote = '';
  let next = 0;
  for (let i = 0; i < text.length; i++) {
    while (next < at.length && (at[next] as number) <= i) {
      if (quote !== '' && at[next] === i) inside.add(i);
      next++;
    }
    const char = text[i] as string;
    if (char === '\\' && quote !== "'") i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'" || char === '`') quote = char;
  }
  return quote === '' ? inside : undefined;
}
