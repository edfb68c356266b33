import { argument } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import { keywordLike } from '../keywords.ts';
import type { Fix, Rule } from '../rule.ts';
import { fix } from './shellFixes.ts';
import type { Site } from './sites.ts';
import { everyCommand, reach } from './sites.ts';

export const DL4005: Rule = {
  id: 'DL4005',
  severity: 'warning',
  title: 'Change the shell with SHELL and not by a link',
  why: `A link in place of \`/bin/sh\` changes the shell of every script in the image, those of packages included, that
were written for the distribution's own. \`SHELL\` changes it for the steps of this file only.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\n',
      good: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\n',
      fixed: true,
    },
  ],
  check: everyCommand(['ln'], (command, site) => {
    const link = argument(command, '/bin/sh');
    return (
      link && {
        span: reach(command, link, site),
        message: 'This changes the shell of every script in the image. Use SHELL.',
        fixes: shellInstead(command, site),
      }
    );
  }),
};

function shellInstead(command: ShellCommand, { run, shell }: Site): Fix[] {
  const program = command.args.find(({ value }) => /^\/(?:\w+\/)*(?:ba|z|k|a)sh$/.test(value));
  const alone = shell.sound && shell.commands.length === 1 && run.heredocs.length === 0;
  if (!program?.literal || !alone || shell.pipes.length > 0) return [];
  const text = `${keywordLike(run.keyword, 'SHELL')} ["${program.value}", "-c"]`;
  return [fix('Use SHELL', [{ span: { start: run.keyword.start, end: run.end }, text }], 'unsafe')];
}
