import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';
import {
  entrypointFor,
  execWords,
  JOINERS,
  mayBeScript,
  OPERATOR,
  programOf,
  RUNNERS,
  SHELL,
} from './commandOf.ts';
import { isCommand } from './lineInExecForm.ts';

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
      bad: 'FROM node:22.11.0\nENTRYPOINT ["tini", "--"]\nCMD ["npm", "run", "migrate", "&&", "npm", "start"]\n',
      good: 'FROM node:22.11.0\nENTRYPOINT ["tini", "--"]\nCMD ["sh", "-c", "npm run migrate && npm start"]\n',
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

/** What wants a word on its other side, too. */
const JOINS = /^(?:&&|\|\|?|[12]?>>?)$/;
/** A flag that is told what stands between fields. */
const SEPARATES = /^(?:-[dFst]|--?[\w-]*(?:delim|separator|sep|split|char|terminator)[\w-]*)$/;
/** Programs that do so, or have operators of their own, and whose name others take for a word: `npm test`. */
const WITH_OPERATORS = /(?:^|\/)(?:expr|test|\[|watch|tr|[ef]?grep|rg)$/;
/** Nobody calls a program by a longer path. */
const LONGEST = 256;
/** What a shell reads as one word, and as it stands; `exit 1` is a command that is seldom taken apart. */
const PLAIN = /^(?:[\w./:@%+,=-]+|exit \d+)$/;
/** What it reads so in single quotes. */
const QUOTABLE = /^[^'"\\$`]+$/;

function inExecForm(file: Dockerfile, instruction: Instruction): Finding[] {
  if (!/"[&|;>12]/.test(instruction.logical.text)) return [];
  const words = execWords(instruction, file.tree.escape);
  if (!words.some(({ text }) => OPERATOR.test(text))) return [];
  const entry = entrypointFor(file, instruction);
  const before = entry
    ? execWords(entry, file.tree.escape).map(({ text }) => text.slice(1, -1))
    : [];
  // In the shell form it takes nothing, and of a script nobody knows what it does with its words.
  if (entry && (before.length === 0 || mayBeScript(before))) return [];
  const texts = words.map(({ text }) => text.slice(1, -1));
  const all = [...before, ...texts];
  const operator = words.find(({ text }, at) => {
    const previous = all[before.length + at - 1];
    return previous !== undefined && OPERATOR.test(text) && !isValue(text, previous);
  });
  if (!operator) return [];
  const program = programOf(all);
  if (all.some((text) => text.length < LONGEST && JOINERS.test(text))) return [];
  if (program.length < LONGEST && WITH_OPERATORS.test(program)) return [];
  const span = { start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 };
  const isWhole = before.every((word) => RUNNERS.test(word)) && !isGivenMore(file, instruction);
  const text = isWhole ? shellForm(texts) : undefined;
  return [
    {
      span: { start: operator.start, end: operator.end },
      message: `The exec form runs no shell: ${operator.text} and what follows are arguments of ${program.slice(0, 60)}. Use the shell form, or ["sh", "-c", "…"].`,
      fixes: text === undefined ? [] : [{ title: 'Run it by a shell', edits: [{ span, text }] }],
    },
  ];
}

/** Whether a word is the value of the flag before it, as of `cut -d "|"`. */
function isValue(text: string, flag: string): boolean {
  return /^"[|;&]"$/.test(text) && flag.length < LONGEST && SEPARATES.test(flag);
}

/** Whether an ENTRYPOINT is given the words of a CMD, which a shell would not take for its script. */
function isGivenMore(file: Dockerfile, { name, stage }: Instruction): boolean {
  const { instructions = [] } = file.tree.stages[stage] ?? {};
  return name === 'ENTRYPOINT' && instructions.some((one) => one.name === 'CMD');
}

/** The strings of an array that gives a shell all of it in one; undefined where it isn't plain what is meant. */
function shellForm(texts: readonly string[]): string | undefined {
  const [program = '', flag = '', ...script] = texts;
  if (JOINS.test(program) || JOINS.test(texts.at(-1) ?? '')) return undefined;
  // A shell that is there already takes the first one for all of its script.
  if (SHELL.test(program) && /^-\w*c$/.test(flag))
    return script.some((text) => /["\\]/.test(text))
      ? undefined
      : `"${program}", "${flag}", "${script.join(' ')}"`;
  const words = texts.map((text, at) => {
    if (PLAIN.test(text) || OPERATOR.test(`"${text}"`)) return text;
    // A command that is not taken apart is one for the shell.
    const isFirst = at === 0 || OPERATOR.test(`"${texts[at - 1]}"`);
    if (isFirst && isCommand(text) && QUOTABLE.test(text)) return text;
    return QUOTABLE.test(text) ? `'${text}'` : undefined;
  });
  return words.includes(undefined) ? undefined : `"sh", "-c", "${words.join(' ')}"`;
}
