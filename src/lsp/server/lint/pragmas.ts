import { lineAt, skipBlanks } from '../parser/lines.ts';
import { parsePragma } from '../parser/pragma.ts';
import { countWhile } from '../../../util/search.ts';
import type { Span, Tree } from '../parser/tree.ts';
import { instructionAt } from '../parser/tree.ts';

/** A comment that speaks to a checker; such ones stand above one instruction together. */
const CONTROL = /^#[ \t]*(?:hadolint[ \t]|check[ \t]*=)/i;

/** What a file's pragmas silence. */
interface Pragmas {
  /** Whether rule `id` is silenced for what begins at an offset: an instruction, or the text of a line. */
  silences(id: string, start: number): boolean;
}

/**
 * Reads all ignore pragmas of a file in one pass. As in hadolint one of the next instruction stands on the line right
 * above it, though further comments to a checker may stand between; one of a stage stands so above its FROM, and
 * elsewhere holds for the rest of the stage. Other than in hadolint it holds for what is right below it too, such as the
 * FROM, and of several in a stage all count.
 */
export function readPragmas(tree: Tree, isRule: (id: string) => boolean): Pragmas {
  const global = new Set<string>();
  /** By the offset of what they stand above. */
  const next = new Map<number, Set<string>>();
  const stage = new Map<number, Set<string>>();
  /** By the stage, -1 before the first FROM: from where on each name holds. */
  const rest = new Map<number, Map<string, number>>();
  for (const span of tree.comments) {
    const text = tree.source.slice(span.start, span.end);
    const below = startBelow(tree.source, span);
    const pragma = parsePragma(text, isRule);
    if (pragma?.kind === 'ignore') {
      if (pragma.scope === 'global') for (const name of pragma.names) global.add(name);
      else addTo(pragma.scope === 'stage' ? stage : next, below, pragma.names);
      if (pragma.scope === 'stage') {
        const index = stageAt(tree, span.start);
        const known = rest.get(index) ?? new Map<string, number>();
        rest.set(index, known);
        for (const name of pragma.names) if (!known.has(name)) known.set(name, span.start);
      }
    }
    if (!CONTROL.test(text)) continue;
    for (const names of [next, stage]) {
      const handed = names.get(span.start);
      if (handed) addTo(names, below, handed);
    }
  }
  const inStage = (id: string, start: number) => {
    const index = stage.size > 0 ? instructionAt(tree, start)?.stage : undefined;
    if (index === undefined) return false;
    const from = tree.stages[index]?.from.start ?? -1;
    return stage.get(from)?.has(id) === true || (rest.get(index)?.get(id) ?? start) < start;
  };
  return {
    silences: (id, start) =>
      global.has(id) || next.get(start)?.has(id) === true || inStage(id, start),
  };
}

/** The stage that an offset lies in, -1 before the first FROM. */
function stageAt({ stages }: Tree, offset: number): number {
  return countWhile(stages.length, (index) => (stages[index]?.from.start ?? 0) <= offset) - 1;
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
