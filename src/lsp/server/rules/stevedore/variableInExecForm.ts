import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Tree } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Finding, Rule } from '../rule.ts';

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
  ],
  check: (file) =>
    file.all('CMD', 'ENTRYPOINT', 'RUN').flatMap((instruction) => inExecForm(file, instruction)),
};

/** Variables that every process has. */
const EVERYWHERE = new Set(['HOME', 'PATH', 'HOSTNAME', 'PWD']);
/** Programs that read such references themselves, or are given them to pass on. */
const READERS =
  /(?:^|\/)(?:(?:ba|da|a|z|k|c|tc|fi)?sh|busybox|env|envsubst|eval|xargs|find|awk|gawk|perl|ruby|python\d?(?:\.\d+)?|node|php|java|make|supervisord|s6-.*|with-contenv|execlineb|dumb-init|tini|gosu|su-exec|docker-entrypoint.*|.*entrypoint.*|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh)$/i;
/** Nobody calls a program by a longer path. */
const LONGEST = 256;

/**
 * Whether the program of an instruction's exec form, one that it is to run in turn (`uv run sh -c …`), or what the array is
 * given to replaces variables itself.
 * @param words the strings of the array
 */
export function readsVariables(
  words: readonly string[],
  { name, stage }: Instruction,
  { stages }: Pick<Tree, 'stages'>,
): boolean {
  if (words.some((word) => word.length < LONGEST && READERS.test(word))) return true;
  // CMD is what ENTRYPOINT is given, which may be any of these.
  return (
    name === 'CMD' && (stages[stage]?.instructions ?? []).some((one) => one.name === 'ENTRYPOINT')
  );
}

function inExecForm(file: Dockerfile, instruction: Instruction): Finding[] {
  if (!instruction.json || !instruction.logical.text.includes('$')) return [];
  const words = argumentWords(instruction, file.tree.escape);
  const texts = words.map(({ text }) => text.slice(1, -1));
  if (readsVariables(texts, instruction, file.tree)) return [];
  const scope = file.scopeAt(instruction);
  return words.flatMap((word): Finding[] => {
    const name = /(?<!\\)\$(?:\{([A-Z_a-z]\w*)\}|([A-Z_a-z]\w*))/.exec(word.text);
    const variable = name?.[1] ?? name?.[2];
    if (variable === undefined) return [];
    const origin = scope.get(variable)?.origin;
    if (origin !== 'env' && origin !== 'arg' && !EVERYWHERE.has(variable)) return [];
    return [
      {
        span: { start: word.start, end: word.end },
        message: `The exec form runs no shell, so $${variable.slice(0, 60)} is passed on as written.`,
      },
    ];
  });
}
