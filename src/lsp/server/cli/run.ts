import { basename, dirname, resolve } from 'node:path';
import { ansi } from '../../../util/ansi.ts';
import { isTemplateName } from '../../../util/dockerfileNames.ts';
import { append } from '../../../util/multimap.ts';
import { reasonOf } from '../../../util/reasonOf.ts';
import { fixAll } from '../lint/fixes.ts';
import { RULES } from '../rules/all.ts';
import { isFixable } from '../rules/fixable.ts';
import { HELP, readArguments } from './arguments.ts';
import type { Bar, Options } from './arguments.ts';
import { check, toShown } from './check.ts';
import { readConfigs } from './configs.ts';
import type { ConfigOf, FileConfig } from './configs.ts';
import { escape } from './escape.ts';
import { findFiles } from './find.ts';
import { formatGithub } from './formatGithub.ts';
import { formatJson } from './formatJson.ts';
import { formatSarif } from './formatSarif.ts';
import { formatText, PLAIN, summarize } from './formatText.ts';
import { createLate } from './late.ts';
import { isNoText } from './readBytes.ts';
import type { LateOf } from './late.ts';
import { MOST_RUNS } from '../shellcheck/shellcheck.ts';
import type { Report, Shown } from './report.ts';
import { SEVERITIES } from './report.ts';

/** What the program takes from its surroundings. */
interface Io {
  readonly env: NodeJS.ProcessEnv;
  /** Whether standard output is a terminal. */
  readonly isTerminal: () => boolean;
  /** How wide that terminal is; undefined where it is none. */
  readonly columns: () => number | undefined;
  /** Address of docs/rules, with a slash at its end. */
  readonly pages: string;
  readonly version: () => string;
  readonly out: (text: string | Buffer) => void;
  readonly err: (text: string) => void;
  /** All of standard input for `-`, else a file's bytes. Throws what reading throws, and of what is no text. */
  readonly read: (path: string) => Promise<Buffer>;
  readonly write: (path: string, text: string) => Promise<void>;
}

const CLEAN = 0;
const FOUND = 1;
const CANNOT = 2;

/** Runs the program and tells its exit code: 0 clean, 1 findings at or over the bar, 2 cannot run. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const command = readArguments(argv);
  switch (command.do) {
    case 'help':
      io.out(HELP);
      return CLEAN;
    case 'version':
      io.out(`stevedore-check ${io.version()}\n`);
      return CLEAN;
    case 'rules':
      io.out(listRules());
      return CLEAN;
    case 'refuse':
      say(io, `${command.why}. See stevedore-check --help.`);
      return CANNOT;
    case 'check':
      return checkAll(command.options, io);
    default:
      return command satisfies never;
  }
}

function listRules(): string {
  const longest = Math.max(0, ...RULES.map(({ id }) => id.length));
  return RULES.map((rule) => {
    const level = rule.off ? 'off' : rule.severity;
    return `${rule.id.padEnd(longest)}  ${level.padEnd(7)}  ${isFixable(rule) ? 'fix' : '   '}  ${rule.title}\n`;
  }).join('');
}

const say = (io: Io, text: string) => io.err(`stevedore-check: ${escape(text)}\n`);

/** What became of one file. */
interface Outcome {
  readonly shown: readonly Shown[];
  readonly fixed: number;
  /** Whether something is at or over the bar. */
  readonly over: boolean;
}

