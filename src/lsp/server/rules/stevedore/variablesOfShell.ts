import type { ShellRun } from '../../model/dockerfile.ts';
import { secretVariables } from '../../parser/secrets.ts';
import type { Span } from '../../parser/tree.ts';
import { eachNode, SETTERS } from '../../shell/nodes.ts';
import type { Shell, ShellCommand } from '../../shell/shell.ts';

/** What a script does with variables. */
interface Used {
  /** The first use of each, those aside that say what to do when it isn't set. */
  readonly read: ReadonlyMap<string, Span>;
  /** Those that the script sets or that something it calls may, and secrets that the RUN is given. */
  readonly set: ReadonlySet<string>;
  /** It reads in a file, which may set anything. */
  readonly sources: boolean;
}

/** Whether a text may read a variable that is asked for: a look that costs little, before one that is sure. */
export function mayRead({ script }: Shell, isAsked: (name: string) => boolean): boolean {
  for (const [, name = ''] of script.text.matchAll(/\$\{?([A-Za-z_]\w*)/g))
    if (isAsked(name)) return true;
  return false;
}

/** Which variables the script of a RUN reads, and sets or is given. Linear in its length. */
export function variablesOfShell({ run, shell }: ShellRun): Used {
  const { commands, assignments, span } = shell;
  const read = new Map<string, Span>();
  const set = new Set([
    ...secretVariables(run).map(({ name }) => name.text),
    ...assignments.map(({ name }) => name),
  ]);
  const note = (name: string, from: number, to: number) => {
    if (/^[A-Za-z_]\w*$/.test(name) && !read.has(name)) read.set(name, span(from, to));
  };
  eachNode(shell, (node) => {
    if (node.type === 'SimpleExpansion') note(node.text.slice(1), node.pos, node.end);
    else if (node.type === 'ParameterExpansion') {
      if (node.operation?.type === 'Default') set.add(node.parameter);
      else note(node.parameter, node.pos, node.end);
    } else if (node.type === 'For' || node.type === 'Select') set.add(node.name.text);
  });
  for (const { name, args } of commands) {
    if (SETTERS.has(name) || NAMERS.has(name))
      for (const { value } of args) set.add(value.split('=', 1)[0] ?? '');
  }
  return { read, set, sources: commands.some(mayKnowMore) };
}

/** Commands that set a variable that one of their arguments names. */
const NAMERS = new Set(['printf', 'mapfile', 'readarray', 'let']);
const SOURCES = new Set(['.', 'source', 'eval']);

/** Whether a command may set any variable: `export $(cat .env)` does so by names that aren't told here. */
function mayKnowMore({ name, args }: ShellCommand): boolean {
  return SOURCES.has(name) || (SETTERS.has(name) && args.some(({ text }) => /^"?[$`]/.test(text)));
}
