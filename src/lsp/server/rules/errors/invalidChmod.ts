import type { Rule } from '../rule.ts';
import { expandedFlag, stepsOf } from './support/steps.ts';
import { shown } from './support/suggest.ts';

/** Values of --chmod that are no permissions. */
export const invalidChmod: Rule = {
  id: 'build-error/invalid-chmod',
  severity: 'error',
  title: '--chmod takes permissions',
  why: 'Permissions are octal, up to `7777`, or symbolic as `chmod` takes them: `u=rwX,go=rX`, `+x`.',
  examples: [
    { bad: 'FROM alpine:3\nCOPY --chmod=888 a /\n', good: 'FROM alpine:3\nCOPY --chmod=755 a /\n' },
    { bad: 'FROM alpine:3\nADD --chmod=rwx a /\n', good: 'FROM alpine:3\nADD --chmod=+rwx a /\n' },
  ],
  check: function* check(file) {
    for (const step of [...stepsOf(file, 'COPY'), ...stepsOf(file, 'ADD')]) {
      const found = expandedFlag(step, 'chmod');
      if (!found || found.value === '' || isMode(found.value)) continue;
      const message = `${shown(found.value)} aren’t permissions: write them octal, up to 7777, or like u=rwX,go=rX.`;
      yield { span: found.flag.value ?? found.flag, message };
    }
  },
};

function isMode(text: string): boolean {
  if (/^\d/.test(text)) return /^0*[0-7]{1,4}$/.test(text);
  return text.split(',').every((clause) => {
    const who = /^[ugoa]*/.exec(clause)?.[0].length ?? 0;
    return /^[+=-][-+=rwxXstugo]*$/.test(clause.slice(who));
  });
}
