import type { Rule } from '../rule.ts';
import { flagChoice } from './support/flagChoice.ts';

/** RUN --network with another network than those that there are. */
export const invalidNetwork: Rule = {
  id: 'build-error/invalid-network',
  severity: 'error',
  title: 'RUN --network takes default, none or host',
  why: 'A build has the network of the builder, `default`, none at all, or with `host` that of the machine. Networks of Docker aren’t for builds, and variables aren’t replaced.',
  examples: [
    {
      bad: 'FROM alpine:3\nRUN --network=hots make\n',
      good: 'FROM alpine:3\nRUN --network=host make\n',
      fixed: true,
    },
  ],
  check: flagChoice(
    'network',
    ['default', 'none', 'host'],
    '--network takes default, none or host.',
  ),
};
