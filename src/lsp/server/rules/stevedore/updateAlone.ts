import type { ShellCommand } from '../../shell/shell.ts';
import { hasFlag, operands } from '../../shell/command.ts';
import type { Finding, Rule } from '../rule.ts';

/** Package lists that grow old in the cache. */
export const updateAlone: Rule = {
  id: 'stevedore/update-alone',
  severity: 'warning',
  title: 'Package lists are updated in a RUN of their own',
  why: 'The layer of `RUN apt-get update`, `apk update` or `pacman -Sy`, stays in the build cache as long as the line stays as it is. A later `RUN apt-get install` that changes then installs from lists of months ago: it asks for versions that the mirrors have dropped and fails with 404, or installs what has known holes. Update and install in one RUN.',
  examples: [
    {
      bad: 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n',
      good: 'FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      bad: 'FROM alpine:3.20\nRUN apk update\nRUN apk add curl=8.11.0-r2\n',
      good: 'FROM alpine:3.20\nRUN apk add --no-cache curl=8.11.0-r2\n',
    },
  ],
  check(file) {
    const runs = file.shellRuns().filter(({ run }) => !run.parent);
    return runs.flatMap(({ run, shell }, index): Finding[] => {
      if (run.flags.some(({ name }) => name === 'mount')) return [];
      const update = shell.commands.find((command) => askedOf(command)?.verb === 'update');
      const asked = update && askedOf(update);
      if (!asked || shell.commands.some((command) => installs(command, asked.lists))) return [];
      // A script may install as well.
      if (shell.commands.some(({ name }) => /[/.]/.test(name) || name === 'sh' || name === 'bash'))
        return [];
      for (const later of runs.slice(index + 1)) {
        if (later.run.stage !== run.stage) break;
        const { commands } = later.shell;
        if (commands.some((command) => updates(command, asked.lists))) break;
        if (commands.some((command) => installs(command, asked.lists)))
          return [
            {
              span: { start: update.start, end: update.end },
              message:
                'These lists stay in the cache, and a RUN below installs from them, however old they are. Update and install in one RUN.',
            },
          ];
      }
      return [];
    });
  },
};

type Lists = 'apt' | 'apk' | 'pacman';

const INSTALLS: Readonly<Record<Lists, ReadonlySet<string>>> = {
  apt: new Set(['install', 'upgrade', 'dist-upgrade', 'full-upgrade', 'build-dep', 'satisfy']),
  // It upgrades from lists that were updated just before.
  apk: new Set(['add']),
  pacman: new Set(['install']),
};
const VALUES = new Set(['-o', '-t', '--option', '-c', '--virtual', '-X', '--repository']);
const PACMAN_VALUES = new Set(
  '-b -r --arch --cachedir --color --config --dbpath --ignore --ignoregroup --overwrite --root'.split(
    ' ',
  ),
);
/** With these, pacman cleans, shows or only downloads. */
const PACMAN_OTHER = ['c', 'g', 'i', 'l', 'p', 's', 'w', 'clean', 'search', 'downloadonly'];

/** What a package manager is asked to do, and which lists it reads; undefined for other programs. */
function askedOf(command: ShellCommand): { lists: Lists; verb: string } | undefined {
  const isSudo = command.name === 'sudo';
  const program = isSudo ? (command.args[0]?.value ?? '') : command.name;
  if (program === 'pacman') {
    const verb = verbOfPacman(command, operands(command, PACMAN_VALUES).length > (isSudo ? 1 : 0));
    return verb === undefined ? undefined : { lists: 'pacman', verb };
  }
  const lists = /^(?:apt|apt-get|aptitude)$/.test(program) ? 'apt' : program === 'apk' && 'apk';
  const verb = lists && operands(command, VALUES)[isSudo ? 1 : 0]?.value;
  return verb ? { lists, verb } : undefined;
}

/** pacman's flags in words of the others: it updates its lists, installs from them, or does one right after the other. */
function verbOfPacman(command: ShellCommand, hasPackages: boolean): string | undefined {
  if (!hasFlag(command, 'S', 'sync') || hasFlag(command, ...PACMAN_OTHER)) return undefined;
  if (hasFlag(command, 'y', 'refresh')) return hasPackages ? 'update and install' : 'update';
  return hasPackages ? 'install' : undefined;
}

/** `apk add --no-cache` and `apk -U add` read lists of their own. */
const isFresh = (command: ShellCommand) =>
  hasFlag(command, 'no-cache', 'U', 'update-cache', 'update');

function updates(command: ShellCommand, lists: Lists): boolean {
  const asked = askedOf(command);
  return asked?.lists === lists && (asked.verb.startsWith('update') || isFresh(command));
}

function installs(command: ShellCommand, lists: Lists): boolean {
  const asked = askedOf(command);
  return asked?.lists === lists && INSTALLS[lists].has(asked.verb) && !isFresh(command);
}
