import type { Command, SyntaxNode, WordPart } from 'unbash';
import { forEachChild } from 'unbash';
import type { ShellTree } from '../shell/shell.ts';
import type { AddToken, TokenType } from './tokenTypes.ts';
import { DECLARATION } from './tokenTypes.ts';

const KEYWORDS = new Set(
  'if then elif else fi for in do done while until case esac select function coproc time'.split(
    ' ',
  ),
);
/** Nodes between whose children there is syntax: keywords, operators and comments. */
const WITH_SYNTAX = new Set<SyntaxNode['type']>([
  'Script',
  'Statement',
  'CompoundList',
  'AndOr',
  'Pipeline',
  'If',
  'Elif',
  'For',
  'Select',
  'While',
  'Subshell',
  'BraceGroup',
  'Case',
  'CaseItem',
  'Function',
  'Coproc',
  'ArithmeticFor',
  'TestCommand',
  'TestBinary',
  'TestLogical',
  'TestGroup',
]);

const OPERATOR = new Set(';&|=<>~');
const BRACKET = new Set('[]{}()');
const FLAG = /^-[^="'$`\\]*/;

/**
 * Tells the tokens of a shell's text: commands, flags, strings, variables, operators, keywords and comments. Linear in
 * its length, whatever its nesting.
 */
export function shellTokens(shell: ShellTree, add: AddToken): void {
  const { script, root } = shell;
  const token: ShellToken = (from, to, type, modifiers) => {
    if (to > from) add(shell.span(from, to), type, modifiers);
  };
  // The text of a heredoc is none of the nodes around it, and stands between them.
  const bodies = new Map<number, number>();
  let pending: Pending | undefined = { from: 0, to: 0, node: root, next: undefined };
  for (; pending; pending = pending.next) {
    syntaxTokens(script.text, pending.from, pending.to, bodies, token);
    const { node } = pending;
    if (!node) continue;
    if (node.type === 'HereDoc') bodies.set(node.body.pos, node.closing?.end ?? node.body.end);
    nodeTokens(node, script.form, token);
    const whole = node === root ? { pos: 0, end: script.text.length } : node;
    addChildren(pending, node, whole.pos, whole.end);
  }
}

/** What is still to be told, in order of the text: a node, and the syntax before it. */
interface Pending {
  readonly from: number;
  readonly to: number;
  readonly node: SyntaxNode | undefined;
  next: Pending | undefined;
}

/** Puts the children of a node behind it, with what stands between them. */
function addChildren(pending: Pending, node: SyntaxNode, start: number, end: number): void {
  // Within escaped backticks, positions count in a text of its own.
  if (node.type === 'CommandExpansion' && node.script?.source !== undefined) return;
  const hasSyntax = WITH_SYNTAX.has(node.type);
  const { next } = pending;
  let last = pending;
  let at = start;
  const put = (child: SyntaxNode | undefined, to: number) => {
    last.next = { from: at, to: hasSyntax ? to : at, node: child, next: undefined };
    last = last.next;
  };
  forEachChild(node, (child) => {
    if (hasSyntax || !isPlain(child)) put(child, child.pos);
    at = Math.max(at, child.end);
  });
  if (hasSyntax) put(undefined, end);
  last.next = next;
}

type ShellToken = (from: number, to: number, type: TokenType, modifiers?: number) => void;

/** Whether a node is a word with nothing in it but text. */
function isPlain(node: SyntaxNode): boolean {
  return node.type === 'Word' && !/["'$`(]/.test(node.text);
}

function nodeTokens(node: SyntaxNode, form: ShellTree['script']['form'], token: ShellToken): void {
  const { type, pos, end } = node;
  if (type === 'Command') commandTokens(node, token);
  else if (type === 'Assignment') token(pos, pos + node.name.length, 'variable', DECLARATION);
  else if (type === 'For' || type === 'Select')
    token(node.name.pos, node.name.end, 'variable', DECLARATION);
  else if (type === 'Function') token(node.name.pos, node.name.end, 'function', DECLARATION);
  else if (type === 'SingleQuoted' || type === 'AnsiCQuoted') token(pos, end, 'string');
  else if (type === 'DoubleQuoted' || type === 'LocaleString')
    stringTokens(pos, end, node.parts, token);
  else if (type === 'SimpleExpansion') token(pos, end, 'variable');
  else if (type === 'ParameterExpansion') token(pos, Math.min(node.parameterEnd, end), 'variable');
  else if (type === 'CommandExpansion' || type === 'ProcessSubstitution') {
    const inner = pos + (node.text.startsWith('`') ? 1 : 2);
    token(pos, Math.min(inner, end), 'operator');
    if (/[)`]$/.test(node.text)) token(Math.max(end - 1, inner), end, 'operator');
  } else if (type === 'Redirect' || type === 'HereString') {
    const from = node.descriptor?.end ?? pos;
    token(from, from + node.operator.length, 'operator');
  } else if (type === 'HereDoc' && form === 'heredoc') {
    // That of a line is the builder's, and told with the instruction.
    const from = node.descriptor?.end ?? pos;
    token(from, from + node.operator.length, 'operator');
    if (node.delimiter) token(node.delimiter.pos, node.delimiter.end, 'label', DECLARATION);
    stringTokens(node.body.pos, node.body.end, node.body.parts ?? [], token);
    if (node.closing) token(node.closing.pos, node.closing.end, 'label');
  } else if (type === 'Time') token(pos, node.keywordEnd, 'keyword');
  else if (type === 'Negation') token(pos, end, 'operator');
  else if (type === 'TestUnary') token(pos, pos + node.operator.length, 'operator');
}

/** A string but for the commands in it, which are no text. */
function stringTokens(
  start: number,
  end: number,
  parts: readonly WordPart[],
  token: ShellToken,
): void {
  let at = start;
  for (const part of parts) {
    if (part.type !== 'CommandExpansion') continue;
    token(at, part.pos, 'string');
    at = part.end;
  }
  token(at, end, 'string');
}

function commandTokens({ name, suffix }: Command, token: ShellToken): void {
  if (name && !/[$`]/.test(name.text)) token(name.pos, name.end, 'function');
  for (const word of suffix) {
    if (word.type !== 'Word' || !word.text.startsWith('-')) continue;
    const [flag = '-'] = FLAG.exec(word.text) ?? [];
    if (flag !== '-') token(word.pos, word.pos + flag.length, 'parameter');
  }
}

/** Tells keywords, operators and comments of a text that holds nothing else. */
function syntaxTokens(
  text: string,
  from: number,
  to: number,
  bodies: ReadonlyMap<number, number>,
  token: ShellToken,
): void {
  for (let i = from; i < to;) {
    const char = text[i] as string;
    const start = i++;
    if (char === '\n') i = Math.max(i, bodies.get(i) ?? i);
    else if (char === '\\') i++;
    else if (char === '#') {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
      token(start, i, 'comment');
    } else if (OPERATOR.has(char) || char === '!') {
      while (i < to && OPERATOR.has(text[i] as string)) i++;
      token(start, i, 'operator');
    } else if (BRACKET.has(char)) token(start, i, 'operator');
    else if (char !== ' ' && /[A-Za-z]/.test(char)) {
      while (i < to && /\w/.test(text[i] as string)) i++;
      if (KEYWORDS.has(text.slice(start, i))) token(start, i, 'keyword');
    }
  }
}
