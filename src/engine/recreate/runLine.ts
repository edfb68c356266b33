import { quotePosix, quotePowerShell } from '../builds/buildxLine.ts';
import type { ShellKind } from '../builds/buildxLine.ts';
import type { Recipe } from './model.ts';

/** The line that makes and starts such a container with docker's own command line, quoted for a shell. */
export function runLine(recipe: Recipe, shell: ShellKind): string {
  const quote = shell === 'posix' ? quotePosix : quotePowerShell;
  return ['docker', 'run', ...runArguments(recipe)].map(quote).join(' ');
}

/** The arguments after `docker run`, unquoted. It is left in the background unless it reads from a terminal. */
export function runArguments({
  name,
  image,
  choices,
  entrypoint,
  command,
}: Recipe): readonly string[] {
  const [program = '', ...words] = entrypoint ?? [];
  const attached = choices.some(({ flag }) => flag === '--interactive');
  return [
    ...(attached ? [] : ['--detach']),
    '--name',
    name,
    ...choices.flatMap(({ flag, args }) =>
      args === true ? [flag] : args.flatMap((arg) => [flag, arg]),
    ),
    // The option takes one word; the others stand before the command.
    ...(entrypoint === undefined ? [] : ['--entrypoint', program]),
    image,
    ...words,
    ...(command ?? []),
  ];
}
