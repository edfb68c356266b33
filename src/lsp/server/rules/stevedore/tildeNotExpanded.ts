import { copiesOf } from '../../context/sources.ts';
import { argumentWords, unquote } from '../../parser/words.ts';
import type { Span } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';

/** A `~` where no shell reads it. */
export const tildeNotExpanded: Rule = {
  id: 'stevedore/tilde-not-expanded',
  severity: 'warning',
  title: 'A ~ stands where nothing expands it',
  why: 'Only a shell replaces `~` by the home directory. WORKDIR, COPY, ADD and ENV take it as it is: the files end up in a directory that is called `~`. Write the directory in full (`/root`, `/home/app`), or a variable.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nCOPY .vimrc ~/.vimrc\n',
      good: 'FROM alpine:3.20\nCOPY .vimrc /root/.vimrc\n',
    },
    {
      bad: 'FROM alpine:3.20\nWORKDIR ~/app\n',
      good: 'FROM alpine:3.20\nWORKDIR /root/app\n',
    },
    {
      bad: 'FROM alpine:3.20\nENV PATH=~/.local/bin:$PATH\n',
      good: 'FROM alpine:3.20\nENV PATH=/root/.local/bin:$PATH\n',
    },
  ],
  check(file) {
    const { escape } = file.tree;
    const targets = file
      .once(copiesOf)
      .flatMap(({ instruction, target }) =>
        target?.text !== undefined && /^~(?:\/|$)/.test(target.text)
          ? [
              tilde(
                target.word,
                instruction.name,
                'the files are copied to a directory of that name',
              ),
            ]
          : [],
      );
    const directories = file.all('WORKDIR').flatMap((instruction) => {
      const [word] = argumentWords(instruction, escape);
      return word && /^["']?~(?:[/"']|$)/.test(word.text)
        ? [tilde(word, 'WORKDIR', 'it names a directory below the current one')]
        : [];
    });
    const variables = file
      .all('ENV')
      .flatMap((instruction) =>
        file
          .pairs(instruction)
          .flatMap(({ key, value }) =>
            value && key.text.endsWith('PATH') && /(?:^|:)~\//.test(unquote(value.text))
              ? [tilde(value, 'ENV', 'programs look for a directory of that name')]
              : [],
          ),
      );
    return [...targets, ...directories, ...variables];
  },
};

function tilde({ start, end }: Span, name: string, what: string): Finding {
  return {
    span: { start, end },
    message: `${name} does not expand ~: ${what}. Write the home directory in full.`,
  };
}
