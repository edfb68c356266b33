import { isAbsolute } from 'node:path';
import type { Build } from './model.ts';

/** Whether two builds are of one Dockerfile: of one that is in an address only the name is known, which says nothing without it. */
export const isSameFile = ({ request: a }: Build, { request: b }: Build): boolean =>
  a.dockerfile === b.dockerfile && (isAbsolute(a.dockerfile) || a.context === b.context);
