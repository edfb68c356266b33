import { argumentWords } from '../../parser/words.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Stage } from '../../parser/tree.ts';
import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Finding, Rule } from '../rule.ts';

/** A package manager that may not write. */
export const installAsUser: Rule = {
  id: 'stevedore/install-as-user',
  severity: 'warning',
  title: 'System packages are installed by a user who may not',
  why: 'USER holds for every RUN below it. Package managers of the system write to `/var/lib` and `/usr`, which only root may: the build stops with `Permission denied`. Install before USER, or go back by `USER root` in between.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nRUN adduser -D app\nUSER app\nRUN apk add --no-cache curl=8.11.0-r2\n',
      good: 'FROM alpine:3.20\nRUN adduser -D app\nRUN apk add --no-cache curl=8.11.0-r2\nUSER app\n',
    },
  ],
  check(file) {
    /** Who stages that start from each one begin as, where that is told and is not root; a base is an earlier stage. */
    const users = new Map<Stage | undefined, string | undefined>();
    return file.tree.stages.flatMap((stage) => {
      const { instructions } = stage;
      const own = run(file, instructions, users.get(file.baseOf(stage)), ELSEWHERE);
      // They run first in whatever starts from this stage.
      const triggers = instructions.flatMap(({ trigger }) => trigger ?? []);
      const next = run(file, triggers, own.user, own.remedy);
      users.set(stage, next.user);
      return [...own.found, ...next.found];
    });
  },
};

const ELSEWHERE = 'Move it to the stage that this one starts from, or put USER root before it.';

/** What some instructions find that begin as a user, who they end as, and what to do then. */
function run(
  file: Dockerfile,
  instructions: readonly Instruction[],
  first: string | undefined,
  atFirst: string,
) {
  let user = first;
  let remedy = atFirst;
  const found: Finding[] = [];
  for (const instruction of instructions) {
    if (instruction.name === 'USER') {
      const name = argumentWords(instruction, file.tree.escape)[0]?.text.split(':', 1)[0] ?? '';
      remedy = 'Move it above USER.';
      const other = /^[a-z_][\w-]*$/i.test(name) || /^[1-9]\d*$/.test(name);
      user = other && name !== 'root' && !/admin/i.test(name) ? name : undefined;
    } else if (instruction.name === 'RUN' && user !== undefined) {
      const command = file.shell(instruction)?.commands.find(writesSystem);
      if (command)
        found.push({
          span: { start: command.start, end: command.end },
          message: `This runs as "${user.slice(0, 60)}", who may not install system packages. ${remedy}`,
        });
    }
  }
  return { found, user, remedy };
}

const VERBS: Readonly<Record<string, ReadonlySet<string>>> = {
  'apt-get': new Set(['install', 'update', 'upgrade']),
  apt: new Set(['install', 'update', 'upgrade']),
  apk: new Set(['add', 'update', 'upgrade']),
  yum: new Set(['install', 'update']),
  dnf: new Set(['install', 'update', 'upgrade']),
  microdnf: new Set(['install', 'update']),
  zypper: new Set(['install', 'in']),
};
const VALUES = new Set(['-o', '-t', '-X', '--repository']);

function writesSystem(command: ShellCommand): boolean {
  const verbs = Object.hasOwn(VERBS, command.name) ? VERBS[command.name] : undefined;
  if (!verbs) return false;
  const verb = operands(command, VALUES)[0]?.value;
  // Another root than `/` may well belong to the user.
  return (
    verb !== undefined &&
    verbs.has(verb) &&
    !command.args.some(({ value }) =>
      /^(?:--root|-p$|--installroot|--prefix|--help|-h$|--simulate|-s$)/.test(value),
    )
  );
}
