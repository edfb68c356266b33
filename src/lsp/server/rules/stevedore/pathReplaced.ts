import { pairsOf, unquote } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';

/** A search path without the system's programs. */
export const pathReplaced: Rule = {
  id: 'stevedore/path-replaced',
  severity: 'warning',
  title: 'PATH is replaced and loses the system’s directories',
  why: 'ENV sets a variable anew. Without `$PATH` in the value, or the directories themselves, later instructions and the container find neither `ls` nor `sh`-scripts’ programs: `executable file not found in $PATH`.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nENV PATH=/opt/tool/bin\nRUN tool --version\n',
      good: 'FROM alpine:3.20\nENV PATH=/opt/tool/bin:$PATH\nRUN tool --version\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file.all('ENV').flatMap((instruction) => {
      const stage = file.stageOf(instruction);
      const root = stage && file.chain(stage).at(-1);
      // An empty image has no directories to lose, and on Windows they are others.
      if (!stage || root?.image?.text === 'scratch' || file.tree.escape === '`') return [];
      const runs = stage.instructions.some(
        ({ name, start }) => name === 'RUN' && start > instruction.start,
      );
      return pairsOf(instruction, file.tree.escape).flatMap(({ key, value }) => {
        if (key.text !== 'PATH' || !value || !runs) return [];
        const text = unquote(value.text);
        if (text.includes('$') || text.split(':').some((part) => SYSTEM.test(part))) return [];
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
      });
    }),
};

const SYSTEM = /^\/(?:usr\/)?bin\/?$/;
