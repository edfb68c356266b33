import type { Dockerfile } from '../../model/dockerfile.ts';
import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';

/** What find is told when it takes all that it finds, but for what a name or a kind of file leaves out. */
const ALL =
  '(?:-(?:depth|xdev|mount|follow|prune|print0?|type [\\w,]+|m(?:in|ax)depth \\d+|name \\S+)(?: |$))*';
const DELETES = new RegExp(`^${ALL}(?:-delete$|-exec(?:dir)? (?:/\\S*/)?rm )`);
const PRINTS = new RegExp(`^${ALL}$`);
const XARGS_VALUES = new Set('-n -P -I -L -s -d -E --max-args --max-procs'.split(' '));

/** `find` that deletes folders, itself or by `xargs`, as the `rm` that it amounts to; other commands as they are. */
export function asRemoval(file: Dockerfile, command: ShellCommand): ShellCommand {
  const { name, args } = command;
  if (name !== 'find') return command;
  const from = args.findIndex(({ value }) => !/^-[HLP]$/.test(value));
  const end = args.findIndex(({ value }, at) => at >= from && /^[-(!]/.test(value));
  const to = end < 0 ? args.length : end;
  const words = args.slice(to).map(({ value }) => value);
  const told = words.join(' ');
  const into = file
    .once(removers)
    .get(command)
    ?.args.map(({ value }) => value);
  // What lies deeper stays, unless it is removed with its folder.
  const isAll =
    !words.includes('-maxdepth') ||
    [...words, ...(into ?? [])].some((word) => /^-[fiv]*[rR][fiv]*$/.test(word));
  if (!isAll || !(DELETES.test(told) || (into && PRINTS.test(told)))) return command;
  const at = words.indexOf('-name');
  const below = at < 0 ? '' : `/${words[at + 1]}`;
  const folders = args.slice(from, to);
  return {
    ...command,
    name: 'rm',
    args: folders.map((word) => ({ ...word, value: `${word.value.replace(/\/$/, '')}${below}` })),
  };
}

/** What stands between a command and the one that it is piped into. */
const PIPE = /^[\s\\`]*(?:2>\s*[\w/]+[\s\\`]*)?\|[\s\\`]*$/;

/** The `xargs rm` that each `find` is piped into. */
function removers(file: Dockerfile): ReadonlyMap<ShellCommand, ShellCommand> {
  const found = new Map<ShellCommand, ShellCommand>();
  const shells = new Set((file.commands().get('xargs') ?? []).map(({ shell }) => shell));
  for (const { commands } of shells)
    for (const [index, command] of commands.entries()) {
      const next = commands[index + 1];
      if (command.name !== 'find' || next?.name !== 'xargs') continue;
      const [program] = operands(next, XARGS_VALUES);
      const between = file.tree.source.slice(command.end, next.start);
      if (/^(?:\/\S*\/)?rm$/.test(program?.value ?? '') && PIPE.test(between))
        found.set(command, next);
    }
  return found;
}
