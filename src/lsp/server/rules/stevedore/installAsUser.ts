import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Stage } from '../../parser/tree.ts';
import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import { otherUser } from '../otherUser.ts';
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
      remedy = 'Move it above USER.';
      user = otherUser(instruction, file.tree.escape);
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

const APT = 'install update upgrade dist-upgrade full-upgrade remove purge autoremove build-dep';
const DNF = 'install update upgrade remove erase reinstall groupinstall localinstall';
const VERBS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    'apt-get': APT,
    apt: APT,
    apk: 'add del update upgrade fix',
    yum: DNF,
    dnf: DNF,
    microdnf: DNF,
    tdnf: DNF,
    zypper: 'install in remove rm update up patch dist-upgrade dup',
  }).map(([program, verbs]) => [program, new Set(verbs.split(' '))]),
);
/** Programs that are told by a flag what to do. */
const FLAGS: ReadonlyMap<string, RegExp> = new Map([
  ['dpkg', /^(?:-[irP]|--(?:install|remove|purge|add-architecture)(?:=.*)?)$/],
  ['rpm', /^(?:-[iUFe][vh]*|--(?:import|install|upgrade|erase)(?:=.*)?)$/],
  ['pacman', /^-(?:S[uyw]*|U|R[nsc]*)$/],
]);
const VALUES = new Set(['-o', '-t', '-X', '--repository']);
/** Another root than `/` may well belong to the user, as may apt's folders. */
const ELSEWHERE_FLAGS =
  /^(?:--(?:root|installroot|prefix|dbpath|instdir|admindir)|-p$|--help|-h$|--simulate|-s$|Dir::)/;

function writesSystem(command: ShellCommand): boolean {
  const { name, args } = command;
  const verb = operands(command, VALUES)[0]?.value;
  const flag = FLAGS.get(name);
  const writes =
    (verb !== undefined && VERBS.get(name)?.has(verb) === true) ||
    (flag !== undefined && args.some(({ value }) => flag.test(value)));
  const isPacmans = (value: string) => name === 'pacman' && /^(?:-r|-b|--dbpath)$/.test(value);
  return writes && !args.some(({ value }) => ELSEWHERE_FLAGS.test(value) || isPacmans(value));
}
