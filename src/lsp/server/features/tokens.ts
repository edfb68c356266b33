import type { SemanticTokensLegend } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { Occurrence } from '../parser/occurrences.ts';
import { mountFields } from '../parser/occurrences.ts';
import type { Instruction, Span, Tree } from '../parser/tree.ts';
import { variablesOf } from '../parser/variables.ts';
import { argumentWords, pairsOf } from '../parser/words.ts';

const TYPES = [
  'keyword',
  'comment',
  'macro',
  'parameter',
  'property',
  'variable',
  'string',
  'class',
  'namespace',
  'label',
  'operator',
] as const;
const MODIFIERS = ['declaration', 'deprecated'] as const;

type TokenType = (typeof TYPES)[number];

/** The types and modifiers that tokens are numbered by. */
export const LEGEND: SemanticTokensLegend = {
  tokenTypes: [...TYPES],
  tokenModifiers: [...MODIFIERS],
};

interface Token extends Span {
  readonly type: TokenType;
  readonly modifiers: number;
}

const DECLARATION = 1;
const DEPRECATED = 2;

/**
 * Semantic tokens of a document, encoded as LSP says (five numbers each, relative to the one before). Tokens never
 * overlap, never span lines and are never empty; shell commands are left to the grammar but for the variables that
 * this file defines. Linear but for sorting.
 */
export function semanticTokens(parsed: Parsed): number[] {
  const tokens: Token[] = [];
  const add = (span: Span, type: TokenType, modifiers = 0) =>
    tokens.push({ start: span.start, end: span.end, type, modifiers });
  const { tree } = parsed;
  for (const { nameSpan, valueSpan } of tree.directives) {
    add(nameSpan, 'macro');
    add(valueSpan, 'string');
  }
  for (const comment of tree.comments) add(comment, 'comment');
  const starts = (wanted: Occurrence['kind']) =>
    new Set(
      parsed
        .occurrences()
        .filter(({ kind }) => kind === wanted)
        .map(({ span }) => span.start),
    );
  const known = { variables: starts('variable'), stages: starts('stage') };
  for (const instruction of tree.instructions) instructionTokens(instruction, tree, known, add);
  return encode(parsed, flatten(tokens));
}

/** Where names are that this document defines, as offsets. */
interface Known {
  readonly variables: ReadonlySet<number>;
  readonly stages: ReadonlySet<number>;
}

type Add = (span: Span, type: TokenType, modifiers?: number) => void;

function instructionTokens(instruction: Instruction, tree: Tree, known: Known, add: Add): void {
  const { name, keyword, trigger } = instruction;
  add(keyword, 'keyword', name === 'MAINTAINER' ? DEPRECATED : 0);
  if (!instruction.parent) {
    for (const span of instruction.continuations) add(span, 'operator');
    for (const span of instruction.comments) add(span, 'comment');
    for (const variable of variablesOf(instruction, tree)) {
      // A name that nothing here defines may be the shell's own.
      if (!isCommand(instruction) || known.variables.has(variable.name.start)) {
        add({ start: variable.start, end: variable.name.end }, 'variable');
      }
    }
    for (const { operator, terminator } of instruction.heredocs) {
      add(operator, 'label', DECLARATION);
      if (terminator) add(terminator, 'label');
    }
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
  if (trigger) instructionTokens(trigger, tree, known, add);
  else if (instruction.json)
    for (const word of argumentWords(instruction, tree.escape)) add(word, 'string');
  else argumentTokens(instruction, tree, known, add);
}

function isCommand(instruction: Instruction): boolean {
  return ['RUN', 'CMD', 'ENTRYPOINT'].includes(instruction.trigger?.name ?? instruction.name);
}

function argumentTokens(instruction: Instruction, tree: Tree, { stages }: Known, add: Add): void {
  const words = argumentWords(instruction, tree.escape);
  switch (instruction.name) {
    case 'FROM':
      if (words[0]) {
        const isStage = stages.has(words[0].start);
        add(isStage ? words[0] : imageName(words[0], tree), isStage ? 'namespace' : 'class');
      }
      if (words[1]?.text.toLowerCase() === 'as') {
        add(words[1], 'keyword');
        if (words[2]) add(words[2], 'namespace', DECLARATION);
      }
      break;
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
    case 'HEALTHCHECK':
      if (words[0] && /^(?:cmd|none)$/i.test(words[0].text)) add(words[0], 'keyword');
      break;
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

/** Cuts tokens where a later-added, narrower one lies inside, and sorts them. */
function flatten(tokens: readonly Token[]): Token[] {
  // A variable that is the whole of a value still is a variable.
  const sorted = [...tokens].sort(
    (a, b) =>
      a.start - b.start ||
      b.end - a.end ||
      Number(a.type === 'variable') - Number(b.type === 'variable'),
  );
  const flat: Token[] = [];
  const open: Token[] = [];
  let at = 0;
  const emit = (token: Token, end: number) => {
    if (end > at) flat.push({ ...token, start: Math.max(at, token.start), end });
    at = Math.max(at, end);
  };
  const closeUntil = (offset: number) => {
    for (let top = open.at(-1); top && top.end <= offset; top = open.at(-1)) {
      if (top.end > Math.max(at, top.start)) emit(top, top.end);
      open.pop();
    }
  };
  for (const token of sorted) {
    if (token.end <= token.start) continue;
    closeUntil(token.start);
    const top = open.at(-1);
    if (top && token.start > Math.max(at, top.start)) emit(top, token.start);
    at = Math.max(at, token.start);
    // What reaches beyond the token it begins in would overlap what follows.
    open.push(top ? { ...token, end: Math.min(token.end, top.end) } : token);
  }
  closeUntil(Number.MAX_SAFE_INTEGER);
  return flat;
}

/** Encodes sorted tokens, cutting them at line ends. A line end, a continuation's escape and the indentation after it are left out. */
function encode({ document, tree }: Parsed, tokens: readonly Token[]): number[] {
  const data: number[] = [];
  let lastLine = 0;
  let lastChar = 0;
  const push = (start: number, end: number, { type, modifiers }: Token) => {
    if (end <= start) return;
    const { line, character } = document.positionAt(start);
    data.push(
      line - lastLine,
      line === lastLine ? character - lastChar : character,
      end - start,
      TYPES.indexOf(type),
      modifiers,
    );
    lastLine = line;
    lastChar = character;
  };
  for (const token of tokens) {
    let from = token.start;
    for (let i = token.start; i < token.end; i++) {
      const code = tree.source.charCodeAt(i);
      if (code !== 10 && code !== 13) continue;
      push(from, i, token);
      from = i + 1;
      while (from < token.end && (tree.source[from] === ' ' || tree.source[from] === '\t')) from++;
      i = from - 1;
    }
    push(from, token.end, token);
  }
  return data;
}
