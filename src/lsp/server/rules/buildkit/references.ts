import type { Reference } from '../../model/expand.ts';

/** A hostile file may have very many unknown names beside very many known ones. */
export const LIMIT_OF_SUGGESTIONS = 100;

/** The first reference to each name: BuildKit reports a name once a word. */
export function distinct(references: readonly Reference[]): readonly Reference[] {
  if (references.length < 2) return references;
  const names = new Set<string>();
  return references.filter(({ name }) => !names.has(name) && names.add(name));
}
