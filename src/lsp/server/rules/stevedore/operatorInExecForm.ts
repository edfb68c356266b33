import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';
import { entrypointFor, execWords } from './commandOf.ts';

/** A second command that is an argument of the first one. */
export const operatorInExecForm: Rule = {
  id: 'stevedore/operator-in-exec-form',
  severity: 'warning',
  title: 'An operator of the shell stands in the exec form',
  why: 'The exec form runs one program without a shell. `&&`, `||`, `|`, `;` and `>` are arguments of it as all that follows: the second command is never run, and a HEALTHCHECK with `"||", "exit 1"` asks for a host called `||`. Use the shell form, or `["sh", "-c", "…"]` with all of it in one string.',
  examples: [
    {
      bad: 'FROM node:22.11.0\nCMD ["npm", "run", "migrate", "&&", "npm", "start"]\n',
      good: 'FROM node:22.11.0\nCMD ["sh", "-c", "npm run migrate && npm start"]\n',
      fixed: true,
    },
    {
      bad: 'FROM nginx:1.27.3\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/", "||", "exit 1"]\n',
      good: 'FROM nginx:1.27.3\nHEALTHCHECK CMD ["sh", "-c", "curl -f http://localhost/ || exit 1"]\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file
      .all('CMD', 'ENTRYPOINT', 'RUN', 'HEALTHCHECK')
      .flatMap((instruction) => inExecForm(file, instruction)),
};

const OPERATOR = /^"(?:&&?|\|\|?|;|[12]?>>?|2>&1|[12]?>>?\s*\/dev\/null)"$/;
/** Programs that make one command of their arguments, or have operators of their own. */
const JOINERS =
  /(?:^|\/)(?:cmd|powershell|pwsh|ssh|watch|eval|find|expr|test|\[|tmux|parallel|.*entrypoint.*)(?:\.exe)?$/i;
const SHELL = /(?:^|\/)(?:ba|da|a|z|k)?sh$/;
/** Nobody calls a program by a longer path. */
const LONGEST = 256;
/** What a shell reads as one word, and as it stands; `exit 1` is a command that is seldom taken apart. */
const PLAIN = /^(?:[\w./:@%+,=-]+|exit \d+)$/;
/** What it reads so in single quotes. */
const QUOTABLE = /^[^'"\\$`]+$/;

function inExecForm(file: Dockerfile, instruction: Instruction): Finding[] {
  if (!/"[&|;>12]/.test(instruction.logical.text)) return [];
  const words = execWords(instruction, file.tree.escape);
  const operator = words.find(({ text }, at) => at > 0 && OPERATOR.test(text));
  if (!operator) return [];
  const texts = words.map(({ text }) => text.slice(1, -1));
  const [program = ''] = texts;
  if (texts.some((text) => text.length < LONGEST && JOINERS.test(text))) return [];
  // What is given the words may make a command of them.
  if (entrypointFor(file, instruction)) return [];
  const span = { start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 };
  const text = shellForm(texts);
  return [
    {
      span: { start: operator.start, end: operator.end },
      message: `The exec form runs no shell: ${operator.text} and what follows are arguments of ${program.slice(0, 60)}. Use the shell form, or ["sh", "-c", "…"].`,
      fixes: text === undefined ? [] : [{ title: 'Run it by a shell', edits: [{ span, text }] }],
    },
  ];
}

/** The strings of an array that gives a shell all of it in one; undefined where it isn't plain what is meant. */
function shellForm(texts: readonly string[]): string | undefined {
  const [program = '', flag = '', ...script] = texts;
  // A shell that is there already takes the first one for all of its script.
  if (SHELL.test(program) && /^-\w*c$/.test(flag))
    return script.some((text) => /["\\]/.test(text))
      ? undefined
      : `"${program}", "${flag}", "${script.join(' ')}"`;
  const words = texts.map((text) => {
    if (PLAIN.test(text) || OPERATOR.test(`"${text}"`)) return text;
    return QUOTABLE.test(text) ? `'${text}'` : undefined;
  });
  return words.includes(undefined) ? undefined : `"sh", "-c", "${words.join(' ')}"`;
}
