import { readJson } from '../parser/json.ts';
import { parsePragma } from '../parser/pragma.ts';
import { countWhile } from '../parser/search.ts';
import type { Instruction, Stage, Tree } from '../parser/tree.ts';

/** The shell that runs the shell form. */
export interface ShellProgram {
  /** With its arguments, as SHELL or the pragma give them. */
  readonly words: readonly string[];
  /** The program's name in lower case without folder and `.exe`. */
  readonly name: string;
  /** False for PowerShell and cmd, whose scripts nothing here can read. */
  readonly posix: boolean;
  /** A pipe fails when one of its commands does. */
  readonly pipefail: boolean;
}

/** The shells whose language is the POSIX shell's, or close to it. */
export const POSIX_SHELLS: ReadonlySet<string> = new Set(
  'sh bash dash ash ksh mksh zsh'.split(' '),
);
const FOREIGN = new Set(['cmd', 'powershell', 'pwsh']);
/** The shells that know `-o pipefail`; `/bin/sh` may be one of them, but nothing says so. */
const WITH_PIPEFAIL = new Set(['ash', 'bash', 'ksh', 'zsh']);

/** What is said of a shell by the words that start it. */
function toShellProgram(words: readonly string[]): ShellProgram {
  const path = words[0] ?? '';
  const name = path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .toLowerCase()
    .replace(/\.exe$/, '');
  const pipefail =
    WITH_PIPEFAIL.has(name) &&
    words.some((word) => /^-[a-zA-Z]*o[a-zA-Z]*$/.test(word)) &&
    words.includes('pipefail');
  return { words, name, posix: !FOREIGN.has(name), pipefail };
}

/**
 * The shell in effect at each instruction: `/bin/sh -c`, what the nearest SHELL before it in its stage says, or what
 * the stage ends with that it starts from. hadolint's pragma `shell=` speaks for its stage, or for all of them when it
 * stands before the first FROM. A file that escapes with the backtick is written for Windows until it says otherwise.
 */
export function shellPrograms(
  tree: Tree,
  baseOf: (stage: Stage) => number,
): (instruction: Instruction) => ShellProgram {
  // Where another shell comes into effect: a map of all instructions would be a hundred times as long.
  const changes: { readonly start: number; readonly program: ShellProgram }[] = [];
  /** The shell that each stage ends with, by its index. */
  const atEnd: ShellProgram[] = [];
  const pragmas = tree.comments.flatMap(({ start, end }) => {
    const pragma = parsePragma(tree.source.slice(start, Math.min(end, start + 500)), () => false);
    return pragma?.kind === 'shell' ? [{ start, program: toShellProgram([pragma.shell]) }] : [];
  });
  let initial = toShellProgram(tree.escape === '`' ? ['cmd', '/S', '/C'] : ['/bin/sh', '-c']);
  // Most files never change it, and what stages start from need not be worked out for them.
  const never = initial;
  if (pragmas.length === 0 && !tree.instructions.some(({ name }) => name === 'SHELL'))
    return () => never;
  let current = initial;
  let next = 0;
  for (const instruction of tree.instructions) {
    for (; next < pragmas.length; next++) {
      const pragma = pragmas[next];
      if (!pragma || pragma.start > instruction.start) break;
      current = pragma.program;
      if (instruction.stage <= 0 && (instruction.stage < 0 || instruction.name === 'FROM'))
        initial = current;
    }
    if (instruction.name === 'FROM') {
      const stage = tree.stages[instruction.stage];
      current = atEnd[stage ? baseOf(stage) : -1] ?? initial;
    } else if (instruction.name === 'SHELL' && instruction.json) {
      const { logical, args } = instruction;
      const words = readJson(logical.text.slice(args.from, args.to));
      current = toShellProgram(Array.isArray(words) ? words : []);
    }
    if (current !== changes.at(-1)?.program)
      changes.push({ start: instruction.start, program: current });
    if (instruction.stage >= 0) atEnd[instruction.stage] = current;
  }
  return (instruction) => {
    const { start } = instruction.parent ?? instruction;
    const before = countWhile(changes.length, (i) => (changes[i]?.start ?? 0) <= start);
    return changes[before - 1]?.program ?? initial;
  };
}
