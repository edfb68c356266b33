import { copiesOf } from '../../context/sources.ts';
import { argumentWords, unquote } from '../../parser/words.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { mountFields } from '../../parser/mounts.ts';
import type { Span } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';
import { entrypointFor, execWords } from './commandOf.ts';
import { lineIn } from './lineInExecForm.ts';

/** A `~` where no shell reads it. */
export const tildeNotExpanded: Rule = {
  id: 'stevedore/tilde-not-expanded',
  severity: 'warning',
  title: 'A ~ stands where nothing expands it',
  why: 'Only a shell replaces `~` by the home directory. WORKDIR, COPY, ADD, VOLUME, ENV, mounts and the exec form take it as it is: the files end up in a directory that is called `~`, and a cache is mounted where nothing looks for it. Write the directory in full (`/root`, `/home/app`), or a variable.',
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
    {
      bad: 'FROM node:22.11.0\nRUN --mount=type=cache,target=~/.npm npm ci\n',
      good: 'FROM node:22.11.0\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
    },
    {
      bad: 'FROM alpine:3.20\nCMD ["~/bin/serve"]\n',
      good: 'FROM alpine:3.20\nCMD ["/root/bin/serve"]\n',
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
      return word && TILDE.test(word.text)
        ? [tilde(word, 'WORKDIR', 'it names a directory below the current one')]
        : [];
    });
    const volumes = file
      .all('VOLUME')
      .flatMap((instruction) =>
        argumentWords(instruction, escape).flatMap((word) =>
          TILDE.test(word.text)
            ? [tilde(word, 'VOLUME', 'it is a directory of that name in the root')]
            : [],
        ),
      );
    const variables = file
      .all('ENV')
      .flatMap((instruction) =>
        file
          .pairs(instruction)
          .flatMap(({ key, value }) =>
            value && namesHome(file, key.text, unquote(value.text))
              ? [tilde(value, 'ENV', 'programs look for a directory of that name')]
              : [],
          ),
      );
    const mounts = file
      .all('RUN')
      .flatMap((run) =>
        run.flags
          .flatMap((flag) => (flag.name === 'mount' ? mountFields(flag, run) : []))
          .flatMap(({ key, value }) =>
            value && TARGET.test(key.text) && TILDE.test(value.text)
              ? [tilde(value, 'A mount', 'it is at a directory of that name below the current one')]
              : [],
          ),
      );
    const programs = file.all('CMD', 'ENTRYPOINT', 'RUN', 'HEALTHCHECK').flatMap((instruction) => {
      const [program] = execWords(instruction, escape);
      const isTilde = program && TILDE.test(program.text) && !entrypointFor(file, instruction);
      // Of a whole command line in one string more is to be said.
      return isTilde && lineIn(file, instruction)?.word.start !== program.start
        ? [tilde(program, 'The exec form', 'the program is looked for in a directory of that name')]
        : [];
    });
    return [...targets, ...directories, ...volumes, ...variables, ...mounts, ...programs];
  },
};

const TILDE = /^["']?~(?:[/"']|$)/;
const TARGET = /^(?:target|dst|destination)$/i;

/** Whether a value is a path below the home directory: of PATH and its like, or of a variable that the file uses. */
function namesHome(file: Dockerfile, name: string, value: string): boolean {
  if (name.endsWith('PATH')) return /(?:^|:)~\//.test(value);
  return value.startsWith('~/') && file.once(references).has(name);
}

/** What the file refers to: some programs replace the tilde of a variable of their own, but no shell does then. */
function references({ tree }: Dockerfile): ReadonlySet<string> {
  return new Set(Array.from(tree.source.matchAll(/\$\{?(\w+)/g), ([, name = '']) => name));
}

function tilde({ start, end }: Span, name: string, what: string): Finding {
  return {
    span: { start, end },
    message: `${name} does not expand ~: ${what}. Write the home directory in full.`,
  };
}
