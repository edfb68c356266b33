import { operands } from '../shell/command.ts';
import type { ShellCommand } from '../shell/shell.ts';

/** Flags of useradd and of Debian's and BusyBox's adduser whose value is a word of its own. */
const VALUES = new Set([
  '-u',
  '--uid',
  '-g',
  '--gid',
  '-G',
  '--groups',
  '-d',
  '--home',
  '--home-dir',
  '-h',
  '-s',
  '--shell',
  '-c',
  '--comment',
  '--gecos',
  '-k',
  '-p',
  '-b',
  '-e',
  '-f',
  '--ingroup',
  '-K',
]);

/** The name of the user that `useradd` or `adduser` creates, of Debian's or BusyBox's; undefined for all else. */
export function createdUser(command: ShellCommand): string | undefined {
  if (command.name !== 'useradd' && command.name !== 'adduser') return undefined;
  const [name, group] = operands(command, VALUES);
  // `adduser USER GROUP` is for a user and a group that are there already.
  return !group && name?.literal && /^[a-z_][\w-]*$/i.test(name.value) ? name.value : undefined;
}
