import { code } from '../../../../util/format.ts';
import type { Heredoc, Instruction } from '../../parser/tree.ts';
import { scriptOf } from '../../shell/script.ts';

/** What becomes of the lines of a heredoc. */
export function heredocText(
  { name, expand, chomp }: Heredoc,
  instruction: Instruction,
  source: string,
): string {
  const lines = `The lines up to ${code(name)}`;
  const tabs = chomp ? ' Tabs at their beginnings are left out.' : '';
  const outer = instruction.trigger ?? instruction;
  if (outer.name !== 'RUN') {
    const variables = expand
      ? 'The builder replaces variables in them.'
      : 'Variables in them stay as they are, for the name is in quotes.';
    return `${lines} are a file that is copied. ${variables}${tabs}`;
  }
  // Where the first line names another interpreter, no shell reads them.
  const isRun = scriptOf(instruction, source)?.form !== 'line';
  return isRun
    ? `${lines} are what is run: by the shell, or by what their first line names behind \`#!\`.${tabs}`
    : `The shell gives the lines up to ${code(name)} to the command.${tabs}`;
}
