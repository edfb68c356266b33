import type { ShellCommand } from '../../shell/shell.ts';
import type { Rule } from '../rule.ts';
import { GEM, packagesOf } from './packages.ts';
import { everyCommand } from './sites.ts';
import { unpinned, withoutVersion } from './unpinned.ts';

export const DL3028: Rule = {
  id: 'DL3028',
  severity: 'warning',
  title: 'Pin versions in gem install',
  why: `Without a version, \`gem install\` takes the newest release on the day of the build. Name it with the gem
(\`bundler:2.6.9\`) or by \`--version\`, or let bundler install what \`Gemfile.lock\` says.`,
  examples: [
    {
      bad: 'FROM ruby:3.4\nRUN gem install bundler\n',
      good: 'FROM ruby:3.4\nRUN gem install bundler:2.6.9\n',
    },
  ],
  check: everyCommand(GEM.programs, (command) => {
    if (command.args.some(({ value }) => /^(?:-v.*|--version(?:=.*)?)$/.test(value)))
      return undefined;
    const packages = packagesOf(beforeDashes(command), GEM)?.packages ?? [];
    return unpinned(
      withoutVersion(packages, (name) => /:|\.gem$/.test(name)),
      '`GEM:VERSION`',
    );
  }),
};

/** What follows `--` is for the compiler of an extension. */
function beforeDashes(command: ShellCommand): ShellCommand {
  const at = command.args.findIndex(({ value }) => value === '--');
  return at < 0 ? command : { ...command, args: command.args.slice(0, at) };
}
