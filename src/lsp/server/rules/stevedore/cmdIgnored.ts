import type { Rule } from '../rule.ts';

/** A CMD that nobody is given. */
export const cmdIgnored: Rule = {
  id: 'stevedore/cmd-ignored',
  severity: 'warning',
  title: 'CMD is ignored because ENTRYPOINT is in the shell form',
  why: 'CMD holds arguments for ENTRYPOINT. In the shell form ENTRYPOINT is run as `/bin/sh -c "…"`, which passes none on: CMD, and what is written behind the image’s name in `docker run`, get lost, and the program does not get the signals of `docker stop` either. Write ENTRYPOINT as a JSON array.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nENTRYPOINT ping -c 3\nCMD ["localhost"]\n',
      good: 'FROM alpine:3.20\nENTRYPOINT ["ping", "-c", "3"]\nCMD ["localhost"]\n',
    },
  ],
  check: (file) =>
    file.tree.stages.flatMap(({ instructions }) => {
      const entry = instructions.findLast(({ name }) => name === 'ENTRYPOINT');
      const cmd = instructions.findLast(({ name }) => name === 'CMD');
      if (!entry || !cmd || entry.json || entry.args.from === entry.args.to) return [];
      // `sh -c '… "$@"'` hands on what it gets, and an array that is cut off is an error of its own.
      const text = entry.logical.text.slice(entry.args.from, entry.args.to);
      if (/\$[@*\d]|^\[/.test(text) || cmd.args.from === cmd.args.to) return [];
      return [
        {
          span: { start: cmd.keyword.start, end: cmd.keyword.end },
          message:
            'The ENTRYPOINT of this stage is in the shell form and takes no arguments: this CMD is ignored.',
        },
      ];
    }),
};
