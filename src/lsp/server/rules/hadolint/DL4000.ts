import { maintainerDeprecated } from '../buildkit/maintainerDeprecated.ts';
import type { Rule } from '../rule.ts';

export const DL4000: Rule = {
  id: 'DL4000',
  same: 'MaintainerDeprecated',
  severity: 'error',
  title: 'MAINTAINER is deprecated',
  why: '`MAINTAINER` has been deprecated since 2017. The label `org.opencontainers.image.authors` says the same, and tools read it.',
  examples: [
    {
      bad: 'FROM debian:12\nMAINTAINER Ada <ada@example.com>\n',
      good: 'FROM debian:12\nLABEL org.opencontainers.image.authors="Ada <ada@example.com>"\n',
      fixed: true,
    },
  ],
  check: maintainerDeprecated.check,
};
