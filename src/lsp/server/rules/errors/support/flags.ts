import { INSTRUCTIONS } from '../../../data/instructions.ts';
import type { Dockerfile } from '../../../model/dockerfile.ts';
import { readJson } from '../../../parser/json.ts';
import type { Instruction } from '../../../parser/tree.ts';
import { healthcheckParts } from './healthcheck.ts';
import { built } from './steps.ts';

/** The builder doesn't look at the flags of these. */
export const UNREAD: ReadonlySet<string> = new Set(['ARG', 'STOPSIGNAL']);
const FLAGGED = Object.keys(INSTRUCTIONS).filter((name) => !UNREAD.has(name));

/** The instructions with flags that the builder reads. */
export function flagged(file: Dockerfile): Instruction[] {
  return FLAGGED.flatMap((name) =>
    built(file, name).filter(({ flags, logical, args }) => {
      if (flags.length === 0) return false;
      return name !== 'HEALTHCHECK' || !isNone(logical.text.slice(args.from, args.to));
    }),
  );
}

/** Whether HEALTHCHECK drops the check of the base image; an array of nothing is no argument. */
function isNone(text: string): boolean {
  const { kind, lead } = healthcheckParts(text);
  if (kind.toUpperCase() !== 'NONE') return false;
  return lead === text.length || readJson(text.slice(lead))?.length === 0;
}
