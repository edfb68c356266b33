import type { ShellCommand } from '../../shell/shell.ts';

/** What find is told when it takes away all that it finds, but for what a name or a kind of file leaves out. */
const FIND_ALL =
  /^(?:-(?:depth|xdev|mount|follow|prune|print|type [\w,]+|m(?:in|ax)depth \d+|name \S+) )*(?:-delete$|-exec (?:\/\S*\/)?rm )/;

/** `find` that deletes folders, as the `rm` that it amounts to; other commands as they are. */
export function asRemoval(command: ShellCommand): ShellCommand {
  const { name, args } = command;
  if (name !== 'find') return command;
  const from = args.findIndex(({ value }) => !/^-[HLP]$/.test(value));
  const to = args.findIndex(({ value }, at) => at >= from && /^[-(!]/.test(value));
  const words = args.slice(Math.max(to, 0)).map(({ value }) => value);
  const told = words.join(' ');
  // What lies deeper stays, unless it is removed with its folder.
  const isAll =
    !words.includes('-maxdepth') || words.some((word) => /^-[fiv]*[rR][fiv]*$/.test(word));
  if (!isAll || !FIND_ALL.test(told)) return command;
  const at = words.indexOf('-name');
  const below = at < 0 ? '' : `/${words[at + 1]}`;
  const folders = args.slice(from, to);
  return {
    ...command,
    name: 'rm',
    args: folders.map((word) => ({ ...word, value: `${word.value.replace(/\/$/, '')}${below}` })),
  };
}
