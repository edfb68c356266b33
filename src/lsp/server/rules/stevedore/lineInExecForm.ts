import type { Dockerfile } from '../../model/dockerfile.ts';
import { readString } from '../../parser/json.ts';
import type { Instruction, Word } from '../../parser/tree.ts';
import { plainText } from '../buildkit/execForm.ts';
import { replace } from '../edits.ts';
import type { Finding, Fix, Rule } from '../rule.ts';
import { entrypointFor, execWords, isForUnknown, OPERATOR, programAt } from './commandOf.ts';

/** A command with its arguments in one string, of which nobody makes words. */
export const lineInExecForm: Rule = {
  id: 'stevedore/line-in-exec-form',
  severity: 'error',
  title: 'A whole command line stands in one string of the exec form',
  why: 'In the exec form each string is one word, and the first one is the program: `CMD ["sh ./start.sh"]` ends at once with `exec: "sh ./start.sh": executable file not found in $PATH`. Write each word as a string of its own; what needs a shell (`&&`, `$NAME`) is written in the shell form, or as `["sh", "-c", "…"]`.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nCMD ["sh ./start.sh"]\n',
      good: 'FROM alpine:3.20\nCMD ["sh", "./start.sh"]\n',
      fixed: true,
    },
    {
      bad: 'FROM eclipse-temurin:21.0.4_7-jre\nENTRYPOINT ["java", "-jar app.jar"]\n',
      good: 'FROM eclipse-temurin:21.0.4_7-jre\nENTRYPOINT ["java", "-jar", "app.jar"]\n',
      fixed: true,
    },
    {
      bad: 'FROM nginx:1.27.3\nHEALTHCHECK CMD ["curl -f http://localhost/ || exit 1"]\n',
      good: 'FROM nginx:1.27.3\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n',
    },
  ],
  check: (file) =>
    file
      .all('CMD', 'ENTRYPOINT', 'RUN', 'HEALTHCHECK')
      .flatMap((instruction) => inExecForm(file, instruction)),
};

/** Programs that everybody calls by their name, and words of the shell. */
const PROGRAMS =
  /^(?:(?:\/usr(?:\/local)?)?\/s?bin\/)?(?:(?:ba|da|a|z|k)?sh|java|node|deno|bun|bunx|np[mx]|yarn|pnpm|python[\d.]*|pip\d?|poetry|pipenv|uv|uvicorn|gunicorn|celery|flask|streamlit|ruby|bundle|rails|php|perl|go|cargo|dotnet|mvn|gradle|nginx|httpd|apachectl|apache2ctl|curl|wget|apk|apt|apt-get|yum|dnf|microdnf|make|cat|cp|rm|mv|ln|ls|mkdir|chmod|chown|tail|sleep|env|tini|dumb-init|gosu|su-exec|sudo|supervisord|service|pg_isready|mysqladmin|redis-cli|nc|cd|exec|source|export|echo)$/;
/** A file that is run, with nothing behind its ending. */
const FILE = /\.(?:sh|bash|py|jar|[cm]?js|rb|pl|php|dll)$/;
/** A variable that a shell would set for the command. */
const ASSIGNMENT = /^[A-Z_][A-Z\d_]*=\S*$/;
/** What stands in no path: a flag as a second word, and operators. */
const NO_PATH = /^\S+\s+--?[A-Za-z][^\s/=]*(?:=\S*)?(?:\s|$)|\s(?:&&|\|\|?|>>?)\s|\S;\s/;

/** What only a program of Windows has in its path, which has ways of its own to part what it is given. */
const WINDOWS = /\\|\.(?:exe|bat|cmd|ps1)\b/i;

/** Programs that take a file to run, or are told what to do, and what one of their arguments is surely not. */
const ARGUMENTS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:.*\/)?java$/, /^-jar\s/],
  [/^(?:.*\/)?(?:npm|yarn|pnpm)$/, /^run\s/],
  [/^(?:.*\/)?php$/, /^artisan\s/],
  [
    /^(?:.*\/)?(?:(?:ba|da|a|z|k)?sh|node|python[\d.]*|ruby|perl|php|dotnet)$/,
    /^[^\s-]\S*\.(?:sh|bash|py|[cm]?js|rb|pl|php|dll)\s/,
  ],
];

/** A string of an instruction's exec form that surely holds several words. */
interface Line {
  readonly word: Word;
  readonly text: string;
  /** The program that is given it; undefined where it is the program. */
  readonly program: string | undefined;
}

/** The string that a whole command line, or the end of one, stands in. Linear in the length of the instruction. */
export function lineIn(file: Dockerfile, instruction: Instruction): Line | undefined {
  if (file.tree.escape === '`') return undefined;
  const words = execWords(instruction, file.tree.escape);
  if (words.length === 0 || isForUnknown(file, instruction)) return undefined;
  // Where an operator stands between the strings, that is what to say.
  if (words.some(({ text }) => OPERATOR.test(text))) return undefined;
  const entry = entrypointFor(file, instruction);
  const before = entry ? execWords(entry, file.tree.escape) : [];
  // In the shell form an ENTRYPOINT takes nothing.
  if (entry && before.length === 0) return undefined;
  const all = [...before, ...words];
  const texts = all.map(({ text }) => readString(text));
  const at = programAt(texts);
  for (const [index, program] of [[at, undefined] as const, [at + 1, texts[at]] as const]) {
    const word = all[index];
    const text = texts[index] ?? '';
    if (!word || index < before.length || WINDOWS.test(text)) continue;
    const isLine = program === undefined ? isCommand(text) : isArguments(program, text);
    if (isLine) return { word, text, program };
  }
  return undefined;
}

/** Whether a string is surely a program with its arguments, and no path that has blanks. */
export function isCommand(text: string): boolean {
  const [first = '', ...more] = text.trim().split(/\s+/);
  if (more.length === 0) return text !== first && PROGRAMS.test(first);
  return (
    PROGRAMS.test(first) || FILE.test(first) || ASSIGNMENT.test(first) || NO_PATH.test(text.trim())
  );
}

const isArguments = (program: string, text: string): boolean =>
  ARGUMENTS.some(([programs, what]) => programs.test(program) && what.test(text));

function inExecForm(file: Dockerfile, instruction: Instruction): Finding[] {
  const line = lineIn(file, instruction);
  if (!line) return [];
  const { word, text, program } = line;
  const fixes = inWords(line);
  const what =
    program === undefined
      ? `a program called “${text.slice(0, 60)}” is looked for`
      : `${program.slice(0, 60)} is given “${text.slice(0, 60)}” as one argument`;
  const remedy =
    fixes.length > 0
      ? 'Write each word as a string of its own.'
      : 'Use the shell form, or ["sh", "-c", "…"].';
  return [
    {
      span: { start: word.start, end: word.end },
      message: `The exec form does not split strings: ${what}. ${remedy}`,
      fixes,
    },
  ];
}

/** What writes each word as a string; nothing where a shell would do more than part them. */
function inWords({ word, text, program }: Line): Fix[] {
  const words = plainText(text, program === undefined);
  if (!words) return [];
  const strings = words.map((one) => JSON.stringify(one)).join(', ');
  return [replace('Write each word as a string', word, strings)];
}
