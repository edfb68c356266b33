import { INSTRUCTIONS } from '../../../data/instructions.ts';
import type { Dockerfile } from '../../../model/dockerfile.ts';
import type { Instruction } from '../../../parser/tree.ts';
import { built } from './steps.ts';

/** The builder doesn't look at the flags of these. */
const UNREAD = new Set(['ARG', 'STOPSIGNAL']);
const FLAGGED = Object.keys(INSTRUCTIONS).filter((name) => !UNREAD.has(name));

/** The instructions with flags that the builder reads. */
export function flagged(file: Dockerfile): Instruction[] {
  return FLAGGED.flatMap((name) =>
    built(file, name).filter(({ flags, logical, args }) => {
      if (flags.length === 0) return false;
      return name !== 'HEALTHCHECK' || !/^none$/i.test(logical.text.slice(args.from, args.to));
    }),
  );
}
