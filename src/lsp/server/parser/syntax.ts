import type { Directive } from './tree.ts';

/**
 * The second number of the version of Docker's syntax that a file asks for, `3` of `docker/dockerfile:1.3`; undefined for the newest,
 * for versions with `-labs`, which have some things earlier, and for others' syntaxes.
 */
export function askedVersion(directives: readonly Directive[]): number | undefined {
  const directive = directives.find(({ name }) => name === 'syntax');
  const asked = /^(?:docker\.io\/)?docker\/dockerfile:1\.(\d{1,3})(?:\.\d+)?(?:@|\s|$)/.exec(
    directive?.value ?? '',
  )?.[1];
  return asked === undefined ? undefined : Number(asked);
}

/** The second number of the first version that has heredocs. */
export const HEREDOCS = 4;

/** Whether a file asks for a syntax that has no heredocs. */
export function lacksHeredocs(directives: readonly Directive[]): boolean {
  return (askedVersion(directives) ?? HEREDOCS) < HEREDOCS;
}
