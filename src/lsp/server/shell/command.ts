import type { ShellCommand } from './shell.ts';
import type { ShellWord } from './words.ts';

/**
 * Whether a command has one of these flags, in any place: a name of one letter stands alone or in a cluster (`-yq`), a
 * longer one after two dashes, with or without a value.
 */
export function hasFlag(command: ShellCommand, ...names: readonly string[]): boolean {
  return command.args.some(({ value }) => {
    if (!isFlag(value)) return false;
    if (value.startsWith('--')) return names.includes(longName(value));
    return names.some((name) => name.length === 1 && value.includes(name, 1));
  });
}

/** Whether a word of a command is a flag; `-` and `--` alone aren't. */
export function isFlag(value: string): boolean {
  return value.length > 1 && value.startsWith('-') && value !== '--';
}

/**
 * The words of a command that are neither flags nor the value that follows a flag of `valueFlags`, which are written
 * with their dashes; a flag of one letter takes its value at the end of a cluster, too.
 */
export function operands(command: ShellCommand, valueFlags: ReadonlySet<string>): ShellWord[] {
  const found: ShellWord[] = [];
  for (let i = 0; i < command.args.length; i++) {
    const word = command.args[i] as ShellWord;
    const { value } = word;
    if (value === '--') continue;
    if (!isFlag(value)) found.push(word);
    else if (
      valueFlags.has(value) ||
      (valueFlags.has(`-${value.at(-1)}`) && /^-[A-Za-z]+$/.test(value))
    )
      i++;
  }
  return found;
}

/** The first word of a command that is one of these. */
export function argument(
  command: ShellCommand,
  ...values: readonly string[]
): ShellWord | undefined {
  return command.args.find(({ value }) => values.includes(value));
}

/** Whether words of these values follow one another somewhere in a command. */
export function hasSequence(command: ShellCommand, ...values: readonly string[]): boolean {
  const { args } = command;
  return args.some((_, at) => values.every((value, index) => args[at + index]?.value === value));
}

function longName(value: string): string {
  const equals = value.indexOf('=');
  return value.slice(2, equals < 0 ? value.length : equals);
}
