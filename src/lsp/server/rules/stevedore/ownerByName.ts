import type { Flag, Instruction } from '../../parser/tree.ts';
import { expandedFlag, readFlag, stepsOf } from '../errors/support/steps.ts';
import { shown } from '../errors/support/suggest.ts';
import { removeFlag } from '../hadolint/removeFlag.ts';
import type { Rule } from '../rule.ts';

/** Owners that no number is known for, where files are copied into a layer of their own. */
export const ownerByName: Rule = {
  id: 'stevedore/owner-by-name',
  severity: 'warning',
  title: '--link has --chown by number only',
  why: 'With `--link` files are copied into an empty layer, where no `/etc/passwd` tells which number a name has. Builders that link, as those of `docker buildx create` and Docker 29 with its containerd image store, end such a build with `invalid user index: -1`; others leave `--link` out in silence. Write the numbers that the image has for the user and the group, or leave `--link` out. `root` is known everywhere.',
  examples: [
    {
      bad: 'FROM node:22.11.0\nCOPY --link --chown=node:node . /app/\n',
      good: 'FROM node:22.11.0\nCOPY --chown=node:node . /app/\n',
      fixed: true,
    },
    {
      bad: 'FROM nginx:1.27.3\nADD --chown=nginx --link page.html /srv/\n',
      good: 'FROM nginx:1.27.3\nADD --chown=101 --link page.html /srv/\n',
    },
  ],
  check: function* check(file) {
    for (const step of [...stepsOf(file, 'COPY'), ...stepsOf(file, 'ADD')]) {
      const { instruction } = step;
      const link = linkOf(instruction);
      const owner = link && expandedFlag(step, 'chown');
      if (!owner || owner.expanded.wanting.length > 0) continue;
      const name = owner.value.split(':', 2).find((part) => !/^(?:\d*|root)$/.test(part));
      if (name === undefined) continue;
      yield {
        span: owner.flag.value ?? owner.flag,
        message: `With --link no name is known, as ${shown(name)} is: builders that link fail. Write its number, or leave --link out.`,
        fixes: [removeFlag(instruction, link, 'unsafe')],
      };
    }
  },
};

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** The flag that has the builder copy into a layer of its own, which it doesn't where there are permissions to set. */
export function linkOf({ flags }: Instruction): Flag | undefined {
  if (flags.some((flag) => readFlag(flag).name === 'chmod')) return undefined;
  const link = flags.findLast((flag) => readFlag(flag).name === 'link');
  return link && TRUE.has(readFlag(link).value ?? 'true') ? link : undefined;
}
