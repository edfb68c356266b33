import { parseArgs } from 'node:util';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
export type Format = (typeof FORMATS)[number];

/** From which level on findings make the program fail; `none` never does. */
const BARS = ['error', 'warning', 'info', 'style', 'none'] as const;
export type Bar = (typeof BARS)[number];

export interface Options {
  readonly paths: readonly string[];
  readonly format: Format;
  /** Path of a `.hadolint.yaml`; undefined when each file's own is to be found. */
  readonly config: string | undefined;
  /** Undefined when the configuration may say. */
  readonly failOn: Bar | undefined;
  readonly context: string | undefined;
  readonly fix: boolean;
  /** The ShellCheck to run, which must be there when it was named; undefined for none. */
  readonly shellcheck: { readonly program: string; readonly named: boolean } | undefined;
}

export type Command =
  | { readonly do: 'check'; readonly options: Options }
  | { readonly do: 'help' | 'version' | 'rules' }
  | { readonly do: 'refuse'; readonly why: string };

export const HELP = `Checks Dockerfiles by BuildKit's checks, hadolint's rules and Stevedore's own.

Usage: stevedore-check [options] [PATH...]

PATH is a Dockerfile, a folder to search for Dockerfiles, or - for standard input.
Without one, the current folder is searched.

Options:
  --format FORMAT     text (default), json, sarif or github
  --config FILE       a .hadolint.yaml to use for all files, instead of each file's own
  --fail-on LEVEL     exit with 1 for findings of this level or graver: error, warning,
                      info (default), style or none
  --context DIR       the build context; default: the folder of each Dockerfile
  --fix               apply the safe fixes; of standard input the fixed text is written
                      to standard output and the findings to standard error
  --shellcheck FILE   the ShellCheck program for what RUN runs (default: shellcheck, if found)
  --no-shellcheck     leave ShellCheck out
  --rules             list the rules and exit
  --version           print the version and exit
  --help              print this and exit
  --                  end the options: what follows are paths, with a dash before them too

Exit code: 0 nothing found at that level, 1 something found, 2 could not run.
`;

const KNOWN = {
  format: { type: 'string', default: 'text' },
  config: { type: 'string' },
  'fail-on': { type: 'string' },
  context: { type: 'string' },
  fix: { type: 'boolean', default: false },
  shellcheck: { type: 'string' },
  'no-shellcheck': { type: 'boolean', default: false },
  rules: { type: 'boolean', default: false },
  version: { type: 'boolean', short: 'v', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the command line, program name left out. Never throws: what is wrong with it is in the answer. */
export function readArguments(argv: readonly string[]): Command {
  let given;
  try {
    given = parseArgs({ args: [...argv], options: KNOWN, allowPositionals: true });
  } catch (error) {
    // The message names the option; its second sentence is about Node's own notation.
    const message = error instanceof Error ? error.message : String(error);
    const [first = message] = message.split('. ', 1);
    // A short one may be the beginning of a file's name.
    const hint = /^Unknown option '-[^-]/.test(first)
      ? '; -- goes before a path that begins with a dash'
      : '';
    return refuse(first + hint);
  }
  const { values, positionals } = given;
  if (values.help) return { do: 'help' };
  if (values.version) return { do: 'version' };
  if (values.rules) return { do: 'rules' };
  // As a variable of a script is that nobody has set.
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty) return refuse(`Option '--${empty[0]}' is given an empty value`);
  if (positionals.includes('')) return refuse('A path is empty');
  const format = FORMATS.find((name) => name === values.format);
  if (!format) return refuse(`Unknown format '${values.format}': ${listed(FORMATS)}`);
  const bar = values['fail-on'];
  const failOn = BARS.find((name) => name === bar);
  if (bar !== undefined && !failOn) return refuse(`Unknown level '${bar}': ${listed(BARS)}`);
  if (positionals.filter((path) => path === '-').length > 1)
    return refuse("Standard input ('-') can be read once only");
  return {
    do: 'check',
    options: {
      paths: positionals.length > 0 ? positionals : ['.'],
      format,
      config: values.config,
      failOn,
      context: values.context,
      fix: values.fix,
      shellcheck: values['no-shellcheck']
        ? undefined
        : { program: values.shellcheck ?? 'shellcheck', named: values.shellcheck !== undefined },
    },
  };
}

const refuse = (why: string): Command => ({ do: 'refuse', why });

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
