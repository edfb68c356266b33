import { readJson } from '../parser/json.ts';
import { parsePragma } from '../parser/pragma.ts';
import { lastWhile } from '../../../util/search.ts';
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

/** What a pragma makes of a shell: it says what reads the scripts, and the options that SHELL has given stay. */
function renamed({ words, posix, pipefail }: ShellProgram, path: string): ShellProgram {
  const options = posix ? words.slice(1) : [];
  return { ...toShellProgram([path, ...options]), pipefail };
}

/** Where a shell comes into effect: of all instructions a map would be a hundred times as long. */
type Changes = { readonly start: number; readonly program: ShellProgram | undefined }[];

/**
 * The shell in effect at each instruction: `/bin/sh -c`, what the nearest SHELL before it in its stage says, or what
 * the stage ends with that it starts from. What ONBUILD triggers is run by the shell that an ONBUILD before it has set,
 * and so are the stages that take these over. hadolint's pragma `shell=` speaks for its stage, or for all of them when it
 * stands before the first FROM. A file that escapes with the backtick is written for Windows until it says otherwise.
 */
export function shellPrograms(
  tree: Tree,
  baseOf: (stage: Stage) => number,
): (instruction: Instruction) => ShellProgram {
  const changes: Changes = [];
  /** Those of what ONBUILD triggers; undefined where that has the shell of the image. */
  const triggered: Changes = [];
  /** The shell that a stage starts with from each stage, by its index. */
  const atEnd: ShellProgram[] = [];
  const pragmas = tree.comments.flatMap(({ start, end }) => {
    const pragma = parsePragma(tree.source.slice(start, Math.min(end, start + 500)), () => false);
    return pragma?.kind === 'shell' ? [{ start, path: pragma.shell }] : [];
  });
  let initial = toShellProgram(tree.escape === '`' ? ['cmd', '/S', '/C'] : ['/bin/sh', '-c']);
  // Most files never change it, and what stages start from need not be worked out for them.
  const never = initial;
  const isShell = ({ name }: Instruction) => name === 'SHELL';
  if (pragmas.length === 0 && !tree.instructions.some((one) => isShell(one.trigger ?? one)))
    return () => never;
  let current = initial;
  let later: ShellProgram | undefined;
  let next = 0;
  for (const instruction of tree.instructions) {
    const { start, stage, trigger } = instruction;
    for (; next < pragmas.length; next++) {
      const pragma = pragmas[next];
      if (!pragma || pragma.start > start) break;
      current = renamed(current, pragma.path);
      if (stage <= 0 && (stage < 0 || instruction.name === 'FROM')) initial = current;
    }
    if (instruction.name === 'FROM') {
      const begun = tree.stages[stage];
      current = atEnd[begun ? baseOf(begun) : -1] ?? initial;
      later = undefined;
    } else if (isShell(instruction)) current = shellOf(instruction) ?? current;
    else if (trigger && isShell(trigger)) later = shellOf(trigger) ?? later;
    if (current !== changes.at(-1)?.program) changes.push({ start, program: current });
    if (later !== triggered.at(-1)?.program) triggered.push({ start, program: later });
    if (stage >= 0) atEnd[stage] = later ?? current;
  }
  return ({ start, parent }) => {
    const at = parent?.start ?? start;
    return (parent && effective(triggered, at)) ?? effective(changes, at) ?? initial;
  };
}

/** The shell that a SHELL sets; undefined when it isn't written as an array. */
function shellOf({ json, logical, args }: Instruction): ShellProgram | undefined {
  if (!json) return undefined;
  const words = readJson(logical.text.slice(args.from, args.to));
  return toShellProgram(Array.isArray(words) ? words : []);
}

function effective(changes: Changes, at: number): ShellProgram | undefined {
  return lastWhile(changes, ({ start }) => start <= at)?.program;
}
