import type { DocumentSymbol, SymbolInformation } from 'vscode-languageserver/node';
import { SymbolKind, SymbolTag } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { Instruction } from '../parser/tree.ts';

const LONGEST_DETAIL = 80;

/** The outline: directives, then stages with their instructions. */
export function documentSymbols(parsed: Parsed): DocumentSymbol[] {
  const { tree } = parsed;
  const symbol = (instruction: Instruction): DocumentSymbol => ({
    name: instruction.keyword.text || instruction.name || '?',
    detail: detailOf(instruction, tree.source),
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

/** What an instruction does, in short: its arguments and where it takes files from, or the script that is all of it. */
function detailOf(instruction: Instruction, source: string): string {
  const { logical, args, flags, trigger } = instruction;
  if (trigger) return short(`${trigger.keyword.text} ${detailOf(trigger, source)}`);
  const from = flags.findLast(({ name, value }) => name === 'from' && value)?.text;
  const text = logical.text.slice(args.from, Math.min(args.to, args.from + LONGEST_DETAIL * 2));
  const script = scriptIn(instruction, text, source);
  return short([from, script === '' ? text : script].filter(Boolean).join(' '));
}

/** The script of a RUN that is a heredoc and no more; empty where there is none. */
function scriptIn({ name, heredocs, parent }: Instruction, text: string, source: string): string {
  const [heredoc, ...others] = parent?.heredocs ?? heredocs;
  if (name !== 'RUN' || !heredoc || others.length > 0) return '';
  const { operator, body } = heredoc;
  if (text.trim() !== source.slice(operator.start, operator.end)) return '';
  return source.slice(body.start, Math.min(body.end, body.start + LONGEST_DETAIL * 2)).trim();
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL - 1)}…` : line;
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
