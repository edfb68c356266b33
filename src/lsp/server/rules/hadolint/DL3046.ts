import { hasFlag } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Rule } from '../rule.ts';
import { addWord } from './shellFixes.ts';
import type { Site } from './sites.ts';
import { everyCommand, variable } from './sites.ts';

/** From this many digits on an entry of the log is far enough into the file to matter. */
const LARGE = /^\d{6,}$/;

export const DL3046: Rule = {
  id: 'DL3046',
  severity: 'warning',
  title: 'Use -l with useradd and a large user id',
  why: `\`useradd\` makes an entry for the user in \`/var/log/lastlog\` and \`/var/log/faillog\`, at a place that is the
user's id. The files are sparse, but a layer is a tar archive that holds their zeros: an id such as 1000000 makes it
grow by hundreds of megabytes. \`-l\` makes no entry.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN useradd -u 1234567 app\n',
      good: 'FROM debian:12\nRUN useradd -l -u 1234567 app\n',
      fixed: true,
    },
  ],
  check: everyCommand(['useradd'], (command, site) => {
    if (hasFlag(command, 'l', 'no-log-init')) return undefined;
    if (!LARGE.test(userId(command, site) ?? '')) return undefined;
    return {
      span: { start: command.program.start, end: command.program.end },
      message: 'With so large an id, the log entry that this makes blows up the image. Add -l.',
      fixes: addWord(site, command, command.program, '-l', 'safe'),
    };
  }),
};

/** The user id that the command line gives, with the value of a variable that the file knows. */
function userId(command: ShellCommand, site: Site): string | undefined {
  const text = givenId(command);
  const name = /^\$\{(\w+)\}$/.exec(text ?? '')?.[1];
  return name === undefined ? text : variable(site, name);
}

function givenId({ args }: ShellCommand): string | undefined {
  for (const [index, { value }] of args.entries()) {
    const joined = /^(?:--uid=|-[a-zA-Z]*u(?=[\d$]))(.+)$/.exec(value)?.[1];
    if (joined) return joined;
    if (value === '--uid' || /^-[a-zA-Z]*u$/.test(value)) return args[index + 1]?.value;
  }
  return undefined;
}
