import type {
  DocumentHighlight,
  Location,
  Position,
  Range,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { DocumentHighlightKind } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { EVERY_IMAGE, EVERY_SHELL, PLATFORM_ARGS, PROXY_ARGS } from '../data/predefined.ts';
import { baseIndex, parseDocument } from '../documents.ts';
import type { Parsed } from '../documents.ts';
import { applyEdits } from '../lint/fixes.ts';
import type { Edit } from '../lint/fixes.ts';
import { instructionAt } from '../parser/tree.ts';
import type { Occurrence } from '../parser/occurrences.ts';
import type { Span, Stage } from '../parser/tree.ts';
import { touches } from '../parser/tree.ts';
import { COMMANDS } from '../parser/variables.ts';
import { foreignSettings } from '../shell/foreignSettings.ts';
import { settingsOf } from '../shell/settings.ts';
import { definitionAt } from './definitionAt.ts';

function occurrenceAt(parsed: Parsed, position: Position): Occurrence | undefined {
  const offset = parsed.document.offsetAt(position);
  return parsed.occurrences().find(({ span }) => touches(span, offset));
}

function groupAt(parsed: Parsed, position: Position): readonly Occurrence[] {
  const at = occurrenceAt(parsed, position);
  return at ? parsed.occurrences().filter(({ group }) => group === at.group) : [];
}

/**
 * The definition of the stage, variable or heredoc at a position: for a variable the one that gives it the value it has
 * there, if there is any. A stage referred to by its number is found too.
 */
export function definition(parsed: Parsed, position: Position): Location | null {
  const at = occurrenceAt(parsed, position);
  if (!at) return baseDefinition(parsed, position);
  const first = groupAt(parsed, position).find(({ write }) => write)?.span;
  const target =
    (at.kind === 'variable' && !at.write && !at.secret && valueOf(parsed, at)) || first;
  return target ? { uri: parsed.document.uri, range: parsed.range(target) } : null;
}

/** The stage that a FROM at a position starts from by a name that a variable is part of. */
function baseDefinition(parsed: Parsed, position: Position): Location | null {
  const { document, tree } = parsed;
  const offset = document.offsetAt(position);
  const stage = tree.stages.find(({ image }) => image && touches(image, offset));
  const base = stage && tree.stages[baseIndex(parsed.file(), stage)];
  return base ? { uri: document.uri, range: parsed.range(base.name ?? base.from.keyword) } : null;
}

/** Where a variable that is read gets its value: in its stage, those it starts from, or before the first FROM. */
function valueOf(parsed: Parsed, at: Occurrence): Span | undefined {
  const instruction = instructionAt(parsed.tree, at.span.start);
  const found = instruction && definitionAt(parsed, instruction, at);
  if (!found?.span) return undefined;
  // `ARG NAME` in a stage passes on what an ARG before the first FROM says.
  const passes = found.origin === 'arg' && !isGiven(parsed, found.span);
  return (passes && parsed.file().scopes().global.get(at.name)?.span) || found.span;
}

const isGiven = ({ tree }: Parsed, { end }: Span): boolean => tree.source[end] === '=';

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
  // The builder knows its own arguments by their names, shells and programs theirs.
  if (!at || at.nameless || PREDEFINED.has(at.name)) return null;
  if (!groupAt(parsed, position).some(({ write }) => write)) return null;
  return { range: parsed.range(at.span), placeholder: at.name };
}

const PREDEFINED = new Set([
  ...Object.keys(PLATFORM_ARGS),
  ...PROXY_ARGS,
  ...Object.keys(EVERY_IMAGE),
  ...Object.keys(EVERY_SHELL),
]);

