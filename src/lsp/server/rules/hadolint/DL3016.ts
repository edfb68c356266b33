import { operands } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { NPM, packagesOf } from './packages.ts';
import { everyCommand } from './sites.ts';
import { unpinned, withoutVersion } from './unpinned.ts';

export const DL3016: Rule = {
  id: 'DL3016',
  severity: 'warning',
  title: 'Pin versions in npm install',
  why: `Without a version, npm takes the newest release on the day of the build. Name a version or a tag, for a
repository a commit (\`#…\`), or install what \`package.json\` and its lock file say with \`npm ci\`.`,
  examples: [
    {
      bad: 'FROM node:22\nRUN npm install -g typescript\n',
      good: 'FROM node:22\nRUN npm install -g typescript@5.9.3\n',
    },
  ],
  check: everyCommand(NPM.programs, (command) => {
    const found = packagesOf(command, NPM);
    if (!found || operands(command, NPM.valueFlags)[0] !== found.word) return undefined;
    return unpinned(withoutVersion(found.packages, isPinned), '`PACKAGE@VERSION`');
  }),
};

function isPinned(name: string): boolean {
  if (/^git(?:\+(?:ssh|https?|file))?:\/\//.test(name)) return name.includes('#');
  if (/\.(?:tar|tar\.gz|tgz)$/.test(name) || /^(?:\.{0,2}|~)\/|^\.{1,2}$|^file:/.test(name))
    return true;
  return name.replace(/^@[^/]*/, '').includes('@');
}
