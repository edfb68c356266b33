import { readString } from '../../parser/json.ts';
import type { Word } from '../../parser/tree.ts';
import type { Finding, Fix, Rule } from '../rule.ts';
import { execWords } from './commandOf.ts';

/** A test of the health as Compose files have it, whose first word is none of the command. */
export const composeHealthcheck: Rule = {
  id: 'stevedore/compose-healthcheck',
  severity: 'error',
  title: 'HEALTHCHECK has the form of Compose files',
  why: 'In a Compose file, and in the engine’s API, a test of the health is an array that begins with `CMD`, `CMD-SHELL` or `NONE`. In a Dockerfile that word stands in front of the array: within it it is taken for the program to run, which no image has, and the container is unhealthy for ever.',
  examples: [
    {
      bad: 'FROM nginx:1.27.3\nHEALTHCHECK CMD ["CMD", "curl", "-f", "http://localhost/"]\n',
      good: 'FROM nginx:1.27.3\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/"]\n',
      fixed: true,
    },
    {
      bad: 'FROM postgres:17.2\nHEALTHCHECK --interval=5s CMD ["CMD-SHELL", "pg_isready -U postgres || exit 1"]\n',
      good: 'FROM postgres:17.2\nHEALTHCHECK --interval=5s CMD ["sh", "-c", "pg_isready -U postgres || exit 1"]\n',
      fixed: true,
    },
    {
      bad: 'FROM nginx:1.27.3\nHEALTHCHECK CMD ["NONE"]\n',
      good: 'FROM nginx:1.27.3\nHEALTHCHECK NONE\n',
    },
  ],
  check: (file) =>
    file.all('HEALTHCHECK').flatMap((instruction): Finding[] => {
      const [first, second] = execWords(instruction, file.tree.escape);
      const word = first && readString(first.text);
      if (!first || word === undefined || !Object.hasOwn(REMEDIES, word)) return [];
      // The program of Windows that is called so takes flags.
      if (word === 'CMD' && second && readString(second.text).startsWith('/')) return [];
      const remedy = REMEDIES[word as keyof typeof REMEDIES];
      return [
        {
          span: { start: first.start, end: first.end },
          message: `“${word}” belongs to Compose files: here it is the program that is run, which there is none of. ${remedy.text}`,
          fixes: second ? remedy.fixes(first, second) : [],
        },
      ];
    }),
};

/** What to write instead, by the word that the array begins with. */
const REMEDIES = {
  CMD: {
    text: 'Leave it out.',
    fixes: (first: Word, second: Word): Fix[] => [
      {
        title: 'Leave “CMD” out',
        edits: [{ span: { start: first.start, end: second.start }, text: '' }],
      },
    ],
  },
  'CMD-SHELL': {
    text: 'Use the shell form, or ["sh", "-c", "…"].',
    fixes: (first: Word): Fix[] => [
      {
        title: 'Have sh run it',
        edits: [{ span: { start: first.start, end: first.end }, text: '"sh", "-c"' }],
      },
    ],
  },
  NONE: { text: 'Write HEALTHCHECK NONE.', fixes: (): Fix[] => [] },
};
