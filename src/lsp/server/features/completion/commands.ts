import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { MANAGERS } from '../../data/packageManagers.ts';
import type { Offer } from './items.ts';

const LONGEST = 4_000;
const WRAPPERS = new Set(['sudo', 'exec', 'env', 'time', 'nice']);
/** Words of the shell that a command follows. */
const BEGINS = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '{', '!']);

/**
 * The flags that fit the package manager's command at the end of a shell text.
 * @param before what stands before the word being typed, continuation marks taken out
 */
export function packageFlagOffers(before: string): Offer[] {
  const text = before.slice(-LONGEST);
  const command = text.slice(
    Math.max(...[';', '&', '|', '(', '\n', '`'].map((end) => text.lastIndexOf(end))) + 1,
  );
  const words = command.split(/\s+/).filter(Boolean);
  const isBefore = (word: string) =>
    WRAPPERS.has(word) || BEGINS.has(word) || /^\w+=|^-/.test(word);
  const first = words.findIndex((word) => !isBefore(word));
  const [program = '', ...rest] = words.slice(Math.max(first, 0));
  const isModule = /^python[\d.]*$/.test(program) && rest[0] === '-m';
  const name = isModule ? rest[1] : program.split('/').at(-1);
  const manager = MANAGERS[name?.replace(/^pip[\d.]+$/, 'pip') ?? ''];
  if (!manager) return [];
  const given = new Set(rest);
  if (manager.commands.length > 0 && !manager.commands.some((name) => given.has(name))) return [];
  return manager.flags.flatMap(({ flag, doc }): Offer[] =>
    given.has(flag) ? [] : [{ label: flag, kind: Kind.Field, doc, detail: doc }],
  );
}
