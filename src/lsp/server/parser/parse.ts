import { readInstruction } from './instruction.ts';
import { lineAt, skipBlanks } from './lines.ts';
import type { Directive, Instruction, Span, Stage, Tree, Word } from './tree.ts';
import { argumentWords } from './words.ts';

const DIRECTIVE = /^#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(\S(?:.*\S)?)[ \t\r]*$/;
const DIRECTIVES = new Set(['syntax', 'escape', 'check']);
/** A directive longer than this is none, so that a line of megabytes doesn't go through a regular expression. */
const LONGEST_DIRECTIVE = 4096;

/**
 * Parses a Dockerfile the way BuildKit's frontend splits it (moby/buildkit, frontend/dockerfile/parser). Never throws,
 * and takes time linear in the text's length.
 */
export function parse(source: string): Tree {
  const directives: Directive[] = [];
  const comments: Span[] = [];
  const instructions: Instruction[] = [];
  let escape: '\\' | '`' = '\\';
  let header = true;
  let stage = -1;
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  for (let first = true; at < source.length; first = false) {
    const line = lineAt(source, at);
    const text = skipBlanks(source, line.start, line.end);
    at = line.next;
    if (text === line.end) {
      header = false;
    } else if (source[text] === '#') {
      const directive = header ? readDirective(source, text, line.end) : undefined;
      if (directive && !directives.some((other) => other.name === directive.name)) {
        directives.push(directive);
        if (directive.name === 'escape' && directive.value === '`') escape = '`';
        continue;
      }
      if (!(first && source[text + 1] === '!')) header = false;
      comments.push({ start: text, end: line.end });
    } else {
      header = false;
      const read = readInstruction(source, text, escape, stage);
      instructions.push(read.instruction);
      stage = read.instruction.stage;
      at = read.next;
    }
  }
  return {
    source,
    escape,
    directives,
    comments,
    instructions,
    stages: readStages(instructions, escape),
  };
}

function readDirective(source: string, start: number, end: number): Directive | undefined {
  if (end - start > LONGEST_DIRECTIVE) return undefined;
  const match = DIRECTIVE.exec(source.slice(start, end));
  const name = match?.[1];
  const value = match?.[2];
  if (!match || !name || !value || !DIRECTIVES.has(name.toLowerCase())) return undefined;
  const nameAt = start + match[0].indexOf(name);
  const valueAt = source.indexOf(value, source.indexOf('=', nameAt) + 1);
  return {
    start,
    end,
    name: name.toLowerCase(),
    nameSpan: { start: nameAt, end: nameAt + name.length },
    value,
    valueSpan: { start: valueAt, end: valueAt + value.length },
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
    const name: Word | undefined = words[1]?.text.toLowerCase() === 'as' ? words[2] : undefined;
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
