import type { Command, ParsedScript, Pipeline, SyntaxNode } from 'unbash';
import { forEachChild, parse } from 'unbash';
import type { Instruction, Span } from '../parser/tree.ts';
import { toSpan } from '../parser/tree.ts';
import type { Script } from './script.ts';
import { scriptOf } from './script.ts';
import type { ShellAssignment, ShellWord } from './words.ts';
import { toShellAssignment, toShellWord } from './words.ts';

/** A simple command, wherever in the script it stands. */
export interface ShellCommand extends Span {
  /** The program that runs: what `command`, `builtin`, `exec` and `busybox` are given, else the first word. */
  readonly name: string;
  /** The first word. */
  readonly program: ShellWord;
  /** All words after the first. */
  readonly args: readonly ShellWord[];
  /** Read from an escaped text, so that its spans are those of all of that text. */
  readonly inexact: boolean;
}

/** A shell's text, read. */
export interface ShellTree {
  readonly script: Script;
  /** The syntax tree of `script.text`. */
  readonly root: ParsedScript;
  /** The document span of `[from, to)` of the script. */
  span(from: number, to: number): Span;
}

/** What a shell does for an instruction. */
export interface Shell {
  readonly script: Script;
  /** Every command in order of the text: those of lists, pipes, subshells, branches, loops and substitutions. */
  readonly commands: readonly ShellCommand[];
  readonly assignments: readonly ShellAssignment[];
  /** The operators of pipes, `|` and `|&`. */
  readonly pipes: readonly Span[];
  /** It was read without an error to its end. */
  readonly sound: boolean;
  /** The syntax tree, read anew: it is many times as large as what is kept of it, and few need it. */
  root(): ParsedScript;
  /** The document span of `[from, to)` of the script. */
  span(from: number, to: number): Span;
}

/** What the shell does in an instruction; undefined where `parseShell` has nothing. */
export function readShell(instruction: Instruction, source: string): Shell | undefined {
  const tree = parseShell(instruction, source);
  if (!tree) return undefined;
  const { script, root, span } = tree;
  const { commands, assignments, pipes } = collect(tree);
  return {
    script,
    commands,
    assignments,
    pipes,
    sound: !root.errors?.length,
    root: () => parse(script.text),
    span,
  };
}

/**
 * Reads the shell text of an instruction. Never throws; undefined when there is none or when it is nested beyond what a
 * parser can be asked to follow. Linear in the text's length.
 */
export function parseShell(instruction: Instruction, source: string): ShellTree | undefined {
  const script = scriptOf(instruction, source);
  if (!script || isBomb(script.text)) return undefined;
  try {
    return { script, root: parse(script.text), span: spanOf(script) };
  } catch (error) {
    // Only nesting that isBomb doesn't know gets here: a stack that overflows is no reason to give up the document.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function spanOf({ logical, base }: Script): Shell['span'] {
  const [offset = 0, second] = logical.offsets;
  // Most scripts are one line, and every word asks.
  if (second === undefined)
    return (from, to) => ({ start: offset + base + from, end: offset + base + to });
  return (from, to) => toSpan(logical, base + from, base + to);
}

const DEEPEST = 32;
const MOST_HEREDOCS = 200;

/**
 * Whether a text opens so many substitutions, or heredocs, one in another, that reading it takes more than linear time.
 * Brackets in quotes are counted too: no script comes near the limit either way.
 */
function isBomb(text: string): boolean {
  let depth = 0;
  let heredocs = 0;
  let escapedTicks = 0;
  let braces = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 40 || char === 123) {
      const before = text.charCodeAt(i - 1);
      if (before === 36 || before === 60 || before === 62 || before === 40) depth++;
      if (char === 123) braces++;
      if (depth > DEEPEST || braces > 512) return true;
    } else if (char === 41 || char === 125) {
      depth = Math.max(0, depth - 1);
      if (char === 125) braces = Math.max(0, braces - 1);
    } else if (char === 60 && text.charCodeAt(i + 1) === 60) {
      if (++heredocs > MOST_HEREDOCS) return true;
    } else if (char === 96 && text.charCodeAt(i - 1) === 92) {
      if (++escapedTicks > DEEPEST) return true;
    }
  }
  return false;
}

type Collected = Pick<Shell, 'commands' | 'assignments' | 'pipes'>;

function collect({ script, root, span }: ShellTree): Collected {
  const commands: ShellCommand[] = [];
  const assignments: ShellAssignment[] = [];
  const pipes: Span[] = [];
  const visit = (start: SyntaxNode, toDocument: Shell['span'], inner: string, inexact: boolean) => {
    const pending = [start];
    const add = (child: SyntaxNode) => void pending.push(child);
    for (let node = pending.pop(); node; node = pending.pop()) {
      // A word without these has nothing in it that runs.
      if (node.type === 'Word' && !/[$`(]/.test(node.text)) continue;
      if (node.type === 'CommandExpansion' && node.script?.source !== undefined) {
        // Its positions count in the unescaped text, which the document doesn't hold.
        const whole = toDocument(node.pos, node.end);
        visit(node.script, () => whole, node.script.source, true);
        continue;
      }
      if (node.type === 'Command') {
        const command = toCommand(node, toDocument, inexact);
        if (command) commands.push(command);
      } else if (node.type === 'Assignment') assignments.push(toShellAssignment(node, toDocument));
      else if (node.type === 'Pipeline') pipes.push(...pipesOf(node, inner, toDocument));
      forEachChild(node, add);
    }
  };
  visit(root, span, script.text, false);
  return {
    commands: sorted(commands),
    assignments: sorted(assignments),
    pipes: sorted(pipes),
  };
}

function sorted<T extends Span>(spans: T[]): T[] {
  return spans.length < 2 ? spans : spans.sort((a, b) => a.start - b.start || b.end - a.end);
}

function pipesOf(pipeline: Pipeline, text: string, toDocument: Shell['span']): Span[] {
  return pipeline.operators.map((operator, index) => {
    const after = pipeline.commands[index]?.end ?? pipeline.pos;
    const at = Math.max(after, text.indexOf('|', after));
    return toDocument(at, at + operator.length);
  });
}

const WRAPPERS = new Set(['builtin', 'busybox', 'command', 'exec']);

function toCommand(
  { name, args, pos, end }: Command,
  toDocument: Shell['span'],
  inexact: boolean,
): ShellCommand | undefined {
  if (!name) return undefined;
  const program = toShellWord(name, toDocument);
  if (!program.literal) return undefined;
  const words = args.map((arg) =>
    arg.type === 'Word'
      ? toShellWord(arg, toDocument)
      : assignmentWord(arg.text, toShellAssignment(arg, toDocument)),
  );
  const actual = WRAPPERS.has(program.value) ? wrapped(program.value, words) : program;
  if (!actual?.literal) return undefined;
  const { start, end: last } = toDocument(pos, end);
  return { start, end: last, name: actual.value, program, args: words, inexact };
}

function assignmentWord(text: string, { start, end, name, value }: ShellAssignment): ShellWord {
  return { start, end, text, value: `${name}=${value}`, literal: false };
}

/** What a command that runs another one runs; exec's flags are passed over, `-a` with its name. */
function wrapped(wrapper: string, words: readonly ShellWord[]): ShellWord | undefined {
  if (wrapper !== 'exec') return words[0];
  for (let i = 0; i < words.length; i++) {
    const { value } = words[i] as ShellWord;
    if (!/^-[acl]+$/.test(value)) return words[i];
    if (value.endsWith('a')) i++;
  }
  return undefined;
}
