import { hasFlag } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { isPip, pipInstall, pipPackages } from './packages.ts';
import { everyCommand } from './sites.ts';
import { unpinned, withoutVersion } from './unpinned.ts';

const VCS = /^(?:git|hg|svn|bzr)(?:\+[a-z-]+)?:/;

export const DL3013: Rule = {
  id: 'DL3013',
  severity: 'warning',
  title: 'Pin versions in pip install',
  why: `Without a version, pip takes the newest release on the day of the build. Name a version, or install from a
requirements file or with a constraints file, where they can be kept for all packages, those that packages need
included. Folders, wheels and archives count as pinned, repositories when they name a revision (\`@v1.2\`).`,
  examples: [
    {
      bad: 'FROM python:3.13\nRUN pip install --no-cache-dir flask\n',
      good: 'FROM python:3.13\nRUN pip install --no-cache-dir flask==3.1.0\n',
    },
    {
      bad: 'FROM python:3.13\nRUN python3 -m pip install flask\n',
      good: 'FROM python:3.13\nRUN python3 -m pip install -r requirements.txt\n',
    },
  ],
  check: everyCommand(isPip, (command) => {
    if (!pipInstall(command) || hasFlag(command, 'requirement', 'constraint', 'c'))
      return undefined;
    const local = command.args.some(({ value }) => /^(?:-r.*|\.(?:\[.*\])?)$/.test(value));
    if (local) return undefined;
    return unpinned(
      withoutVersion(pipPackages(command), isPinned),
      '`PACKAGE==VERSION` or a requirements file',
    );
  }),
};

function isPinned(name: string): boolean {
  if (VCS.test(name)) return name.includes('@');
  return /==|~=|[<>]|!=|\/|\.whl$|\.tar\.gz$/.test(name);
}
