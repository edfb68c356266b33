import type {
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  SymbolInformation,
} from 'vscode-languageserver/node';
import { FoldingRangeKind, SymbolKind, SymbolTag } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import { fromWords } from '../parser/occurrences.ts';
import type { Instruction, Span, Word } from '../parser/tree.ts';
import { imageUrl } from '../data/images.ts';

const LONGEST_DETAIL = 80;

/** The outline: directives, then stages with their instructions. */
export function documentSymbols(parsed: Parsed): DocumentSymbol[] {
  const { tree } = parsed;
  const symbol = (instruction: Instruction): DocumentSymbol => ({
    name: instruction.keyword.text || instruction.name || '?',
    detail: detailOf(instruction),
    kind: SymbolKind.Function,
    range: parsed.range(instruction),
    selectionRange: parsed.range(instruction.keyword),
    ...(instruction.name === 'MAINTAINER' ? { tags: [SymbolTag.Deprecated] } : {}),
  });
  const directives = tree.directives.map((directive): DocumentSymbol => ({
    name: directive.name,
    detail: directive.value,
    kind: SymbolKind.Property,
    range: parsed.range(directive),
    selectionRange: parsed.range(directive.nameSpan),
  }));
  const stages = tree.stages.map(({ from, image, name, index, instructions }): DocumentSymbol => {
    const last = instructions.at(-1) ?? from;
    return {
      name: name?.text ?? image?.text ?? `stage ${index}`,
      detail: name && image ? `FROM ${image.text}` : 'FROM',
      kind: SymbolKind.Class,
      range: parsed.range({ start: from.start, end: last.end }),
      selectionRange: parsed.range(name ?? image ?? from.keyword),
      children: instructions.slice(1).map(symbol),
    };
  });
  const leading = tree.instructions.filter(({ stage }) => stage < 0).map(symbol);
  return [...directives, ...leading, ...stages];
}

function detailOf({ logical, args }: Instruction): string {
  const text = logical.text.slice(args.from, Math.min(args.to, args.from + LONGEST_DETAIL * 2));
  const short = text.replaceAll(/\s+/g, ' ');
  return short.length > LONGEST_DETAIL ? `${short.slice(0, LONGEST_DETAIL - 1)}…` : short;
}

/** The outline for clients that take no hierarchy. */
export function flatSymbols(parsed: Parsed): SymbolInformation[] {
  const flatten = (
    symbols: readonly DocumentSymbol[],
    containerName?: string,
  ): SymbolInformation[] =>
    symbols.flatMap(({ name, kind, range, children }) => [
      {
        name,
        kind,
        location: { uri: parsed.document.uri, range },
        ...(containerName ? { containerName } : {}),
      },
      ...flatten(children ?? [], name),
    ]);
  return flatten(documentSymbols(parsed));
}

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

/** Links from images, in FROM, COPY --from, mounts and the syntax directive, to the pages that describe them. */
export function documentLinks(parsed: Parsed): DocumentLink[] {
  const { tree } = parsed;
  const words: (Word | { text: string; start: number; end: number })[] = [];
  for (const stage of tree.stages) if (stage.image && stage.base < 0) words.push(stage.image);
  const stages = new Set(
    tree.stages.flatMap(({ name }) => (name ? [name.text.toLowerCase()] : [])),
  );
  for (const instruction of tree.instructions) {
    words.push(
      ...fromWords(instruction).filter(
        ({ text }) => !stages.has(text.toLowerCase()) && !/^\d+$/.test(text),
      ),
    );
  }
  for (const { name, value, valueSpan } of tree.directives)
    if (name === 'syntax') words.push({ text: value, ...valueSpan });
  return words.flatMap((word) => {
    const target = imageUrl(word.text);
    return target ? [{ range: parsed.range(word), target }] : [];
  });
}
