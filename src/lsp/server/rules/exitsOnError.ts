import type { Dockerfile } from '../model/dockerfile.ts';
import type { Instruction } from '../parser/tree.ts';
import type { Shell } from '../shell/shell.ts';

/** Whether the script of a RUN's heredoc ends at the first command that fails, or is another program's: `#!`. */
export function exitsOnError(file: Dockerfile, run: Instruction, shell: Shell): boolean {
  const around = run.logical.text.slice(run.args.from, run.args.to);
  const { words } = file.shellProgram(run);
  if ([...words.slice(1), ...around.split(/\s+/)].some((word) => /^-\w*e/.test(word))) return true;
  const { text } = shell.script;
  return text.startsWith('#!') || /\bset\s+(?:-\w*e|-o\s+errexit)/.test(text);
}
