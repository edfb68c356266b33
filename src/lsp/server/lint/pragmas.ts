import { lineAt, skipBlanks } from '../parser/lines.ts';
import type { Span, Tree } from '../parser/tree.ts';
import { instructionAt } from './place.ts';

/** One of hadolint's comments, taken apart. */
export type Pragma =
  | { readonly kind: 'ignore'; readonly scope: Scope; readonly names: readonly string[] }
  | { readonly kind: 'shell'; readonly shell: string };

/** What an ignore pragma holds for: the instruction below, the stage that the FROM below begins, or the file. */
type Scope = 'next' | 'stage' | 'global';

const IGNORE = /^#[ \t]*hadolint[ \t]+(?:(global|stage)[ \t]+)?ignore[ \t]*=(.*)$/;
const SHELL = /^#[ \t]*hadolint[ \t]+shell[ \t]*=[ \t]*([^ \t]+)[ \t]*(?:#.*)?$/;
/** A comment that speaks to a checker; such ones stand above one instruction together. */
const CONTROL = /^#[ \t]*(?:hadolint[ \t]|check[ \t]*=)/i;
/** hadolint's own names are of these characters, whether there is such a rule or not. */
const CODE = /^[DLSC0-9]+$/;

/**
 * Reads a comment, from its `#` to the end of its line, as hadolint 2.15.1 does: blanks are free around `=` and commas,
 * a further `#` begins a remark, and one name that is none makes the whole comment an ordinary one. Beside hadolint's
 * codes it takes the ids for which `isRule` holds. Answers undefined when it is no pragma.
 */
export function parsePragma(comment: string, isRule: (id: string) => boolean): Pragma | undefined {
  const ignore = IGNORE.exec(comment);
  if (ignore) {
    const list = (ignore[2] ?? '').split('#', 1)[0] ?? '';
    const names = list.split(',').map((name) => name.replaceAll(/^[ \t]+|[ \t]+$/g, ''));
    if (!names.every((name) => CODE.test(name) || isRule(name))) return undefined;
    const scope = ignore[1] === 'global' || ignore[1] === 'stage' ? ignore[1] : 'next';
    return { kind: 'ignore', scope, names };
  }
  const shell = SHELL.exec(comment)?.[1];
  return shell === undefined ? undefined : { kind: 'shell', shell };
}

/** What a file's pragmas silence. */
export interface Pragmas {
  /** Whether rule `id` is silenced for what begins at an offset: an instruction, or the text of a line. */
  silences(id: string, start: number): boolean;
}

/**
 * Reads all ignore pragmas of a file in one pass. As in hadolint one of the next instruction stands on the line right
 * above it, though further comments to a checker may stand between; one of a stage stands so above its FROM, and
 * elsewhere counts for nothing. Other than in hadolint it holds for what is found in the FROM itself too.
 */
export function readPragmas(tree: Tree, isRule: (id: string) => boolean): Pragmas {
  const global = new Set<string>();
  /** By the offset of what they stand above. */
  const next = new Map<number, Set<string>>();
  const stage = new Map<number, Set<string>>();
  for (const span of tree.comments) {
    const text = tree.source.slice(span.start, span.end);
    const below = startBelow(tree.source, span);
    const pragma = parsePragma(text, isRule);
    if (pragma?.kind === 'ignore') {
      if (pragma.scope === 'global') for (const name of pragma.names) global.add(name);
      else addTo(pragma.scope === 'stage' ? stage : next, below, pragma.names);
    }
    if (!CONTROL.test(text)) continue;
    for (const names of [next, stage]) {
      const handed = names.get(span.start);
      if (handed) addTo(names, below, handed);
    }
  }
  const ofStage = (start: number) => {
    const from = stage.size > 0 && instructionAt(tree, start)?.stage;
    const begun = typeof from === 'number' ? tree.stages[from] : undefined;
    return begun && stage.get(begun.from.start);
  };
  return {
    silences: (id, start) =>
      global.has(id) || next.get(start)?.has(id) === true || ofStage(start)?.has(id) === true,
  };
}

function addTo(names: Map<number, Set<string>>, at: number, added: Iterable<string>): void {
  const known = names.get(at);
  if (known) for (const name of added) known.add(name);
  else names.set(at, new Set(added));
}

/** Where the text of the line below a comment begins. */
function startBelow(source: string, comment: Span): number {
  const line = lineAt(source, lineAt(source, comment.start).next);
  return skipBlanks(source, line.start, line.end);
}