const VALID = {
  variable: {
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    rule: 'letters, digits and _, and no digit first',
  },
  stage: {
    // It must do for the name of an image, too.
    pattern: /^[a-z][a-z0-9]*(?:(?:\.|__?|-+)[a-z0-9]+)*$/i,
    rule: 'letters, digits, . _ and - between them, and a letter first',
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
  if (isTaken(parsed, at, newName)) return `There is already a ${at.kind} called ${newName}.`;
  const group = groupAt(parsed, position).filter(({ nameless }) => !nameless);
  const spans = new Map(group.map(({ span }) => [span.start, span]));
  if (at.kind === 'variable')
    for (const span of setByShells(parsed, at.name, group)) spans.set(span.start, span);
  const edits = [...spans.values()]
    .sort((a, b) => a.start - b.start)
    .map((span) => ({ span, text: newName }));
  const after = parsedAfter(parsed, edits);
  if (captures(parsed, at, edits, after))
    return `${newName} means something else in this file already.`;
  if (basesOf(parsed).join() !== basesOf(after).join())
    return `A variable says which stage a FROM starts from: ${at.name} can't be renamed alone.`;
  if (after.tree.stages.some((stage, index) => isLost(parsed.tree.stages[index], stage)))
    return `FROM finds a stage by a name in lower case only: ${newName.toLowerCase()} would do.`;
  const changes = edits.map(({ span, text }) => ({ range: parsed.range(span), newText: text }));
  return { changes: { [parsed.document.uri]: changes } };
}

/** Whether a FROM names its base in capitals now and did not. */
function isLost(before: Stage | undefined, after: Stage): boolean {
  const isRaised = ({ image, base }: Stage) =>
    base >= 0 && image?.text !== image?.text.toLowerCase();
  return before !== undefined && !isRaised(before) && isRaised(after);
}

function parsedAfter({ document }: Parsed, edits: readonly Edit[]): Parsed {
  const text = applyEdits(document.getText(), edits);
  return parseDocument(TextDocument.create(document.uri, 'dockerfile', 0, text));
}

/** The stages that the stages start from, by their indexes. */
const basesOf = ({ tree, file }: Parsed) => tree.stages.map((stage) => baseIndex(file(), stage));

/**
 * Whether a rename would change what names mean: an image or a variable of the shell that is called so would become this
 * one, or a line of a heredoc end it.
 */
function captures(
  { occurrences }: Parsed,
  { group }: Occurrence,
  edits: readonly Edit[],
  after: Parsed,
): boolean {
  let next = 0;
  let shift = 0;
  const starts = occurrences()
    .filter((one) => one.group === group)
    .map(({ span: { start } }) => {
      for (let edit = edits[next]; edit && edit.span.start < start; edit = edits[++next])
        shift += edit.text.length - (edit.span.end - edit.span.start);
      return start + shift;
    });
  const first = after.occurrences().find(({ span }) => span.start === starts[0]);
  const found = after.occurrences().filter((one) => one.group === first?.group);
  return found.map(({ span }) => span.start).join() !== starts.join();
}

/** Where shells that read a variable set one of its name: what they read from there on is theirs. */
function setByShells(parsed: Parsed, name: string, group: readonly Occurrence[]): Span[] {
  const { tree } = parsed;
  const file = parsed.file();
  const readers = new Set(group.map(({ span }) => instructionAt(tree, span.start)));
  const named = ({ start, end }: Span) => tree.source.slice(start, end);
  const set = file
    .shellRuns()
    .filter(({ run }) => readers.has(run.parent ?? run))
    .flatMap(({ shell }) => settingsOf(shell))
    .filter((span) => named(span) === name);
  const foreign = [...readers].flatMap((reader) => {
    const runs = reader?.trigger ?? reader;
    return runs && COMMANDS.has(runs.name) && !file.shellProgram(runs).posix
      ? foreignSettings(reader ?? runs, tree.source)
      : [];
  });
  // Windows takes a name in whatever case.
  const lower = name.toLowerCase();
  return [...set, ...foreign.filter((span) => named(span).toLowerCase() === lower)];
}

/** Whether another stage, or another variable that is seen where this one is, has the new name. */
function isTaken(parsed: Parsed, at: Occurrence, newName: string): boolean {
  const others = parsed
    .occurrences()
    .filter(({ kind, group, write }) => write && kind === at.kind && group !== at.group);
  if (at.kind === 'stage')
    return others.some(({ name }) => name.toLowerCase() === newName.toLowerCase());
  // A variable's group is its scope and its name; a heredoc's name is its own.
  const scope = at.group.slice(0, at.group.length - at.name.length);
  return at.kind === 'variable' && others.some(({ group }) => group === scope + newName);
}
