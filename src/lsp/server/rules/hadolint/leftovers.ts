import { table } from '../../../../util/table.ts';
import { argument } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import type { Finding } from '../rule.ts';
import type { Site } from './sites.ts';
import { hasCache, isMounted, reach } from './sites.ts';
import { appendCommand } from './shellFixes.ts';

/** Files that a command leaves behind, and what takes them away. */
interface Leftover {
  /** The word that makes a command one that leaves files, such as `install`. */
  readonly cause: (command: ShellCommand) => ShellWord | undefined;
  /** Whether a command takes them away. */
  readonly cure: (command: ShellCommand) => boolean;
  /** Why a command that looks like a cure is none. */
  readonly fails?: (command: ShellCommand) => string | undefined;
  /** Where they are: `rm` of one of these is a cure, and a cache or tmpfs mounted there keeps them out of the layer. */
  readonly folders: readonly string[];
  readonly message: string;
  /** What to append after a command that leaves files; it must be of the kind of `cure`. */
  readonly append: string | ((command: ShellCommand) => string);
  readonly safety: 'safe' | 'unsafe';
}

/** A finding when a RUN leaves files behind and doesn't take them away later on. */
export function leftover(site: Site, kind: Leftover): Finding[] {
  const { commands } = site.shell;
  const first = commands.findIndex((command) => kind.cause(command) !== undefined);
  const command = commands[first];
  const word = command && kind.cause(command);
  if (!word || !command) return [];
  const later = commands.slice(first + 1);
  const removes = (other: ShellCommand) => kind.cure(other) || deletes(other, kind.folders);
  if (later.some(removes)) return [];
  if (kind.folders.some((folder) => isMounted(site, folder))) return [];
  const append = typeof kind.append === 'string' ? kind.append : kind.append(command);
  const [program = ''] = append.split(' ', 1);
  // At the end of the RUN there may be nothing left that could clean up.
  const fixes = later.some((other) => mayRemove(other, program))
    ? []
    : appendCommand(site, append, hasCache(site) ? 'unsafe' : kind.safety);
  const failure = later.flatMap((other) => kind.fails?.(other) ?? [])[0];
  const message = failure ? `${kind.message} ${failure}` : kind.message;
  return [{ span: reach(command, word, site), message, fixes }];
}

const REMOVERS: Readonly<Record<string, readonly string[]>> = table({
  apk: ['del'],
  apt: ['purge', 'remove', 'autoremove'],
  'apt-get': ['purge', 'remove', 'autoremove'],
  dnf: ['remove', 'autoremove'],
  microdnf: ['remove'],
  npm: ['uninstall', 'remove', 'rm'],
  pip: ['uninstall'],
  pip3: ['uninstall'],
  yum: ['remove', 'erase', 'autoremove'],
  zypper: ['remove', 'rm'],
});

/** Programs of the system itself. */
const ESSENTIAL: ReadonlySet<string> = new Set(['rm', 'dnf', 'microdnf', 'yum', 'zypper']);

/** Whether a command may uninstall a program: packages take others along, and go by names of their own. */
function mayRemove(command: ShellCommand, program: string): boolean {
  const { name, args } = command;
  if (ESSENTIAL.has(program)) return false;
  if (name === 'rm') return args.some(({ value }) => value.split('/').includes(program));
  const removers = Object.hasOwn(REMOVERS, name) ? (REMOVERS[name] ?? []) : [];
  return name !== program && argument(command, ...removers) !== undefined;
}

/** What a shell makes of a word with alternatives in braces; busybox's takes it as it is. */
function alternatives(word: string): string[] {
  const open = word.indexOf('{');
  const close = word.indexOf('}', open);
  if (open < 0 || close < 0 || word[open - 1] === '$') return [word];
  const inner = word.slice(open + 1, close).split(',', MOST_ALTERNATIVES);
  return inner.map((one) => `${word.slice(0, open)}${one}${word.slice(close + 1)}`);
}

const MOST_ALTERNATIVES = 50;

/** Whether a command deletes a folder, what is in it, or a folder above it. */
export function deletes(command: ShellCommand, folders: readonly string[]): boolean {
  if (command.name !== 'rm') return false;
  const paths = command.args.flatMap(({ value }) => alternatives(value));
  return paths.some((value) => {
    const path = value.replace(/(?:\/\.?)?\*?$/, '');
    if (path.length < 4) return false;
    // `.npmrc` is not in `.npm`.
    return folders.some((folder) => {
      const inside = folder.endsWith('/') ? folder : `${folder}/`;
      return `${path}/`.includes(inside) || folder.startsWith(`${path}/`);
    });
  });
}
