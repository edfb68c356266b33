import type { ShellCommand } from '../../shell/shell.ts';
import { operands } from '../../shell/command.ts';
import type { Finding, Rule } from '../rule.ts';

/** Package lists that grow old in the cache. */
export const updateAlone: Rule = {
  id: 'stevedore/update-alone',
  severity: 'warning',
  title: 'Package lists are updated in a RUN of their own',
  why: 'The layer of `RUN apt-get update` stays in the build cache as long as the line stays as it is. A later `RUN apt-get install` that changes then installs from lists of months ago: it asks for versions that the mirrors have dropped and fails with 404, or installs what has known holes. Update and install in one RUN.',
  examples: [
    {
      bad: 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n',
      good: 'FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n',
    },
  ],
  check(file) {
    const runs = file.shellRuns().filter(({ run }) => !run.parent);
    return runs.flatMap(({ run, shell }, index): Finding[] => {
      if (run.flags.some(({ name }) => name === 'mount')) return [];
      const update = shell.commands.find((command) => verbOf(command) === 'update');
      if (!update || shell.commands.some((command) => INSTALLS.has(verbOf(command) ?? '')))
        return [];
      // A script may install as well.
      if (shell.commands.some(({ name }) => /[/.]/.test(name) || name === 'sh' || name === 'bash'))
        return [];
      for (const later of runs.slice(index + 1)) {
        if (later.run.stage !== run.stage) break;
        const verbs = later.shell.commands.map(verbOf);
        if (verbs.includes('update')) break;
        if (verbs.some((verb) => INSTALLS.has(verb ?? '')))
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

const INSTALLS = new Set([
  'install',
  'upgrade',
  'dist-upgrade',
  'full-upgrade',
  'build-dep',
  'satisfy',
]);
const VALUES = new Set(['-o', '-t', '--option', '-c']);

/** What apt is asked to do; undefined for other programs. */
function verbOf(command: ShellCommand): string | undefined {
  const apt = /^(?:apt|apt-get|aptitude)$/.test(command.name);
  const sudo = command.name === 'sudo' && /^apt(?:-get)?$/.test(command.args[0]?.value ?? '');
  return apt || sudo ? operands(command, VALUES)[sudo ? 1 : 0]?.value : undefined;
}
