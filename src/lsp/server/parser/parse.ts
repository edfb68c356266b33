import { readDirective } from './directives.ts';
import type { HasEnd } from './heredocs.ts';
import { endsIn } from './heredocs.ts';
import { readInstruction } from './instruction.ts';
import { lineAt, skipBlanks } from './lines.ts';
import { countWhile } from '../../../util/search.ts';
import { samePrefix } from './samePrefix.ts';
import { isAs } from './space.ts';
import { lacksHeredocs } from './syntax.ts';
import type { Directive, Instruction, Span, Stage, Tree, Word } from './tree.ts';
import { argumentWords } from './words.ts';

/**
 * Parses a Dockerfile the way BuildKit's frontend splits it (moby/buildkit, frontend/dockerfile/parser). Never throws,
 * and takes time linear in the text's length.
 * @param before the tree of an earlier text, of which what stands in front of the first difference is taken over as it is
 */
export function parse(source: string, before?: Tree): Tree {
  const kept = before && keptOf(source, before);
  const directives: Directive[] = [...(kept?.directives ?? [])];
  const comments: Span[] = kept?.comments ?? [];
  const instructions: Instruction[] = kept?.instructions ?? [];
  let repeated = kept?.repeated;
  let escape = kept?.escape ?? '\\';
  // BuildKit reads the head of a file twice: for the escape character, up to the first line that is no directive, and
  // for the others past a line `#!…` but no indented one.
  let forEscape = !kept;
  let forOthers = !kept;
  let hasEnd: HasEnd | undefined;
  const seenForEscape = new Set<string>();
  const seenForOthers = new Set<string>();
  let stage = instructions.at(-1)?.stage ?? -1;
  let at = kept?.at ?? (source.startsWith('\uFEFF') ? 1 : 0);
  for (let first = true; at < source.length; first = false) {
    const line = lineAt(source, at);
    const text = skipBlanks(source, line.start, line.end);
    at = line.next;
    if (source[text] === '#' && text < line.end) {
      const directive: Directive | undefined =
        forEscape || forOthers ? readDirective(source, text, line.end) : undefined;
      if (!(first && source.startsWith('#!', line.start)))
        forOthers &&= directive !== undefined && text === line.start;
      forEscape &&= directive !== undefined;
      if (directive && forEscape && seenForEscape.has(directive.name)) {
        repeated = directive;
        forEscape = false;
      }
      if (directive && forOthers && seenForOthers.has(directive.name)) forOthers = false;
      if (directive && forEscape) seenForEscape.add(directive.name);
      if (directive && forOthers) seenForOthers.add(directive.name);
      if (directive && (directive.name === 'escape' ? forEscape : forOthers)) {
        directives.push(directive);
        if (directive.name === 'escape' && directive.value === '`') escape = '`';
        continue;
      }
      comments.push({ start: text, end: line.end });
      continue;
    }
    forEscape = false;
    forOthers = false;
    if (text === line.end) continue;
    // A syntax before 1.4 takes it for nothing but words. One that ends is meant, and rules say what it needs.
    if (instructions.length === 0 && lacksHeredocs(directives)) hasEnd = endsIn(source);
    const read = readInstruction(source, text, escape, stage, hasEnd);
    instructions.push(read.instruction);
    stage = read.instruction.stage;
    at = read.next;
  }
  return {
    source,
    escape,
    directives,
    repeated,
    comments,
    instructions,
    stages: readStages(instructions, escape),
  };
}

/**
 * What can be taken over from an earlier tree, and where to read on: behind the last instruction that another one follows in
 * front of the first difference, for what an instruction is ends with its own lines. Undefined when that is none.
 */
function keptOf(source: string, before: Tree) {
  // What is a heredoc there hangs on all the rest of the text.
  if (lacksHeredocs(before.directives)) return undefined;
  const same = samePrefix(source, before.source);
  const { instructions, comments } = before;
  const count = countWhile(instructions.length, (i) => (instructions[i]?.start ?? 0) < same) - 1;
  const next = instructions[count];
  if (count <= 0 || !next) return undefined;
  const at = source.lastIndexOf('\n', next.start) + 1;
  const above = countWhile(comments.length, (i) => (comments[i]?.start ?? 0) < at);
  return {
    ...before,
    at,
    instructions: instructions.slice(0, count),
    comments: comments.slice(0, above),
  };
}

function readStages(instructions: readonly Instruction[], escape: string): Stage[] {
  const stages: Stage[] = [];
  const byName = new Map<string, number>();
  let members: Instruction[] = [];
  for (const instruction of instructions) {
    if (instruction.name !== 'FROM') {
      members.push(instruction);
      continue;
    }
    const words = argumentWords(instruction, escape);
    const image = words[0];
    const name: Word | undefined = isAs(words[1]?.text) ? words[2] : undefined;
    members = [instruction];
    const base = image ? (byName.get(image.text.toLowerCase()) ?? -1) : -1;
    stages.push({
      index: stages.length,
      from: instruction,
      image,
      name,
      base,
      instructions: members,
    });
    if (name) byName.set(name.text.toLowerCase(), stages.length - 1);
  }
  return stages;
}
