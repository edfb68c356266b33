import type { Range, SemanticTokensLegend } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import type { Occurrence } from '../parser/occurrences.ts';
import { mountFields } from '../parser/mounts.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';
import { continuationsOf } from '../parser/tree.ts';
import { variablesOf } from '../parser/variables.ts';
import { argumentWords, pairsOf } from '../parser/words.ts';
import { parseShell } from '../shell/shell.ts';
import type { Tokens } from './encodeTokens.ts';
import { createTokenWriter } from './encodeTokens.ts';
import { shellTokens } from './shellTokens.ts';
import type { AddToken } from './tokenTypes.ts';
import { DECLARATION, DEPRECATED, MODIFIERS, TYPES } from './tokenTypes.ts';

/** The types and modifiers that tokens are numbered by. */
export const LEGEND: SemanticTokensLegend = {
  tokenTypes: [...TYPES],
  tokenModifiers: [...MODIFIERS],
};

/**
 * Semantic tokens of a document, or of the lines of a range. Tokens never overlap, never span
 * lines and are never empty. What a heredoc holds that no shell reads is left to the grammar, which knows its language.
 * Linear but for sorting.
 */
export function semanticTokens(parsed: Parsed, range?: Range): Tokens {
  const { tree, document } = parsed;
  const from = range ? document.offsetAt({ line: range.start.line, character: 0 }) : 0;
  const to = range ? document.offsetAt(range.end) : tree.source.length;
  const writer = createTokenWriter(tree.source);
  const add: AddToken = ({ start, end }, type, modifiers = 0) => {
    if (start < to && end > from) writer.add(start, end, type, modifiers);
  };
  for (const { nameSpan, valueSpan } of tree.directives) {
    add(nameSpan, 'macro');
    add(valueSpan, 'string');
  }
  const isKnown = knownIn(parsed.occurrences());
  let next = 0;
  const addComments = (before: number) => {
    for (; (tree.comments[next]?.start ?? before) < before; next++)
      add(tree.comments[next] as Span, 'comment');
  };
  for (const instruction of tree.instructions) {
    if (instruction.start >= to || instruction.end <= from) continue;
    addComments(instruction.start);
    instructionTokens(instruction, parsed.file(), isKnown, add);
    writer.endPart();
  }
  addComments(Number.POSITIVE_INFINITY);
  return writer.all();
}

/** Tells whether a name that this document defines stands at an offset. */
type IsKnown = (kind: 'variable' | 'stage', start: number) => boolean;

/** Fast for those who ask in order of the text, or nearly so. */
function knownIn(occurrences: readonly Occurrence[]): IsKnown {
  let at = 0;
  const startAt = (index: number) => occurrences[index]?.span.start ?? Number.POSITIVE_INFINITY;
  return (kind, start) => {
    while (startAt(at) < start) at++;
    while (at > 0 && startAt(at - 1) >= start) at--;
    for (let i = at; startAt(i) === start; i++) if (occurrences[i]?.kind === kind) return true;
    return false;
  };
}

function instructionTokens(
  instruction: Instruction,
  file: Dockerfile,
  isKnown: IsKnown,
  add: AddToken,
): void {
  const { tree } = file;
  const { name, keyword, trigger } = instruction;
  add(keyword, 'keyword', name === 'MAINTAINER' ? DEPRECATED : 0);
  if (!instruction.parent) {
    for (const start of continuationsOf(instruction, tree))
      add({ start, end: start + 1 }, 'operator');
    for (const span of instruction.comments) add(span, 'comment');
    for (const { operator, terminator } of instruction.heredocs) {
      add(operator, 'label', DECLARATION);
      if (terminator) add(terminator, 'label');
    }
    commandTokens(instruction, file, isKnown, add);
  }
  for (const flag of instruction.flags) {
    add(flag.nameSpan, 'parameter');
    if (flag.name === 'mount') {
      for (const { key, value } of mountFields(flag, instruction)) {
        add(key, 'property');
        if (value) add(value, key.text === 'from' ? 'namespace' : 'string');
      }
    } else if (flag.value) add(flag.value, flag.name === 'from' ? 'namespace' : 'string');
  }
  if (trigger) instructionTokens(trigger, file, isKnown, add);
  else if (instruction.json)
    for (const word of argumentWords(instruction, tree.escape)) add(word, 'string');
  else argumentTokens(instruction, tree, isKnown, add);
}

/** Variables, and what a shell makes of the rest of its commands. */
function commandTokens(
  instruction: Instruction,
  file: Dockerfile,
  isKnown: IsKnown,
  add: AddToken,
): void {
  const carrier = instruction.trigger ?? instruction;
  const isCommand = COMMANDS.has(carrier.name);
  const isForeign = (one: Instruction) => !file.shellProgram(one).posix;
  const isShell = isCommand && !carrier.json && !isForeign(carrier);
  const shell = isShell ? parseShell(carrier, file.tree.source) : undefined;
  if (shell) shellTokens(shell, add);
  const bodies = instruction.heredocs[0]?.body.start ?? Number.POSITIVE_INFINITY;
  const told = ({ start, name }: { start: number; name: { from: number } }) =>
    shell?.script.form === (start >= bodies ? 'heredoc' : 'line') &&
    (start >= bodies || name.from >= carrier.args.from);
  for (const variable of variablesOf(instruction, file.tree, isForeign)) {
    // A name that nothing here defines may be the shell's own.
    if (told(variable) || (isCommand && !isKnown('variable', variable.name.start))) continue;
    add({ start: variable.start, end: variable.name.end }, 'variable');
  }
}

const COMMANDS = new Set(['RUN', 'CMD', 'ENTRYPOINT']);

function argumentTokens(
  instruction: Instruction,
  tree: Tree,
  isKnown: IsKnown,
  add: AddToken,
): void {
  switch (instruction.name) {
    case 'FROM': {
      const words = argumentWords(instruction, tree.escape);
      if (words[0]) {
        const isStage = isKnown('stage', words[0].start);
        add(isStage ? words[0] : imageName(words[0], tree), isStage ? 'namespace' : 'class');
      }
      if (words[1]?.text.toLowerCase() === 'as') {
        add(words[1], 'keyword');
        if (words[2]) add(words[2], 'namespace', DECLARATION);
      }
      break;
    }
    case 'ENV':
    case 'ARG':
    case 'LABEL':
      for (const { key, value } of pairsOf(instruction, tree.escape)) {
        add(
          key,
          instruction.name === 'LABEL' ? 'property' : 'variable',
          instruction.name === 'LABEL' ? 0 : DECLARATION,
        );
        if (value) add(value, 'string');
      }
      break;
    case 'HEALTHCHECK': {
      const [first] = argumentWords(instruction, tree.escape);
      if (first && /^(?:cmd|none)$/i.test(first.text)) add(first, 'keyword');
      break;
    }
    default:
      break;
  }
}

/** The name within an image reference. Registry, tag and digest are left to the grammar, which tells them apart. */
function imageName(word: Span, { source }: Tree): Span {
  const text = source.slice(word.start, word.end);
  // What a variable stands for is not known.
  if (text.includes('$')) return word;
  const registry = /^(?:[^/]*[.:][^/]*|localhost)\//.exec(text)?.[0].length ?? 0;
  const name = /^[^:@]*/.exec(text.slice(registry))?.[0].length ?? 0;
  return { start: word.start + registry, end: word.start + registry + name };
}
