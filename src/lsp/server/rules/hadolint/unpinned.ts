import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import type { Finding } from '../rule.ts';
import type { Site } from './sites.ts';
import { variable } from './sites.ts';

const MOST_NAMED = 5;

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
    message: `${list} ${verb} no version, so that what is installed hangs on the day of the build. Pin with ${how}.`,
  };
}

/**
 * Whether a package of yum or dnf has its version: everything behind the first dash looks like one, it is a file, or it
 * contains a variable that ENV, ARG or the script itself defines.
 */
export function isRpmPinned(name: string, site: Site): boolean {
  if (name.endsWith('.rpm')) return true;
  const parts = name.split('-').slice(1);
  if (parts.length === 0) return false;
  if (name.includes('$')) {
    return Array.from(name.matchAll(/\$\{(\w+)/g)).some(
      ([, used = '']) =>
        variable(site, used) !== undefined ||
        site.shell.assignments.some((assignment) => assignment.name === used),
    );
  }
  return parts.every((part) => /^[\w.~^:+]*$/.test(part)) && parts.some((part) => /^\d/.test(part));
}

/** What yum or dnf are to install without a version: packages, or modules without a stream. */
export function unpinnedRpms(
  command: ShellCommand,
  packages: readonly ShellWord[],
  site: Site,
): ShellWord[] {
  const words = new Set(command.args.map(({ value }) => value));
  if (words.has('group')) return [];
  const named = packages.filter(({ value }) => value !== 'module');
  return words.has('module')
    ? named.filter(({ value }) => !value.includes(':'))
    : named.filter(({ value }) => !isRpmPinned(value, site));
}
