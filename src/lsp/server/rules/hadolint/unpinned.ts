import type { Dockerfile } from '../../model/dockerfile.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import type { Finding, Rule } from '../rule.ts';
import type { PackageManager } from './packages.ts';
import { packagesOf } from './packages.ts';
import type { Site } from './sites.ts';
import { everyCommand, variable } from './sites.ts';

const MOST_NAMED = 5;

/** A variable in a word’s value, the innermost where one stands in another. */
const VARIABLE = /\$\{([^{}]*)\}/g;
/** Within the braces: what stands in for the variable behind `-`, `=` or `+`. */
const INSTEAD = /^[!#]?\w*(?:\[[^\]]*\])?:?[-=+](.*)$/s;
/** What stands for a variable of which nothing is known: no sign of a version, of a folder or of a file. */
const UNKNOWN = 'x';

/**
 * The packages whose names don't say a version. What stands in for a variable may say one (`curl${V:+=$V}`); the signs
 * that are the expansion's own say none (`${PACKAGES//,/ }`, `${PACKAGE:?}`).
 */
export function withoutVersion(
  packages: readonly ShellWord[],
  isPinned: (name: string) => boolean,
): ShellWord[] {
  return packages.filter(({ value }) => !isPinned(withoutVariables(value)));
}

/** Each round takes one level away, and no shell that is read has many. */
function withoutVariables(value: string): string {
  let text = value;
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replaceAll(VARIABLE, (_, inner: string) => INSTEAD.exec(inner)?.[1] ?? UNKNOWN);
  }
  return text;
}

/** One finding for the packages of a command that have no version, at the first of them. */
export function unpinned(packages: readonly ShellWord[], how: string): Finding | undefined {
  const [first] = packages;
  if (!first) return undefined;
  const names = packages.slice(0, MOST_NAMED).map(({ text }) => `\`${text}\``);
  const more = packages.length - names.length;
  const list = more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
  const verb = packages.length === 1 ? 'has' : 'have';
  return {
    span: { start: first.start, end: first.end },
    message: `${list} ${verb} no version, so that what is installed depends on the day of the build. Pin with ${how}.`,
  };
}

/**
 * The check of a rule that wants versions of what yum or dnf installs. As in hadolint a variable is as good as a version
 * when ENV gives it in this stage, when an ARG above names it, of whatever stage, or when the script itself sets it. What
 * ONBUILD runs has the arguments that ONBUILD declares, and no others.
 */
export function rpmsPinned(manager: PackageManager): Rule['check'] {
  return (file, options) => {
    const commands = file.commands();
    if (!manager.programs.some((program) => commands.has(program))) return [];
    const declared = declarations(file, false);
    const triggered = declarations(file, true);
    const find = everyCommand(manager.programs, (command, site) => {
      const packages = packagesOf(command, manager)?.packages ?? [];
      const known = site.run.parent ? triggered : declared;
      return unpinned(unpinnedRpms(command, packages, site, known), '`PACKAGE-VERSION`');
    });
    return find(file, options);
  };
}

/** Where an ARG first declares each variable: one in ONBUILD, or one that is not. */
function declarations(file: Dockerfile, inOnbuild: boolean): ReadonlyMap<string, number> {
  const declared = new Map<string, number>();
  for (const instruction of file
    .all('ARG')
    .filter(({ parent }) => inOnbuild === (parent !== undefined)))
    for (const { key } of file.pairs(instruction))
      if (!declared.has(key.text)) declared.set(key.text, key.start);
  return declared;
}

/**
 * Whether a package of yum or dnf has its version behind a dash: in a file's name, by a variable that is defined, or
 * because all that is behind the first dash looks like one.
 */
function isRpmPinned(name: string, site: Site, declared: ReadonlyMap<string, number>): boolean {
  const parts = name.split('-').slice(1);
  if (parts.length === 0) return false;
  if (name.endsWith('.rpm')) return true;
  if (name.includes('$')) {
    return Array.from(name.matchAll(/\$\{(\w+)/g)).some(
      ([, used = '']) =>
        (declared.get(used) ?? Infinity) < site.run.start ||
        variable(site, used) !== undefined ||
        site.shell.assignments.some((assignment) => assignment.name === used),
    );
  }
  return parts.every((part) => /^[\w.~^:+]*$/.test(part)) && parts.some((part) => /^\d/.test(part));
}

/** What yum or dnf are to install without a version: packages, or modules without a stream. */
function unpinnedRpms(
  command: ShellCommand,
  packages: readonly ShellWord[],
  site: Site,
  declared: ReadonlyMap<string, number>,
): ShellWord[] {
  const words = new Set(command.args.map(({ value }) => value));
  if (words.has('group')) return [];
  const named = packages.filter(({ value }) => value !== 'module');
  return words.has('module')
    ? named.filter(({ value }) => !value.includes(':'))
    : named.filter(({ value }) => !isRpmPinned(value, site, declared));
}
