import { PROXY_ARGS } from '../data/predefined.ts';
import type { Dockerfile, ShellRun } from '../model/dockerfile.ts';
import type { Span } from '../parser/tree.ts';

/** What ShellCheck is given for a RUN. */
export interface Input {
  /** The value of `--shell`. */
  readonly dialect: string;
  readonly script: string;
  /** Where the RUN's own text begins in `script`. */
  readonly begin: number;
  /** The document span of `[from, to)` of the RUN's own text. */
  readonly span: (from: number, to: number) => Span;
  /** The RUN's own text. */
  readonly text: string;
}

/** ShellCheck's dialects by the names of shells; it knows no other shell. */
const DIALECTS: Readonly<Record<string, string>> = {
  ash: 'dash',
  bash: 'bash',
  dash: 'dash',
  ksh: 'ksh',
  sh: 'sh',
};

/** Longer ones aren't checked: ShellCheck would take minutes. In UTF-16 units. */
const LONGEST = 64 * 1024;
const NAME = /^[A-Za-z_]\w*$/;

/**
 * What ShellCheck is to read for a RUN, its variables declared in front of it; undefined for the exec form and for
 * shells that it doesn't know.
 */
export function inputOf(file: Dockerfile, { run, shell }: ShellRun): Input | undefined {
  const { script } = shell;
  const dialect = DIALECTS[script.program ?? file.shellProgram(run).name];
  if (script.form === 'exec' || !dialect || script.text.length > LONGEST) return undefined;
  const declared = variablesBefore(file, run).map((name) => `${name}=1`);
  const head = `export ${declared.join(' ')}\n`;
  const bodies = script.form === 'line' ? heredocsOf(file, run) : undefined;
  if (!bodies) {
    const { text } = script;
    return { dialect, script: head + text, begin: head.length, span: shell.span, text };
  }
  const line = `${script.text}\n`;
  return {
    dialect,
    script: `${head}${line}${bodies.text}\n`,
    begin: head.length,
    text: line + bodies.text,
    span: (from, to) =>
      from < line.length
        ? shell.span(from, Math.min(to, script.text.length))
        : { start: bodies.start + from - line.length, end: bodies.start + to - line.length },
  };
}

/** The heredocs that a line's commands read, which stand together below it. */
function heredocsOf(
  file: Dockerfile,
  { heredocs }: ShellRun['run'],
): { text: string; start: number } | undefined {
  const start = heredocs[0]?.body.start;
  const end = heredocs.at(-1)?.terminator?.end;
  if (start === undefined || end === undefined) return undefined;
  return { text: file.tree.source.slice(start, end), start };
}

/**
 * The names of what ARG and ENV define before an instruction, and of what the builder does. What ONBUILD runs, it runs
 * in another build: that one has the image's ENV and what ONBUILD defines, but no ARG of this file.
 */
function variablesBefore(file: Dockerfile, run: ShellRun['run']): string[] {
  const names = new Set(PROXY_ARGS);
  const later = run.parent !== undefined;
  if (run.stage >= 0) {
    for (const { name, origin } of file.scopeAt(run.parent ?? run).definitions())
      if (origin !== 'platform' && !(later && origin === 'arg')) names.add(name);
  }
  // A text without FROM is read as one stage.
  if (run.stage < 0 || later) {
    for (const instruction of file.all('ARG', 'ENV')) {
      if (instruction.start > run.start) break;
      const reaches = instruction.parent !== undefined || instruction.name === 'ENV' || !later;
      if (instruction.stage !== run.stage || !reaches) continue;
      for (const { key } of file.pairs(instruction)) names.add(key.text);
    }
  }
  return Array.from(names).filter((name) => NAME.test(name));
}
