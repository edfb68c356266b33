import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import { argument } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { leftover } from './leftovers.ts';
import { everyRunOf, isMounted, isShipped } from './sites.ts';

const LISTS = '/var/lib/apt/lists';
const PROGRAMS = ['apt', 'apt-get', 'aptitude'];

export const DL3009: Rule = {
  id: 'DL3009',
  severity: 'info',
  title: 'Delete the package lists after apt-get update',
  why: `\`apt-get update\` writes lists of some 20 MB to \`/var/lib/apt/lists\`. They are of no use in a container, old
by the time that it runs, and stay in the layer even if a later step deletes them. Delete them in the same \`RUN\`, or
keep them in a cache mount.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN apt-get update \\\n    && apt-get install -y curl\n',
      good:
        'FROM debian:12\nRUN apt-get update \\\n    && apt-get install -y curl \\\n' +
        '    && rm -rf /var/lib/apt/lists/*\n',
      fixed: true,
    },
    {
      bad: 'FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nEOF\n',
      good: 'FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF\n',
      fixed: true,
    },
    {
      bad: 'FROM debian:12\nRUN apt-get update\n',
      good: 'FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\n',
    },
  ],
  check: everyRunOf(PROGRAMS, (site) => {
    if (!isShipped(site.file)(site.run)) return [];
    // Mounted at the folder above, the lists are kept out as long as the downloaded packages are, too.
    if (isMounted(site, '/var/lib/apt') && isMounted(site, '/var/cache/apt')) return [];
    return leftover(site, {
      cause: update,
      cure: () => false,
      folders: [LISTS],
      message: `The package lists that this downloads stay in the image. Delete ${LISTS}/* in the same RUN.`,
      append: `rm -rf ${LISTS}/*`,
      // A later step may install packages by these lists.
      safety: 'unsafe',
    });
  }),
};

function update(command: ShellCommand): ShellWord | undefined {
  return PROGRAMS.includes(command.name) ? argument(command, 'update') : undefined;
}
