import type { BuildContext } from '../rules/rule.ts';
import type { Overlay } from './ignoreFile.ts';
import { openContext } from './openContext.ts';

export interface Contexts {
  /** The context of a build, opened anew when it was opened longer than a moment ago. @see openContext */
  open(root: string, dockerfile: string | undefined): Promise<BuildContext>;
  /** Forgets all: files have changed. */
  clear(): void;
}

/** How long a context is taken for what is on the disk, in milliseconds: as long as a burst of requests lasts. */
const FRESH = 2000;
const MOST_KEPT = 20;

/** Keeps contexts for a moment, so that completion, hover and rules of one pause read the disk once. */
export function createContexts(overlay?: Overlay, now: () => number = Date.now): Contexts {
  const kept = new Map<string, { readonly at: number; readonly context: Promise<BuildContext> }>();
  return {
    open(root, dockerfile) {
      const key = JSON.stringify([root, dockerfile]);
      const known = kept.get(key);
      if (known && now() - known.at < FRESH) return known.context;
      const context = openContext(root, dockerfile, overlay);
      kept.delete(key);
      kept.set(key, { at: now(), context });
      // A failure is told to whoever asked, and the next one asks again.
      context.catch(() => kept.delete(key));
      for (const old of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(old);
      return context;
    },
    clear: () => kept.clear(),
  };
}
