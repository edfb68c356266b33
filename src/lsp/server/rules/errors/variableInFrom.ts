import type { Rule } from '../rule.ts';
import { sourceReferences } from './support/stages.ts';

/** Variables in COPY --from and in a mount's from. */
export const variableInFrom: Rule = {
  id: 'build-error/variable-in-from',
  severity: 'error',
  title: 'Variables aren’t replaced in --from',
  why: 'The builder must know the stages that a stage needs before it runs any. Give what the variable stands for a name: `FROM $IMAGE AS tools`, then `COPY --from=tools`.',
  examples: [
    {
      bad: 'FROM alpine:3\nARG TOOLS=busybox\nCOPY --from=$TOOLS /bin/sh /bin/\n',
      good: 'ARG TOOLS=busybox\nFROM $TOOLS AS tools\nFROM alpine:3\nCOPY --from=tools /bin/sh /bin/\n',
    },
  ],
  check: (file) =>
    file.once(sourceReferences).flatMap(({ target, word }) =>
      target.kind === 'variable'
        ? [
            {
              span: word,
              message:
                'Variables aren’t replaced here. Name a stage for it: FROM … AS name, and --from=name.',
            },
          ]
        : [],
    ),
};
