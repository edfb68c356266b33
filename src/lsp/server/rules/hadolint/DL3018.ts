import type { Rule } from '../rule.ts';
import { APK, packagesOf } from './packages.ts';
import { everyCommand } from './sites.ts';
import { unpinned, withoutVersion } from './unpinned.ts';

export const DL3018: Rule = {
  id: 'DL3018',
  severity: 'warning',
  title: 'Pin versions in apk add',
  why: `Without a version, \`apk add\` takes what the repository holds on the day of the build. A version may be exact
(\`=1.2.3-r0\`) or fuzzy (\`~1.2\`), which keeps working when Alpine drops a package's older builds.`,
  examples: [
    {
      bad: 'FROM alpine:3.22\nRUN apk add --no-cache curl\n',
      good: 'FROM alpine:3.22\nRUN apk add --no-cache curl~8.14\n',
    },
  ],
  check: everyCommand(APK.programs, (command) => {
    const packages = packagesOf(command, APK)?.packages ?? [];
    return unpinned(
      withoutVersion(packages, (name) => /[=~<>]|\.apk$/.test(name)),
      '`PACKAGE=VERSION` or `PACKAGE~VERSION`',
    );
  }),
};
