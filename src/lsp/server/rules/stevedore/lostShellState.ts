import type { Command, Statement, SyntaxNode, Word } from 'unbash';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Shell } from '../../shell/shell.ts';
import { everyRun } from '../hadolint/sites.ts';
import type { Finding, Rule } from '../rule.ts';
import { USUAL } from './definedAfterUse.ts';
import { mayRead, variablesOfShell } from './variablesOfShell.ts';

/** What ends with the shell that it was done in. `cd` is hadolint's DL3003. */
export const lostShellState: Rule = {
  id: 'stevedore/lost-shell-state',
  severity: 'warning',
  title: 'RUN ends with what does not outlive its shell',
  why: 'Each RUN has a shell of its own, which keeps nothing for the next one but files. A variable, an alias, a sourced script, another user and a process in the background are gone when it ends. Set variables by ENV, users by USER; start processes when the container starts, or in the RUN that needs them.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nRUN export APP_ENV=production\n',
      good: 'FROM alpine:3.20\nENV APP_ENV=production\n',
    },
    {
      bad: 'FROM python:3.13.1\nRUN python -m venv /venv && . /venv/bin/activate\nRUN pip install --no-cache-dir flask==3.1.0\n',
      good: 'FROM python:3.13.1\nRUN python -m venv /venv\nENV PATH="/venv/bin:$PATH"\nRUN pip install --no-cache-dir flask==3.1.0\n',
    },
    {
      bad: 'FROM redis:7.4.1\nRUN redis-server &\n',
      good: 'FROM redis:7.4.1\nCMD ["redis-server"]\n',
    },
    {
      bad: 'FROM alpine:3.20\nRUN adduser -D app && su app\n',
      good: 'FROM alpine:3.20\nRUN adduser -D app\nUSER app\n',
    },
  ],
  check: everyRun(({ file, shell, run }) => {
    if (!shell.sound || shell.script.form === 'exec' || run.heredocs.length > 1) return [];
    const { text } = shell.script;
    const mayLose =
      SINGLE_AMPERSAND.test(text) ||
      shell.assignments.length > 0 ||
      shell.commands.some(({ program }) => LOSING.has(program.value));
    if (!mayLose) return [];
    const last = shell.root().commands.at(-1);
    const isUsed = () => (file.once(lastUses).get(run.stage) ?? -1) > run.start;
    const found = last && lossOf(last, shell, isUsed);
    return found ? [found] : [];
  }),
};

/** What `lossOf` knows. */
const LOSING = new Set([
  'export',
  '.',
  'source',
  'alias',
  'umask',
  'ulimit',
  'conda',
  'mamba',
  'micromamba',
  'su',
  'eval',
]);
const SINGLE_AMPERSAND = /(?<![&>])&(?![&>])/;

/** Scripts that are read in for what they set; others may be run by it and leave files. */
const SETS =
  /(?:activate|env|environment|profile|rc|vars?|variables|nvm|-init|setup\.(?:ba|z)sh)(?:\.\w+)?$/i;

/** Where each stage last reads a variable that the file sets nowhere, so that it may be one of a script's. */
function lastUses(file: Dockerfile): ReadonlyMap<number, number> {
  return new Map(
    file.shellRuns().flatMap(({ run, shell }): [number, number][] => {
      const scope = file.scopeAt(run);
      const isUnset = (name: string) => !USUAL.has(name) && scope.get(name) === undefined;
      if (!mayRead(shell, isUnset)) return [];
      const { read, set, sources } = variablesOfShell({ run, shell });
      const used = !sources && [...read.keys()].some((name) => isUnset(name) && !set.has(name));
      return used ? [[run.stage, run.start]] : [];
    }),
  );
}

/** What a statement does that is lost; `isUsed` tells whether a later RUN may need what a script sets. */
function lossOf(statement: Statement, shell: Shell, isUsed: () => boolean): Finding | undefined {
  if (statement.background)
    return {
      span: shell.span(statement.pos, statement.end),
      message:
        'This process ends with the RUN that starts it: no later instruction finds it running.',
    };
  const command = lastCommand(statement.command);
  if (!command || command.redirects.length > 0) return undefined;
  const span = shell.span(command.pos, command.end);
  if (!command.name) {
    // `A=1` alone sets a variable of this shell.
    return command.prefix.some(({ type }) => type === 'Assignment')
      ? { span, message: message('This variable', 'Set it by ENV') }
      : undefined;
  }
  const [first] = command.args;
  const words = command.args.map((arg) => (arg.type === 'Word' ? arg.value : arg.text));
  switch (command.name.value) {
    case 'export':
      return first && !words[0]?.startsWith('-')
        ? { span, message: message('What is exported', 'Set it by ENV') }
        : undefined;
    case '.':
    case 'source':
      // A shell's own start files are read on purpose by some installers' last line, to no effect all the same.
      return SETS.test(words[0] ?? '') || isUsed()
        ? { span, message: message('What this script sets', 'Set it by ENV') }
        : undefined;
    case 'alias':
    case 'umask':
    case 'ulimit':
      return first ? { span, message: message('This', 'Do it where it is needed') } : undefined;
    case 'conda':
    case 'mamba':
    case 'micromamba':
      return words[0] === 'activate'
        ? { span, message: message('The environment', 'Set PATH by ENV') }
        : undefined;
    case 'eval':
      return words.length === 1 && first?.type === 'Word' && printsSettings(first)
        ? { span, message: message('What this sets', 'Set it by ENV') }
        : undefined;
    case 'su':
      return words.every((word) => /^(?:-|-l|--login|[a-z_][\w-]*)$/.test(word))
        ? { span, message: message('The other user', 'Set it by USER') }
        : undefined;
    default:
      return undefined;
  }
}

/** Whether a word is what a command prints to be read by a shell, such as `$(opam env)`: others may have scripts run. */
function printsSettings({ parts }: Word): boolean {
  const [outer, ...others] = parts ?? [];
  const [only, ...more] = outer?.type === 'DoubleQuoted' ? outer.parts : [outer];
  if (others.length > 0 || more.length > 0 || only?.type !== 'CommandExpansion') return false;
  const [statement, ...further] = only.script?.commands ?? [];
  if (further.length > 0 || statement?.command.type !== 'Command') return false;
  const { name, args } = statement.command;
  const program = name?.value.replace(/^.*\//, '') ?? '';
  const asked = args.map((arg) => (arg.type === 'Word' ? arg.value : arg.text));
  return (
    PRINTERS.test(program) ||
    asked.some((word) => PRINTED.test(word) || (word === 'init' && program.endsWith('env')))
  );
}

const PRINTERS = /^(?:ssh-agent|keychain|dircolors)$/;
const PRINTED = /^(?:env|shellenv|hook|activate)$/;

const message = (what: string, instead: string) =>
  `${what} lasts no longer than this RUN, which ends here. ${instead}.`;

/** The simple command that a script ends with; undefined when that is in a pipe, a subshell or a branch. */
function lastCommand(node: SyntaxNode): Command | undefined {
  if (node.type === 'Command') return node;
  if (node.type === 'AndOr')
    return node.operators.at(-1) === '&&'
      ? lastCommand(node.commands.at(-1) as SyntaxNode)
      : undefined;
  if (node.type === 'Pipeline' && node.commands.length === 1 && node.prefixes.length === 0)
    return lastCommand(node.commands[0] as SyntaxNode);
  return undefined;
}
