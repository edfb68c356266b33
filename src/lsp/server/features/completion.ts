import type { CompletionItem, Position } from 'vscode-languageserver/node';
import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { DIRECTIVES } from '../data/instructions.ts';
import type { Parsed } from '../documents.ts';
import { instructionAt } from '../documents.ts';
import type { Instruction, Logical } from '../parser/tree.ts';
import { toOffset, touches } from '../parser/tree.ts';
import { isBlank } from '../parser/words.ts';
import { argumentOffers, flagOffers, flagValueOffers, variableOffers } from './offers.ts';
import type { CompletionSupport, Typed } from './items.ts';
import { directiveOffers, items, keywordOffers } from './items.ts';

/** What may be written at a position. */
export function completion(
  parsed: Parsed,
  position: Position,
  support: CompletionSupport,
): CompletionItem[] {
  const { document, tree } = parsed;
  const offset = document.offsetAt(position);
  const comment = [...tree.comments, ...tree.directives].find(
    (span) => span.start < offset && touches(span, offset),
  );
  if (comment) return directive(parsed, comment.start, offset);
  const instruction = instructionAt(tree, offset);
  if (
    !instruction ||
    instruction.comments.some((span) => span.start < offset && touches(span, offset))
  ) {
    return instruction
      ? []
      : items(
          { parsed, prefix: '', start: offset, end: offset },
          keywords(parsed, offset, support, ''),
        );
  }
  if (
    instruction.heredocs.some(
      ({ body, terminator }) =>
        touches(body, offset) || (terminator && touches(terminator, offset)),
    )
  ) {
    return [];
  }
  return inInstruction(parsed, instruction, offset, support);
}

function keywords(parsed: Parsed, offset: number, support: CompletionSupport, prefix: string) {
  const { tree } = parsed;
  const first = tree.instructions.every(({ start, stage }) => start >= offset || stage < 0);
  return keywordOffers(support, isLower(parsed, prefix), first ? ['FROM', 'ARG'] : undefined);
}

/** Lower case when the person types it, or when she has typed nothing and most of the file is so. */
function isLower({ tree }: Parsed, prefix: string): boolean {
  if (prefix !== '') return prefix === prefix.toLowerCase();
  const lower = tree.instructions.filter(
    ({ keyword }) => keyword.text === keyword.text.toLowerCase(),
  );
  return lower.length * 2 > tree.instructions.length;
}

function directive(parsed: Parsed, start: number, offset: number): CompletionItem[] {
  const { tree } = parsed;
  const allowed = [...tree.instructions, ...tree.comments].every((other) => other.start >= start);
  if (!allowed) return [];
  const typed = tree.source.slice(start + 1, offset);
  const at = typed.indexOf('=');
  if (at < 0) {
    const prefix = typed.trimStart();
    const used = new Set(tree.directives.map(({ name }) => name));
    const offers = directiveOffers().filter(({ label }) => !used.has(label));
    return items({ parsed, prefix, start: offset - prefix.length, end: offset }, offers);
  }
  const prefix = typed.slice(at + 1).trimStart();
  const values = DIRECTIVES[typed.slice(0, at).trim().toLowerCase()]?.values ?? [];
  return items(
    { parsed, prefix, start: offset - prefix.length, end: offset },
    values.map((label) => ({ label, kind: Kind.Value })),
  );
}

/** The place in the logical text that a document offset falls on; on a line end, the end of the piece before it. */
function toLogical(logical: Logical, offset: number): number {
  const { offsets, starts, text } = logical;
  let piece = offsets.findLastIndex((at) => at <= offset);
  if (piece < 0) piece = 0;
  const end = starts[piece + 1] ?? text.length;
  return Math.min((starts[piece] ?? 0) + Math.max(offset - (offsets[piece] ?? 0), 0), end);
}

function inInstruction(
  parsed: Parsed,
  outer: Instruction,
  offset: number,
  support: CompletionSupport,
): CompletionItem[] {
  const { logical } = outer;
  const at = toLogical(logical, offset);
  let from = at;
  while (from > 0 && !isBlank(logical.text[from - 1])) from--;
  // On another line than the one the place falls on, nothing is typed yet.
  const same = from === at || toOffset(logical, at - 1) + 1 === offset;
  if (!same) from = at;
  const prefix = logical.text.slice(from, at);
  const start = from === at ? offset : toOffset(logical, from);
  if (start < offset - prefix.length) return [];
  const typed: Typed = { parsed, prefix, start, end: offset };
  if (at <= outer.keyword.to && same)
    return items(typed, keywords(parsed, offset, support, prefix));
  const dollar = /\$\{?\w*$/.exec(prefix);
  if (dollar && prefix[dollar.index - 1] !== parsed.tree.escape) {
    return items(
      { ...typed, prefix: dollar[0], start: offset - dollar[0].length },
      variableOffers(parsed, outer, dollar[0]),
    );
  }
  const trigger = outer.trigger;
  if (outer.name === 'ONBUILD' && (!trigger || at <= trigger.keyword.to)) {
    const offers = keywordOffers(support, isLower(parsed, prefix)).filter(
      ({ label }) => !/^(?:from|onbuild|maintainer)\b/i.test(label),
    );
    return items(typed, offers);
  }
  const instruction = trigger ?? outer;
  const inFlags = at <= instruction.args.from || prefix.startsWith('--');
  const argument = logical.text
    .slice(instruction.args.from, from)
    .split(/\s+/)
    .filter(Boolean).length;
  const equals = prefix.indexOf('=');
  if (inFlags && prefix.startsWith('--') && equals >= 0 && argument === 0) {
    const value = prefix.slice(equals + 1);
    const cut = Math.max(value.lastIndexOf(',') + 1, 0);
    const field = value.slice(cut);
    const inner = field.indexOf('=') + 1;
    const isMount = prefix.startsWith('--mount=');
    const rest = isMount ? field.slice(inner) : value;
    return items(
      { ...typed, prefix: rest, start: offset - rest.length },
      flagValueOffers(parsed, instruction, prefix),
    );
  }
  const flags =
    argument === 0 && (prefix === '' || prefix.startsWith('-')) ? flagOffers(instruction) : [];
  return items(typed, [...argumentOffers(parsed, instruction, argument, prefix), ...flags]);
}
