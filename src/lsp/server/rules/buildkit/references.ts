import { suggest } from '../../../../util/suggest.ts';
import type { Reference } from '../../model/expand.ts';

/** Names compared in one file: it may have very many unknown ones beside very many known ones. */
const MOST_COMPARED = 30_000;

/** Suggests names as long as that doesn't take too long, then none. */
export function suggester(): (
  name: string,
  options: () => readonly string[],
) => string | undefined {
  let left = MOST_COMPARED;
  return (name, options) => {
    if (left <= 0) return undefined;
    const names = options();
    left -= names.length + 1;
    return suggest(name, names);
  };
}

/** Whether a reference can name a variable so. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/** The first reference to each name: BuildKit reports a name once a word. */
export function distinct(references: readonly Reference[]): readonly Reference[] {
  if (references.length < 2) return references;
  const names = new Set<string>();
  return references.filter(({ name }) => !names.has(name) && names.add(name));
}
