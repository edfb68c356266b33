import type { Finding, Rule } from '../rule.ts';
import { built, readFlag } from './support/steps.ts';
import { nearest } from './support/suggest.ts';
import { replace } from '../edits.ts';

const MODES = ['default', 'none', 'host'];

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
  check: (file) =>
    built(file, 'RUN').flatMap(({ flags }) =>
      flags.flatMap((flag): Finding[] => {
        const { name, value } = readFlag(flag);
        if (name !== 'network' || value === undefined || MODES.includes(value)) return [];
        const guess = nearest(value.toLowerCase(), MODES);
        const span = flag.value?.text ? flag.value : flag;
        const fixes = guess && flag.value ? [replace(`Change to ${guess}`, flag.value, guess)] : [];
        return [{ span, message: '--network takes default, none or host.', fixes }];
      }),
    ),
};