async function checkAll(options: Options, io: Io): Promise<number> {
  let configOf: ConfigOf;
  let late: LateOf;
  try {
    configOf = await readConfigs(options.config, io.env, (text) => say(io, text));
    late = await createLate(options);
  } catch (error) {
    say(io, error instanceof Error ? error.message : String(error));
    return CANNOT;
  }
  const { files, unreadable, empty } = await findFiles(options.paths);
  for (const { path, why } of unreadable) say(io, `${path}: ${why}`);
  for (const folder of empty) say(io, `${folder}: there is no Dockerfile in this folder`);
  let failed = unreadable.length > 0;
  const outcomes: Outcome[] = [];
  const named = new Set(options.paths.map((path) => resolve(path)));
  /** By what is wrong with their configuration, which may be that of many. */
  const unchecked = new Map<string, string[]>();
  for (const file of files) {
    const isNamed = named.has(resolve(file));
    if (isTemplateName(basename(file)) && !isNamed) {
      say(io, `${file}: is a template, so not checked`);
      continue;
    }
    let config: FileConfig;
    try {
      config = await configOf(file === '-' ? '.' : dirname(file));
    } catch (error) {
      append(unchecked, reasonOf(error), file);
      continue;
    }
    try {
      outcomes.push(
        await checkFile(file, options, io, config, late, (what, error) => {
          failed = true;
          say(io, `${file}: ${what} failed: ${reasonOf(error)}`);
        }),
      );
    } catch (error) {
      // A picture of a Dockerfile may have such a name, too.
      if (isNoText(error) && !isNamed) {
        say(io, `${file}: is no text, so not checked`);
        continue;
      }
      failed = true;
      say(io, `${file}: ${reasonOf(error)}`);
    }
  }
  for (const [why, [first = '', ...more]] of unchecked) {
    failed = true;
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    say(io, `${why.replace(/\.?$/, '.')} Not checked: ${first}${others}`);
  }
  const report = {
    shown: outcomes.flatMap(({ shown }) => shown),
    files: outcomes.length,
    root: io.env['GITHUB_WORKSPACE'],
  };
  write(report, outcomes, options, io);
  if (failed) return CANNOT;
  return outcomes.some(({ over }) => over) ? FOUND : CLEAN;
}

async function checkFile(
  file: string,
  options: Options,
  io: Io,
  { config, bar }: FileConfig,
  lateOf: LateOf,
  onError: (what: string, error: unknown) => void,
): Promise<Outcome> {
  const bytes = await io.read(file);
  let source = bytes.toString('utf8');
  let leftOut = 0;
  const checker = {
    rules: RULES,
    config,
    late: lateOf(file, config, onError, (runs) => (leftOut = runs)),
    onError: (rule: { id: string }, error: unknown) => onError(`rule ${rule.id}`, error),
  };
  let fixed = 0;
  if (options.fix) {
    // What isn't UTF-8 would come back as replacement characters.
    if (!Buffer.from(source, 'utf8').equals(bytes)) {
      say(io, `${file}: not UTF-8, so not fixed`);
      if (file === '-') io.out(bytes);
    } else {
      const result = await fixAll(source, (text) => check(text, checker));
      if (file === '-') io.out(result.text);
      if (
        file === '-' ||
        result.text === source ||
        (await written(file, result.text, io, onError))
      ) {
        source = result.text;
        fixed = result.fixed;
      }
    }
  }
  const found = await check(source, checker);
  if (leftOut > 0)
    say(
      io,
      `${file}: ShellCheck was given the first ${MOST_RUNS} RUNs; ${leftOut} more were left out`,
    );
  const failOn = options.failOn ?? bar;
  return {
    shown: toShown(file, source, found, io.pages),
    fixed,
    over: found.some(({ severity }) => isOver(severity, failOn)),
  };
}

/** Whether a file could be written; it is checked as it stands where not. */
async function written(
  file: string,
  text: string,
  io: Io,
  onError: (what: string, error: unknown) => void,
): Promise<boolean> {
  try {
    await io.write(file, text);
    return true;
  } catch (error) {
    onError('writing the fixed text', error);
    return false;
  }
}

function isOver(severity: (typeof SEVERITIES)[number], bar: Bar): boolean {
  return bar !== 'none' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(bar);
}

function write(report: Report, outcomes: readonly Outcome[], options: Options, io: Io): void {
  // Standard output is the fixed text's then.
  const aside = options.fix && options.paths.includes('-');
  const out = aside ? io.err : io.out;
  switch (options.format) {
    case 'json':
      return out(formatJson(report));
    case 'github':
      return out(formatGithub(report));
    case 'sarif':
      return out(formatSarif(report, { rules: RULES, version: io.version(), pages: io.pages }));
    case 'text': {
      out(formatText(report, isColoured(io) ? ansi : PLAIN, aside ? undefined : io.columns()));
      const fixed = outcomes.reduce((sum, outcome) => sum + outcome.fixed, 0);
      // Not among the findings, so that a program that reads these has nothing to take out.
      io.err(`${summarize(report, fixed)}\n`);
      return undefined;
    }
    default:
      return options.format satisfies never;
  }
}

/** NO_COLOR (no-color.org) wins over FORCE_COLOR, which wins over what the output is. */
function isColoured({ env, isTerminal }: Io): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return env['TERM'] !== 'dumb' && isTerminal();
}
