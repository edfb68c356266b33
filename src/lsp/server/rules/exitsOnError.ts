import type { Dockerfile } from '../model/dockerfile.ts';
import type { Instruction } from '../parser/tree.ts';
import type { Shell } from '../shell/shell.ts';

/** Whether the script of a RUN's heredoc ends at the first command that fails, or is another program's: `#!`. */
export function exitsOnError(file: Dockerfile, run: Instruction, shell: Shell): boolean {
  const { script, commands } = shell;
  const around = run.logical.text.slice(run.args.from, run.args.to);
  const { words } = file.shellProgram(run);
  if (setsErrexit(words.slice(1)) || setsErrexit(around.split(/\s+/))) return true;
  return (
    script.text.startsWith('#!') ||
    commands.some(({ name, args }) => name === 'set' && setsErrexit(args.map((arg) => arg.value)))
  );
}

/** Whether the options of a shell, or of its `set`, have `-e` in any cluster, or `-o errexit`. */
function setsErrexit(words: readonly string[]): boolean {
  return words.some(
    (word, at) => /^-\w*e/.test(word) || (/^-\w*o$/.test(word) && words[at + 1] === 'errexit'),
  );
}
