import type { Rule } from '../rule.ts';
import { everyCommand } from './sites.ts';

const POINTLESS = 'free kill mount ps service shutdown ssh top vim'.split(' ');

export const DL3001: Rule = {
  id: 'DL3001',
  severity: 'info',
  title: 'Do not run commands that make no sense in a build',
  why: `A build step has no terminal, no services and no processes but its own, and all that it starts ends with the
step. A command such as \`service nginx start\`, \`ps\` or \`vim\` therefore does nothing that the image could keep.
What is to run in the container belongs in \`CMD\` or \`ENTRYPOINT\`.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN service nginx start\n',
      good: 'FROM debian:12\nCMD ["nginx", "-g", "daemon off;"]\n',
    },
  ],
  check: everyCommand(POINTLESS, ({ name, program }) => ({
    span: { start: program.start, end: program.end },
    message: `\`${name}\` has no use in a build step: nothing that it starts or shows outlives the step.`,
  })),
};
