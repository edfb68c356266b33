import type { FoldingRange } from 'vscode-languageserver/node';
import { FoldingRangeKind } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { Span } from '../parser/tree.ts';

/** Folds stages, instructions and heredocs of several lines, and runs of comments. */
export function foldingRanges(parsed: Parsed): FoldingRange[] {
  const { document, tree } = parsed;
  const found: FoldingRange[] = [];
  const add = (span: Span, kind?: FoldingRangeKind) => {
    const startLine = document.positionAt(span.start).line;
    const endLine = document.positionAt(span.end).line;
    if (endLine > startLine) found.push({ startLine, endLine, ...(kind ? { kind } : {}) });
  };
  for (const { from, instructions } of tree.stages) {
    if (instructions.length > 1)
      add(
        { start: from.start, end: instructions.at(-1)?.end ?? from.end },
        FoldingRangeKind.Region,
      );
  }
  for (const instruction of tree.instructions) {
    // A stage of one instruction, or its first, would fold at the same line twice.
    if (instruction.name !== 'FROM') add(instruction);
    for (const run of runs(parsed, instruction.comments)) add(run, FoldingRangeKind.Comment);
    // One that is opened on the first line folds with the instruction.
    for (const { operator, body, terminator } of instruction.heredocs)
      if (isApart(parsed, instruction, operator))
        add({ start: operator.start, end: terminator?.end ?? body.end });
  }
  for (const run of runs(parsed, tree.comments)) add(run, FoldingRangeKind.Comment);
  return found.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

/** Joins comments on lines that follow each other. */
function runs({ document }: Parsed, comments: readonly Span[]): Span[] {
  const joined: { start: number; end: number; line: number }[] = [];
  for (const { start, end } of comments) {
    const { line } = document.positionAt(start);
    const last = joined.at(-1);
    if (last && last.line === line - 1) Object.assign(last, { end, line });
    else joined.push({ start, end, line });
  }
  return joined;
}

/** Whether a heredoc's operator stands on a line below the first of its instruction, which folds as a whole. */
function isApart({ document }: Parsed, instruction: Span, operator: Span): boolean {
  return document.positionAt(operator.start).line > document.positionAt(instruction.start).line;
}
