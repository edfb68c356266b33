import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { argumentWords, unquote } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';

/** A search path without the system's programs. */
export const pathReplaced: Rule = {
  id: 'stevedore/path-replaced',
  severity: 'warning',
  title: 'PATH is replaced and loses the system’s directories',
  why: 'ENV sets a variable anew. Without `$PATH` in the value, or the directories themselves, later instructions and the container find no program of the system, not even `ls`: `executable file not found in $PATH`.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nENV PATH=/opt/tool/bin\nRUN tool --version\n',
      good: 'FROM alpine:3.20\nENV PATH=/opt/tool/bin:$PATH\nRUN tool --version\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file.all('ENV').flatMap((instruction) =>
      // On Windows the directories are others.
      file.tree.escape === '`'
        ? []
        : file.pairs(instruction).flatMap(({ key, value }) => {
            if (key.text !== 'PATH' || !value) return [];
            const text = unquote(value.text);
            if (text.includes('$') || WINDOWS.test(text)) return [];
            if (text.split(':').some((part) => SYSTEM.test(part))) return [];
            if (!matters(file, instruction)) return [];
            const end = value.end - (text === value.text ? 0 : 1);
            return [
              {
                span: { start: key.start, end: value.end },
                message:
                  'This replaces PATH, so that the programs of /usr/bin and /bin are found no more.',
                fixes: [
                  { title: 'Keep $PATH', edits: [{ span: { start: end, end }, text: ':$PATH' }] },
                ],
              },
            ];
          }),
    ),
};

/** Where programs of the system are, in images of Nix and of busybox alone, too. */
const SYSTEM = /^\/(?:(?:usr\/)?bin\/?$|nix\/|busybox\/?$)/;
/** Without a directive for the escape character, too. */
const WINDOWS = /;|^[a-z]:/i;

/** Whether a RUN that looks for a program comes after it, in a stage that has directories to lose: an empty image has none. */
function matters(file: Dockerfile, instruction: Instruction): boolean {
  const stage = file.stageOf(instruction);
  if (!stage || file.chain(stage).at(-1)?.image?.text === 'scratch') return false;
  return (file.once(lastLookups).get(stage.index) ?? -1) > instruction.start;
}

/** Where the last RUN of each stage begins that finds a program by PATH: the exec form may name its place. */
function lastLookups(file: Dockerfile): ReadonlyMap<number, number> {
  return new Map(
    file.all('RUN').flatMap((run): [number, number][] => {
      const [program] = run.json ? argumentWords(run, file.tree.escape) : [];
      return program?.text.startsWith('"/') === true ? [] : [[run.stage, run.start]];
    }),
  );
}
