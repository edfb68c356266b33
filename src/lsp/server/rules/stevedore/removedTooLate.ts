import { copiesOf } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Finding, Rule } from '../rule.ts';
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
    /** The managers that have installed something so far, by stage. */
    const installed = new Map<number, Set<string>>();
    return file.shellRuns().flatMap(({ run, shell }): Finding[] => {
      if (run.parent || !shipped.has(run.stage)) return [];
      const before = installed.get(run.stage) ?? new Set<string>();
      installed.set(run.stage, before);
      const own = new Set(shell.commands.flatMap((command) => installs(command) ?? []));
      const onlyCleans = shell.commands.every(({ name }) => CLEANERS.has(name));
      const found = shell.commands.flatMap((command): Finding[] => {
        const span = { start: command.start, end: command.end };
        const manager = onlyCleans && own.size === 0 ? cleans(command) : undefined;
        if (manager !== undefined && before.has(manager)) {
          const message = `This makes the image no smaller: what ${manager} left is in the layer of an earlier RUN. Clean up there.`;
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
      for (const name of own) before.add(name);
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
]);
const MANAGERS: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  apt: 'apt',
  yum: 'yum',
  dnf: 'dnf',
  microdnf: 'dnf',
  npm: 'npm',
};
const INSTALLS = new Set([
  'install',
  'update',
  'upgrade',
  'dist-upgrade',
  'ci',
  'i',
  'groupinstall',
]);
const VALUES = new Set(['-o', '-t', '-c']);

const managerOf = ({ name }: ShellCommand) =>
  Object.hasOwn(MANAGERS, name) ? MANAGERS[name] : undefined;

function installs(command: ShellCommand): string | undefined {
  const verb = operands(command, VALUES)[0]?.value;
  return verb !== undefined && INSTALLS.has(verb) ? managerOf(command) : undefined;
}

/** Whose leavings a command removes. */
function cleans(command: ShellCommand): string | undefined {
  const words = command.args.map(({ value }) => value);
  if (command.name === 'rm') {
    if (words.some((word) => /^\/var\/(?:lib\/apt\/lists|cache\/apt)(?:\/|$)/.test(word)))
      return 'apt';
    if (words.some((word) => /^\/var\/cache\/yum(?:\/|$)/.test(word))) return 'yum';
    if (words.some((word) => /^\/var\/cache\/dnf(?:\/|$)/.test(word))) return 'dnf';
    if (words.some((word) => /^(?:\/root|~)\/\.npm(?:\/|$)/.test(word))) return 'npm';
    return undefined;
  }
  const verb = operands(command, VALUES)[0]?.value;
  const clean =
    verb === 'clean' || verb === 'autoclean' || (verb === 'cache' && words.includes('clean'));
  return clean ? managerOf(command) : undefined;
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
