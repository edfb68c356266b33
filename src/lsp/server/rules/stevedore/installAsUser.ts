import { otherUserAt } from '../../model/users.ts';
import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Rule } from '../rule.ts';

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
  check: (file) =>
    file.shellRuns().flatMap(({ run, shell }) => {
      const user = otherUserAt(file, run);
      const command = user && shell.commands.find(writesSystem);
      if (!command) return [];
      const { start, end } = command;
      const remedy = user.stage === run.stage ? 'Move it above USER.' : ELSEWHERE;
      const message = `This runs as "${user.name.slice(0, 60)}", who may not install system packages. ${remedy}`;
      return [{ span: { start, end }, message }];
    }),
};

const ELSEWHERE = 'Move it to the stage that this one starts from, or put USER root before it.';

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
