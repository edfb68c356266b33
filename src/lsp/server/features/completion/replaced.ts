import { readsVariables } from '../../rules/stevedore/variableInExecForm.ts';
import type { Place } from './place.ts';

/** The instructions in which a shell or a program replaces variables, if anybody. */
export const COMMANDS = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
const NEVER = new Set(['MAINTAINER', 'SHELL']);
const FLAGS = new Set(['platform', 'chown', 'chmod', 'checksum']);

/**
 * Whether somebody replaces a variable at a place: the builder, the shell of a command, or a program that the exec form
 * runs and that is known to.
 */
export function isReplaced(place: Place): boolean {
  const { instruction, argument, inFlags, prefix, at } = place;
  const { name, args, logical } = instruction;
  if (inFlags && prefix.startsWith('--')) {
    const [flag = ''] = prefix.slice(2).split('=', 1);
    if (flag !== 'mount') return FLAGS.has(flag);
    const field = prefix.slice(prefix.lastIndexOf(',') + 1).replace('--mount=', '');
    return !/^["']?from=/i.test(field);
  }
  if (NEVER.has(name)) return false;
  if (name === 'FROM') return argument === 0;
  const text = logical.text.slice(args.from, at);
  if (!COMMANDS.has(name)) return text.startsWith('[') || openQuote(place) !== "'";
  if (!/^(?:CMD\s+)?\[/i.test(text)) return true;
  const words = Array.from(text.matchAll(/"([^"]*)"/g), ([, word = '']) => word);
  return words.length > 0 && readsVariables(words, instruction, place.parsed.file());
}

/** The quote that the arguments of an instruction open before a place and don't close; empty when there is none. */
export function openQuote({ instruction, at, parsed }: Place): string {
  const { logical, args } = instruction;
  let quote = '';
  for (let i = args.from; i < at; i++) {
    const char = logical.text[i] ?? '';
    if (char === parsed.tree.escape && quote !== "'") i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
  }
  return quote;
}
