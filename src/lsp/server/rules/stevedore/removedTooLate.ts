import { table } from '../../../../util/table.ts';
import { copiesOf } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import { deletes } from '../hadolint/leftovers.ts';
import type { Site } from '../hadolint/sites.ts';
import { isMounted } from '../hadolint/sites.ts';
import type { Finding, Rule } from '../rule.ts';
import { asRemoval } from './asRemoval.ts';
import { shippedStages } from './shipped.ts';

/** Something that is deleted and stays in the image. */
export const removedTooLate: Rule = {
  id: 'stevedore/removed-too-late',
  severity: 'info',
  title: 'A later RUN removes what an earlier layer keeps',
  why: 'Each instruction adds a layer, and layers only add: a file that a later one deletes is hidden, and is still downloaded with the image. Clean up in the RUN that makes the mess; get an archive and unpack it in one RUN, or mount it (`RUN --mount=type=bind,source=app.tar.gz,target=/app.tar.gz`).',
  examples: [
    {
      bad: 'FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nRUN rm -rf /var/lib/apt/lists/*\n',
      good: 'FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      bad: 'FROM debian:12\nCOPY app.deb /tmp/\nRUN dpkg -i /tmp/app.deb && rm /tmp/app.deb\n',
      good: 'FROM debian:12\nRUN --mount=type=bind,source=app.deb,target=/tmp/app.deb dpkg -i /tmp/app.deb\n',
    },
  ],
  check(file) {
    const shipped = file.once(shippedStages);
    const copied = copiedFiles(file);
    /** What the RUNs of each stage have left so far. */
    const leftBehind = new Map<number, Set<Leavings>>();
    return file.shellRuns().flatMap(({ run, shell }): Finding[] => {
      if (run.parent || !shipped.has(run.stage)) return [];
      const before = leftBehind.get(run.stage) ?? new Set();
      leftBehind.set(run.stage, before);
      const onlyCleans = shell.commands.every(
        (command) => CLEANERS.has(command.name) && installs(command) === undefined,
      );
      const found = shell.commands.flatMap((command): Finding[] => {
        const span = { start: command.start, end: command.end };
        const cleaned =
          onlyCleans && LEAVINGS.find((one) => before.has(one) && one.clean(file, command));
        if (cleaned) {
          const message = `This makes the image no smaller: what ${cleaned.manager} left is in the layer of an earlier RUN. Clean up there.`;
          return [{ span, message }];
        }
        const path = removedFile(command, copied.get(run.stage), run);
        return path === undefined
          ? []
          : [
              {
                span,
                message: `This makes the image no smaller: "${path.slice(0, 100)}" stays in the layer that COPY made. Mount it for this RUN instead.`,
              },
            ];
      });
      for (const one of LEAVINGS) if (leaves({ file, run, shell }, one)) before.add(one);
      return found;
    });
  },
};

const CLEANERS = new Set([
  'rm',
  'apt-get',
  'apt',
  'yum',
  'dnf',
  'microdnf',
  'npm',
  'pip',
  'pip3',
  'echo',
  'true',
  'set',
  'cd',
  'find',
  'xargs',
]);
const MANAGERS: Readonly<Record<string, string>> = table({
  'apt-get': 'apt',
  apt: 'apt',
  yum: 'yum',
  dnf: 'dnf',
  microdnf: 'dnf',
  npm: 'npm',
});
const INSTALLS = new Set(
  'build-dep ci dist-upgrade full-upgrade groupinstall i install localinstall reinstall update update-minimal upgrade upgrade-minimal'.split(
    ' ',
  ),
);
const VALUES = new Set(['-o', '-t', '-c']);

const managerOf = ({ name }: ShellCommand) =>
  Object.hasOwn(MANAGERS, name) ? MANAGERS[name] : undefined;

function installs(command: ShellCommand): string | undefined {
  const verb = operands(command, VALUES)[0]?.value;
  return verb !== undefined && INSTALLS.has(verb) ? managerOf(command) : undefined;
}

/** Files that a package manager leaves in a folder. */
interface Leavings {
  readonly manager: string;
  readonly folder: string;
  readonly clean: (file: Dockerfile, command: ShellCommand) => boolean;
}

function leavings(manager: string, folder: string, verbs: readonly string[]): Leavings {
  return {
    manager,
    folder,
    clean: (file, command) => {
      const said = operands(command, VALUES).map(({ value }) => value);
      const isCleaning = verbs.includes(said.slice(0, 2).join(' '));
      return (
        (isCleaning && managerOf(command) === manager) ||
        deletes(asRemoval(file, command), [folder])
      );
    },
  };
}

const LEAVINGS: readonly Leavings[] = [
  leavings('apt', '/var/lib/apt/lists', []),
  leavings('apt', '/var/cache/apt', ['clean', 'autoclean']),
  leavings('yum', '/var/cache/yum', ['clean', 'clean all']),
  leavings('dnf', '/var/cache/dnf', ['clean', 'clean all']),
  leavings('npm', '.npm', ['cache clean']),
];

/** Whether a RUN installs something and neither cleans up itself nor has a cache in that place. */
function leaves(site: Site, { manager, folder, clean }: Leavings): boolean {
  const { commands } = site.shell;
  const last = commands.findLastIndex((command) => installs(command) === manager);
  return (
    last >= 0 &&
    !commands.slice(last + 1).some((command) => clean(site.file, command)) &&
    !isMounted(site, folder.replace('/lists', ''))
  );
}

/** The files that COPY and ADD have put into each stage, with the place of the instruction. */
function copiedFiles(file: Dockerfile): ReadonlyMap<number, ReadonlyMap<string, number>> {
  const found = new Map<number, Map<string, number>>();
  for (const { instruction, sources, target, count } of file.once(copiesOf)) {
    const directory = target?.text;
    if (directory === undefined || !directory.startsWith('/')) continue;
    const known = found.get(instruction.stage) ?? new Map<string, number>();
    found.set(instruction.stage, known);
    for (const { path, wildcards } of sources) {
      const name = path?.slice(path.lastIndexOf('/') + 1);
      // ADD unpacks archives, so that the file itself isn't there.
      if (!name || wildcards || !ARCHIVE.test(name)) continue;
      if (instruction.name === 'ADD' && !/\.(?:deb|rpm|apk|zip|jar|whl)$/.test(name)) continue;
      if (directory.endsWith('/')) known.set(`${directory}${name}`, instruction.start);
      else if (count === 1 && directory.endsWith(name)) known.set(directory, instruction.start);
    }
  }
  return found;
}

/** Files that are copied to be used up: the ones whose size matters. */
const ARCHIVE = /\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|zip|deb|rpm|apk|whl|run|iso|gz|xz|bz2|zst)$/;

function removedFile(
  command: ShellCommand,
  copied: ReadonlyMap<string, number> | undefined,
  run: Instruction,
): string | undefined {
  if (command.name !== 'rm' || !copied) return undefined;
  return command.args.find(
    ({ value }) => (copied.get(value) ?? Number.POSITIVE_INFINITY) < run.start,
  )?.value;
}
