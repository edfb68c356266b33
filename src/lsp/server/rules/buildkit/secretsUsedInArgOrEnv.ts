import type { Rule } from '../rule.ts';
import { at, stepsOf } from './support.ts';

const SECRETS = new Set(
  'apikey auth credential credentials key password pword passwd secret token'.split(' '),
);
const HARMLESS = new Set(['public', 'file', 'version']);

export const secretsUsedInArgOrEnv: Rule = {
  id: 'SecretsUsedInArgOrEnv',
  same: 'DL3064',
  severity: 'warning',
  title: 'ARG and ENV should not carry secrets',
  why: 'What `ARG` and `ENV` hold stays in the image’s history and configuration, where everyone who has the image can read it. Give secrets to the command that needs them: `RUN --mount=type=secret,id=NAME …`.',
  examples: [
    {
      bad: 'FROM alpine\nARG API_TOKEN\nRUN ./fetch --token=$API_TOKEN\n',
      good: 'FROM alpine\nRUN --mount=type=secret,id=API_TOKEN,env=API_TOKEN ./fetch --token=$API_TOKEN\n',
    },
    { bad: 'FROM alpine\nENV PASSWORD=secret\n', good: 'FROM alpine\nENV PASSWORD_FILE=/run/p\n' },
  ],
  *check(file) {
    for (const { instruction, place, pairs, expanded } of stepsOf(file, 'ARG', 'ENV')) {
      const keys = expanded.filter(({ piece }) => piece.role === 'key');
      for (const [index, { key }] of pairs.entries()) {
        // ENV's names may hold variables themselves.
        const name =
          instruction.name === 'ENV' ? (keys[index]?.expansion.value ?? key.text) : key.text;
        if (!isSecret(name)) continue;
        yield at(place, {
          span: key,
          message: `${name.slice(0, 80)} looks like a secret, and ${instruction.name} leaves it in the image for everyone to read. Use RUN --mount=type=secret.`,
        });
      }
    }
  },
};

/**
 * Whether a word between the underscores of a name is one for secrets, and none says that it is harmless. As Go's regular
 * expressions compare without case, the long s is an s.
 */
function isSecret(name: string): boolean {
  const words = name.replaceAll('\u017F', 's').toLowerCase().split('_');
  return words.some((word) => SECRETS.has(word)) && !words.some((word) => HARMLESS.has(word));
}
