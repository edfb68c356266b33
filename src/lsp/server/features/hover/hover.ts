import type { Hover, Position } from 'vscode-languageserver/node';
import { FLAGS, HEALTHCHECK_FORMS } from '../../data/flags.ts';
import { DIRECTIVES, INSTRUCTIONS } from '../../data/instructions.ts';
import { LABELS } from '../../data/labels.ts';
import { MOUNTS } from '../../data/mounts.ts';
import type { Parsed } from '../../documents.ts';
import { baseIndex } from '../../documents.ts';
import { instructionAt } from '../../parser/tree.ts';
import { mountFields } from '../../parser/mounts.ts';
import { fromWords } from '../../parser/occurrences.ts';
import type { Heredoc, Instruction, Span } from '../../parser/tree.ts';
import { touches } from '../../parser/tree.ts';
import { variablesOf } from '../../parser/variables.ts';
import { argumentWords, unquote } from '../../parser/words.ts';
import { commentText } from './comment.ts';
import { heredocText } from './heredoc.ts';
import type { ImageWorld } from './image.ts';
import { imageText } from './image.ts';
import { link, paragraphs } from './markdown.ts';
import { modifierText } from './modifier.ts';
import { stageText } from './stage.ts';
import { predefinedText, variableText } from './variable.ts';

interface Found {
  readonly span: Span;
  readonly text: string | undefined;
}

/** What the word at a position means: an instruction, flag, mount field, directive, rule, variable, stage or image. */
export async function hover(
  parsed: Parsed,
  position: Position,
  world: ImageWorld,
): Promise<Hover | null> {
  const offset = parsed.document.offsetAt(position);
  const found = explained(parsed, offset) ?? (await image(parsed, offset, world));
  if (found?.text === undefined) return null;
  return {
    range: parsed.range(found.span),
    contents: { kind: 'markdown', value: found.text },
  };
}

function explained(parsed: Parsed, offset: number): Found | undefined {
  const { tree } = parsed;
  const directive = tree.directives.find((span) => touches(span, offset));
  if (directive && touches(directive.nameSpan, offset))
    return { span: directive.nameSpan, text: DIRECTIVES[directive.name]?.doc };
  const comment = directive ?? tree.comments.find((span) => touches(span, offset));
  if (comment) return commentText(tree.source, comment, offset);
  const outer = instructionAt(tree, offset);
  if (!outer) return undefined;
  const instruction = outer.trigger && offset >= outer.trigger.start ? outer.trigger : outer;
  if (touches(instruction.keyword, offset))
    return { span: instruction.keyword, text: instructionText(instruction.name) };
  return (
    flag(instruction, offset) ??
    form(parsed, instruction, offset) ??
    label(parsed, instruction, offset) ??
    named(parsed, outer, offset)
  );
}

/** CMD or NONE of HEALTHCHECK. */
function form({ tree }: Parsed, instruction: Instruction, offset: number): Found | undefined {
  if (instruction.name !== 'HEALTHCHECK') return undefined;
  const [word] = argumentWords(instruction, tree.escape);
  const text = word && touches(word, offset) && HEALTHCHECK_FORMS[word.text.toUpperCase()];
  return word && text ? { span: word, text } : undefined;
}

function label({ file }: Parsed, instruction: Instruction, offset: number): Found | undefined {
  if (instruction.name !== 'LABEL') return undefined;
  const key = file()
    .pairs(instruction)
    .find((pair) => touches(pair.key, offset))?.key;
  const text = key && LABELS[unquote(key.text)];
  return key && text !== undefined ? { span: key, text } : undefined;
}

function instructionText(name: string): string | undefined {
  const facts = INSTRUCTIONS[name];
  return facts && withReference(facts.doc, name);
}

/** A text with a link to the part of the Dockerfile reference that it is in short. */
function withReference(doc: string, part: string): string {
  const page = `https://docs.docker.com/reference/dockerfile/#${part.toLowerCase()}`;
  return paragraphs(doc, link('Reference', page));
}

/** The instructions whose flags have parts of their own in the reference. */
const PARTED = new Set(['RUN', 'COPY', 'ADD']);
/** Flags that share a part. */
const SHARED: ReadonlyMap<string, string> = new Map([
  ['chown', 'chown---chmod'],
  ['chmod', 'chown---chmod'],
]);

