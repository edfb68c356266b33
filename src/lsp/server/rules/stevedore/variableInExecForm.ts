import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';
import { entrypointFor, execWords, mayBeScript } from './commandOf.ts';
import { lineIn } from './lineInExecForm.ts';

/** A variable that stays as it is written. */
export const variableInExecForm: Rule = {
  id: 'stevedore/variable-in-exec-form',
  severity: 'warning',
  title: 'A variable in the exec form is not expanded',
  why: 'The exec form runs a program without a shell, and nobody else replaces `$NAME`: the program is given the text as it stands. Let a shell expand it (`["sh", "-c", "exec server --port $PORT"]`, where `exec` keeps signals arriving), or let the program read the variable itself.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nENV PORT=8080\nCMD ["httpd", "-f", "-p", "$PORT"]\n',
      good: 'FROM alpine:3.20\nENV PORT=8080\nCMD ["sh", "-c", "exec httpd -f -p $PORT"]\n',
    },
    {
      bad: 'FROM alpine:3.20\nARG NAME\nENTRYPOINT ["/usr/bin/${NAME}"]\n',
      good: 'FROM alpine:3.20\nENTRYPOINT ["/usr/bin/app"]\n',
    },
    {
      bad: 'FROM eclipse-temurin:21.0.4_7-jre\nARG JAR=app.jar\nENTRYPOINT ["java", "-jar", "/$JAR"]\n',
      good: 'FROM eclipse-temurin:21.0.4_7-jre\nENTRYPOINT ["java", "-jar", "/app.jar"]\n',
    },
    {
      bad: 'FROM python:3.13.1\nCMD ["uvicorn", "app:app", "--port", "${PORT:-8000}"]\n',
      good: 'FROM python:3.13.1\nCMD ["sh", "-c", "exec uvicorn app:app --port ${PORT:-8000}"]\n',
    },
    {
      bad: 'FROM nginx:1.27.3\nENV PORT=8080\nHEALTHCHECK CMD ["curl", "-f", "http://localhost:$PORT"]\n',
      good: 'FROM nginx:1.27.3\nENV PORT=8080\nHEALTHCHECK CMD curl -f "http://localhost:$PORT"\n',
    },
  ],
  check: (file) =>
    file
      .all('CMD', 'ENTRYPOINT', 'RUN', 'HEALTHCHECK')
      .flatMap((instruction) => inExecForm(file, instruction)),
};

/** Variables that every process has, or that people count on to be given by what runs the container. */
const EVERYWHERE = new Set(['HOME', 'PATH', 'HOSTNAME', 'PWD', 'PORT', 'JAVA_OPTS']);
/** Programs that read such references themselves, or may give them to one that does. */
const SHELLS =
  /(?:^|\/)(?:(?:ba|da|a|z|k|c|tc|fi)?sh|busybox|env|envsubst|eval|xargs|find|awk|gawk|make|supervisord|s6-.*|with-contenv|execlineb|docker-entrypoint.*|.*entrypoint.*|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh)$/i;
/** Programs that read them in code. */
const INTERPRETERS = /(?:^|\/)(?:perl|ruby|python\d?(?:\.\d+)?|node|php|java)(?:\.exe)?$/i;
/** Nobody calls a program by a longer path. */
const LONGEST = 256;

const isOne = (words: readonly string[], programs: RegExp) =>
  words.some((word) => word.length < LONGEST && programs.test(word));

/**
 * Whether the program of an instruction's exec form, one that it is to run in turn (`uv run sh -c …`), or what the array is
 * given to replaces variables itself.
 * @param words the strings of the array
 */
export function readsVariables(
  words: readonly string[],
  instruction: Instruction,
  file: Dockerfile,
): boolean {
  const all = [...entryWords(instruction, file), ...words];
  return isOne(all, SHELLS) || isOne(all, INTERPRETERS);
}

/** What CMD is given to: the words of the ENTRYPOINT, and a shell for any of which nobody knows what it does with them. */
function entryWords(instruction: Instruction, file: Dockerfile): string[] {
  const entry = entrypointFor(file, instruction);
  if (!entry) return [];
  const words = execWords(entry, file.tree.escape).map(({ text }) => text.slice(1, -1));
  const [first] = words;
  const isKnown = first !== undefined && (INTERPRETERS.test(first) || !mayBeScript(words));
  return isKnown ? words : ['sh'];
}

function inExecForm(file: Dockerfile, instruction: Instruction): Finding[] {
  if (!instruction.logical.text.includes('$')) return [];
  const words = execWords(instruction, file.tree.escape);
  const all = [...entryWords(instruction, file), ...words.map(({ text }) => text.slice(1, -1))];
  if (isOne(all, SHELLS)) return [];
  const isInterpreted = isOne(all, INTERPRETERS);
  const isJava = isOne(all, /(?:^|\/)java(?:\.exe)?$/);
  const scope = file.scopeAt(instruction);
  // That it holds several words is said of it, and the remedy for that expands variables, too.
  const line = lineIn(file, instruction)?.word.start;
  return words.flatMap((word): Finding[] => {
    if (word.start === line) return [];
    const name = REFERENCE.exec(word.text);
    const variable = name?.[1] ?? name?.[3];
    if (variable === undefined) return [];
    const rest = word.text.slice(1, -1).replace(name?.[0] ?? '', '');
    if (isInterpreted && CODE.test(rest)) return [];
    // Spring and its like replace `${NAME}` in properties.
    if (isJava && name?.[1] !== undefined && rest.includes('=')) return [];
    const origin = scope.get(variable)?.origin;
    // Who says what to take without a value means a variable, whoever sets it.
    const isMeant = name?.[2] !== undefined && /^[A-Z][A-Z\d_]*$/.test(variable);
    const isSet = origin === 'env' || origin === 'arg' || EVERYWHERE.has(variable);
    if (!isSet && !isMeant) return [];
    return [
      {
        span: { start: word.start, end: word.end },
        message: `The exec form runs no shell, so $${variable.slice(0, 60)} is passed on as written. Use the shell form, or ["sh", "-c", "exec …"].`,
      },
    ];
  });
}

/** As a shell has it, with what is to be taken in its place. */
const REFERENCE = /(?<!\\)\$(?:\{([A-Z_a-z]\w*)(:?[-+?=][^{}"\s]*)?\}|([A-Z_a-z]\w*))/;

/** What code has in it, and a plain argument seldom. */
const CODE = /[\s(){};'"`\\]/;
