import { readDirective } from './directives.ts';
import { readInstruction } from './instruction.ts';
import { lineAt, skipBlanks } from './lines.ts';
import { isAs } from './space.ts';
import type { Directive, Instruction, Span, Stage, Tree, Word } from './tree.ts';
import { argumentWords } from './words.ts';

/**
 * Parses a Dockerfile the way BuildKit's frontend splits it (moby/buildkit, frontend/dockerfile/parser). Never throws,
 * and takes time linear in the text's length.
 */
export function parse(source: string): Tree {
  const directives: Directive[] = [];
  const comments: Span[] = [];
  const instructions: Instruction[] = [];
  let repeated: Directive | undefined;
  let escape: '\\' | '`' = '\\';
  // BuildKit reads the head of a file twice: for the escape character, up to the first line that is no directive, and
  // for the others past a line `#!…` but no indented one.
  let forEscape = true;
  let forOthers = true;
  const seenForEscape = new Set<string>();
  const seenForOthers = new Set<string>();
  let stage = -1;
  let at = source.startsWith('\uFEFF') ? 1 : 0;
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
    const read = readInstruction(source, text, escape, stage);
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
