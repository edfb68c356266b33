import type {
  DocumentHighlight,
  Location,
  Position,
  Range,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { DocumentHighlightKind } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { Occurrence } from '../parser/occurrences.ts';
import { mountFields } from '../parser/occurrences.ts';
import { touches } from '../parser/tree.ts';

function occurrenceAt(parsed: Parsed, position: Position): Occurrence | undefined {
  const offset = parsed.document.offsetAt(position);
  return parsed.occurrences().find(({ span }) => touches(span, offset));
}

function groupAt(parsed: Parsed, position: Position): readonly Occurrence[] {
  const at = occurrenceAt(parsed, position);
  return at ? parsed.occurrences().filter(({ group }) => group === at.group) : [];
}

/**
 * The definition of the stage, variable or heredoc at a position: for a variable the nearest one before it, if there
 * is any. A stage referred to by its number is found too.
 */
export function definition(parsed: Parsed, position: Position): Location | null {
  const at = occurrenceAt(parsed, position);
  if (!at) return numberedStage(parsed, position);
  const writes = groupAt(parsed, position).filter(({ write }) => write);
  const before = writes.filter(({ span }) => span.start < at.span.start);
  const target = at.write
    ? writes[0]
    : (before.findLast(({ value }) => value !== undefined) ?? before.at(-1) ?? writes[0]);
  return target ? { uri: parsed.document.uri, range: parsed.range(target.span) } : null;
}

function numberedStage(parsed: Parsed, position: Position): Location | null {
  const offset = parsed.document.offsetAt(position);
  for (const instruction of parsed.tree.instructions) {
    if (!touches(instruction, offset)) continue;
    for (const flag of instruction.flags) {
      const fields = flag.name === 'mount' ? mountFields(flag, instruction) : [];
      const word =
        flag.name === 'from' ? flag.value : fields.find(({ key }) => key.text === 'from')?.value;
      if (!word || !touches(word, offset) || !/^\d{1,9}$/.test(word.text)) continue;
      const stage = parsed.tree.stages[Number(word.text)];
      if (stage && stage.index < instruction.stage)
        return { uri: parsed.document.uri, range: parsed.range(stage.from.keyword) };
    }
  }
  return null;
}

/** Every place of the name at a position; definitions are writes. */
export function documentHighlight(parsed: Parsed, position: Position): DocumentHighlight[] {
  return groupAt(parsed, position).map(({ span, write }) => ({
    range: parsed.range(span),
    kind: write ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

/** Every place of the name at a position, with or without its definitions. */
export function references(parsed: Parsed, position: Position, declarations: boolean): Location[] {
  return groupAt(parsed, position)
    .filter(({ write }) => declarations || !write)
    .map(({ span }) => ({ uri: parsed.document.uri, range: parsed.range(span) }));
}

/** The range that a rename would begin from, or null where there is no name that this file defines. */
export function prepareRename(
  parsed: Parsed,
  position: Position,
): { range: Range; placeholder: string } | null {
  const at = occurrenceAt(parsed, position);
  if (!at || !groupAt(parsed, position).some(({ write }) => write)) return null;
  return { range: parsed.range(at.span), placeholder: at.name };
}

const VALID = {
  variable: {
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    rule: 'letters, digits and _, and no digit first',
  },
  stage: {
    pattern: /^[a-z][a-z0-9._-]*$/i,
    rule: 'letters, digits, . _ and -, and a letter first',
  },
  heredoc: { pattern: /^[^\s<'"\\]+$/, rule: 'no white space, quotes, < or \\' },
};

/**
 * Renames the name at a position everywhere. Answers null where there is nothing to rename, and a sentence when the
 * new name can't be used.
 */
export function rename(
  parsed: Parsed,
  position: Position,
  newName: string,
): WorkspaceEdit | string | null {
  const at = occurrenceAt(parsed, position);
  if (!at || !prepareRename(parsed, position)) return null;
  const { pattern, rule } = VALID[at.kind];
  if (!pattern.test(newName))
    return `"${newName}" can't be the name of a ${at.kind}: it takes ${rule}.`;
  const key = at.group.slice(0, at.group.length - at.name.length);
  const clash = at.kind === 'heredoc' ? false : taken(parsed, at, key, newName);
  if (clash) return `There is already a ${at.kind} called ${newName}.`;
  const edits = groupAt(parsed, position).map(({ span }) => ({
    range: parsed.range(span),
    newText: newName,
  }));
  return { changes: { [parsed.document.uri]: edits } };
}

function taken(parsed: Parsed, at: Occurrence, scope: string, newName: string): boolean {
  const group = scope + (at.kind === 'stage' ? newName.toLowerCase() : newName);
  return (
    group !== at.group && parsed.occurrences().some((other) => other.group === group && other.write)
  );
}
