import type { Hover, Position, SignatureHelp } from 'vscode-languageserver/node';
import { DockerSignatures } from 'dockerfile-language-service/lib/dockerSignatures';
import { FLAGS } from '../data/flags.ts';
import { DIRECTIVES, INSTRUCTIONS } from '../data/instructions.ts';
import { MOUNTS } from '../data/mounts.ts';
import { PLATFORM_ARGS } from '../data/predefined.ts';
import type { Parsed } from '../documents.ts';
import { instructionAt } from '../documents.ts';
import { mountFields } from '../parser/occurrences.ts';
import type { Instruction, Span } from '../parser/tree.ts';
import { touches } from '../parser/tree.ts';
import { variablesOf } from '../parser/variables.ts';

/** What the word at a position means: an instruction, flag, mount field, directive, variable or stage. */
export function hover(parsed: Parsed, position: Position): Hover | null {
  const offset = parsed.document.offsetAt(position);
  const answer = (span: Span, text: string | undefined): Hover | null =>
    text === undefined
      ? null
      : { range: parsed.range(span), contents: { kind: 'markdown', value: text } };
  for (const { name, nameSpan } of parsed.tree.directives) {
    if (touches(nameSpan, offset)) return answer(nameSpan, DIRECTIVES[name]?.doc);
  }
  const outer = instructionAt(parsed.tree, offset);
  if (!outer) return null;
  const instruction = outer.trigger && offset >= outer.trigger.start ? outer.trigger : outer;
  if (touches(instruction.keyword, offset)) {
    return answer(instruction.keyword, instructionText(instruction.name));
  }
  for (const flag of instruction.flags) {
    if (!touches(flag, offset)) continue;
    if (touches(flag.nameSpan, offset))
      return answer(flag.nameSpan, FLAGS[instruction.name]?.[flag.name]?.doc);
    const fields = flag.name === 'mount' ? mountFields(flag, instruction) : [];
    const type = fields.find(({ key }) => key.text === 'type')?.value?.text ?? 'bind';
    for (const { key, value } of fields) {
      if (touches(key, offset))
        return answer(
          key,
          key.text === 'type'
            ? 'What is mounted; `bind` unless given.'
            : MOUNTS[type]?.keys[key.text]?.doc,
        );
      if (key.text === 'type' && value && touches(value, offset))
        return answer(value, MOUNTS[type]?.doc);
    }
  }
  return named(parsed, offset, answer) ?? predefined(parsed, outer, offset, answer);
}

type Answer = (span: Span, text: string | undefined) => Hover | null;

function instructionText(name: string): string | undefined {
  const facts = INSTRUCTIONS[name];
  if (!facts) return undefined;
  return `${facts.doc}\n\n[Reference](https://docs.docker.com/reference/dockerfile/#${name.toLowerCase()})`;
}

function named(parsed: Parsed, offset: number, answer: Answer): Hover | null {
  const at = parsed.occurrences().find(({ span }) => touches(span, offset));
  if (!at) return null;
  if (at.kind === 'stage') {
    const stage = parsed.tree.stages.find(
      ({ name }) => name?.text.toLowerCase() === at.name.toLowerCase(),
    );
    return stage?.image
      ? answer(at.span, code(`FROM ${stage.image.text} AS ${stage.name?.text ?? ''}`))
      : null;
  }
  if (at.kind !== 'variable') return null;
  const writes = parsed
    .occurrences()
    .filter((other) => other.group === at.group && other.value !== undefined);
  const value = (writes.findLast(({ span }) => span.start <= at.span.start) ?? writes[0])?.value;
  return answer(
    at.span,
    value === undefined ? `\`${at.name}\` has no default value.` : code(`${at.name}=${value}`),
  );
}

function predefined(
  parsed: Parsed,
  instruction: Instruction,
  offset: number,
  answer: Answer,
): Hover | null {
  for (const { name } of variablesOf(instruction, parsed.tree)) {
    if (touches(name, offset)) return answer(name, PLATFORM_ARGS[name.text]);
  }
  return null;
}

function code(text: string): string {
  const fence = text.includes('```') ? '~~~~' : '```';
  return `${fence}dockerfile\n${text.slice(0, 500)}\n${fence}`;
}

const NOTHING: SignatureHelp = { signatures: [] };

/** The forms of the instruction at a position and which of their parts the position is in. */
export function signatureHelp(parsed: Parsed, position: Position): SignatureHelp {
  if (parsed.extent !== 'normal') return NOTHING;
  const at = instructionAt(parsed.tree, parsed.document.offsetAt(position));
  // The service parses all of the text it is given; the instruction alone is enough, with the escape directive before it.
  const { document, tree } = parsed;
  if (!at) return tree.directives.length > 0 ? whole(parsed, position) : NOTHING;
  if (at.heredocs.length > 0) return NOTHING;
  const first = document.positionAt(at.start).line;
  const head = tree.escape === '`' ? '# escape=`\n' : '';
  const text = head + tree.source.slice(document.offsetAt({ line: first, character: 0 }), at.end);
  if (text.length > 16_384) return NOTHING;
  const line = position.line - first + (head ? 1 : 0);
  return new DockerSignatures().computeSignatures(text, { line, character: position.character });
}

function whole(parsed: Parsed, position: Position): SignatureHelp {
  const last = parsed.tree.directives.at(-1);
  const text = parsed.tree.source.slice(0, last?.end ?? 0);
  return new DockerSignatures().computeSignatures(text, position);
}
