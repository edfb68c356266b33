import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import type { Rule } from '../rule.ts';
import { everyCommand } from './sites.ts';
import { unpinned, withoutVersion } from './unpinned.ts';

const SUBCOMMANDS = new Set(['install', 'get', 'run']);
const VALUE_FLAGS = new Set(
  (
    '-C -o -p -asmflags -buildmode -buildvcs -compiler -covermode -coverpkg -exec -gccgoflags -gcflags -installsuffix ' +
    '-ldflags -mod -modfile -overlay -pgo -pkgdir -tags -toolexec'
  ).split(' '),
);

export const DL3062: Rule = {
  id: 'DL3062',
  severity: 'warning',
  title: 'Pin versions in go install, go get and go run',
  why: `Without a version, or with \`@latest\`, go takes the newest release on the day of the build. Packages of the
build context (\`.\`, \`./cmd/app\`) need none.`,
  examples: [
    {
      bad: 'FROM golang:1.25\nRUN go install golang.org/x/tools/cmd/stringer@latest\n',
      good: 'FROM golang:1.25\nRUN go install golang.org/x/tools/cmd/stringer@v0.36.0\n',
    },
  ],
  check: everyCommand(['go'], (command) =>
    unpinned(withoutVersion(goPackages(command), isPinned), '`PACKAGE@VERSION`'),
  ),
};

function goPackages(command: ShellCommand): ShellWord[] {
  const [subcommand, ...packages] = operands(command, VALUE_FLAGS);
  if (!subcommand || !SUBCOMMANDS.has(subcommand.value)) return [];
  // What follows the package that `go run` runs are that program's arguments.
  return subcommand.value === 'run' ? packages.slice(0, 1) : packages;
}

function isPinned(name: string): boolean {
  // What go.mod lists as tools has its versions there.
  if (/^[./]|\.go$/.test(name) || name === 'tool') return true;
  return name.includes('@') && !/@(?:latest|none|upgrade|patch)$/.test(name);
}