/** The part of the reference that a flag is in. */
function partOf(instruction: string, flag: string): string {
  return PARTED.has(instruction) ? `${instruction}---${SHARED.get(flag) ?? flag}` : instruction;
}

function flag(instruction: Instruction, offset: number): Found | undefined {
  const found = instruction.flags.find((one) => touches(one, offset));
  if (!found) return undefined;
  const { name, nameSpan } = found;
  if (touches(nameSpan, offset)) {
    const doc = FLAGS[instruction.name]?.[name]?.doc;
    return { span: nameSpan, text: doc && withReference(doc, partOf(instruction.name, name)) };
  }
  const meaning = found.value && FLAGS[instruction.name]?.[name]?.meanings?.[found.value.text];
  if (found.value && meaning) return { span: found.value, text: meaning };
  const fields = name === 'mount' ? mountFields(found, instruction) : [];
  const type = fields.find(({ key }) => key.text === 'type')?.value?.text ?? 'bind';
  for (const { key, value } of fields) {
    const isType = key.text === 'type';
    const keyText = isType
      ? 'What is mounted; `bind` unless given.'
      : MOUNTS[type]?.keys[key.text]?.doc;
    if (touches(key, offset)) return { span: key, text: keyText };
    const means = value && MOUNTS[type]?.keys[key.text]?.meanings?.[value.text];
    if (value && means && touches(value, offset)) return { span: value, text: means };
    const doc = MOUNTS[type]?.doc;
    if (isType && value && touches(value, offset))
      return { span: value, text: doc && withReference(doc, `RUN---mounttype${type}`) };
  }
  return undefined;
}

function named(parsed: Parsed, instruction: Instruction, offset: number): Found | undefined {
  const { source } = parsed.tree;
  const isForeign = (one: Instruction) => !parsed.file().shellProgram(one).posix;
  const variables = variablesOf(instruction, parsed.tree, isForeign);
  for (const variable of variables) {
    // The sign under the pointer begins where the name ends.
    const modifier = modifierText(variable, source);
    if (modifier && modifier.span.start <= offset && offset < modifier.span.end) return modifier;
  }
  const at = parsed.occurrences().find(({ span }) => touches(span, offset));
  if (at?.kind === 'stage')
    return { span: at.span, text: stageText(parsed, Number(at.group.slice('stage '.length))) };
  if (at?.kind === 'variable') return { span: at.span, text: variableText(parsed, at) };
  const heredoc = at?.kind === 'heredoc' && heredocAt(instruction, at.span);
  if (heredoc) return { span: at.span, text: heredocText(heredoc, instruction, source) };
  for (const { name } of variables) {
    if (touches(name, offset)) return { span: name, text: predefinedText(name.text, instruction) };
  }
  return undefined;
}

/** The heredoc whose name or end a span is. */
function heredocAt({ heredocs }: Instruction, { start }: Span): Heredoc | undefined {
  return heredocs.find(
    ({ nameSpan, terminator }) => nameSpan.start === start || terminator?.start === start,
  );
}

/** The image at `offset`: a base image, what is copied or mounted from, or a frontend. */
async function image(
  parsed: Parsed,
  offset: number,
  world: ImageWorld,
): Promise<Found | undefined> {
  const { tree } = parsed;
  const syntax = tree.directives.find(
    ({ name, valueSpan }) => name === 'syntax' && touches(valueSpan, offset),
  );
  if (syntax)
    return { span: syntax.valueSpan, text: await imageText(syntax.value, syntax.value, world) };
  const outer = instructionAt(tree, offset);
  const stage = outer && tree.stages[outer.stage];
  if (!stage) return undefined;
  const base = outer === stage.from ? stage.image : undefined;
  if (base && touches(base, offset)) {
    // A name with a variable in it is no stage's in the text alone.
    const index = baseIndex(parsed.file(), stage);
    if (index >= 0) return { span: base, text: stageText(parsed, index) };
    const resolved = parsed.file().scopes().from(stage).image;
    const reference = resolved && !resolved.error ? resolved.value : base.text;
    return { span: base, text: await imageText(base.text, reference, world) };
  }
  const from = fromWords(outer).find((word) => touches(word, offset));
  return from && !/^\d+$/.test(from.text)
    ? { span: from, text: await imageText(from.text, from.text, world) }
    : undefined;
}
