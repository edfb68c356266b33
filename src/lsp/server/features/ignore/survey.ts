import { walkContext } from '../../../../util/contextFiles.ts';
import type { ContextFile } from '../../../../util/contextFiles.ts';
import { parseDockerignore } from '../../../../util/dockerignore.ts';
import type { IgnoreFile, IgnorePattern } from '../../../../util/dockerignore.ts';

/** What a context holds, ignored or not. */
export interface Listing {
  readonly files: readonly Pick<ContextFile, 'path' | 'kind'>[];
  /** Nothing was left out: there were not too many, and all could be read. */
  readonly complete: boolean;
}

/** How many entries of a context are looked at: enough for what people write, and quick all the same. */
const MOST_ENTRIES = 20_000;

/** Lists a context, what is shallow first. @throws the signal's reason */
export async function listContext(root: string, signal?: AbortSignal): Promise<Listing> {
  const files: Listing['files'][number][] = [];
  let complete = true;
  const walk = walkContext(root, {
    // Without patterns nothing is left out.
    ignore: parseDockerignore(''),
    limit: MOST_ENTRIES,
    signal,
    onUnreadable: () => {
      complete = false;
    },
  });
  let step = await walk.next();
  for (; !step.done; step = await walk.next()) {
    const { path, kind } = step.value;
    files.push({ path, kind });
  }
  return { files, complete: complete && step.value === 'complete' };
}

/** What a pattern does to the files of a context. */
export interface Effect {
  readonly pattern: IgnorePattern;
  /** Files and directories that it matches by itself, inside of directories that it matches too. */
  matched: number;
  /** For how many it has the last word. */
  decided: number;
  /** How many it has changed, though a later pattern may have changed them back. */
  changed: number;
  /** The pattern that changed some of them back. */
  overriddenBy: IgnorePattern | undefined;
  /** The pattern that had said the same of some of them before. */
  saidBy: IgnorePattern | undefined;
  /** It would have changed something in a directory that it matches, had it changed the directory. */
  passedOver: boolean;
}

/** After how many entries others get their turn. */
const SLICE = 1000;

/** Works out what each pattern does, in the file's order. Gives way to others from time to time. */
export async function effectsOf(
  ignore: IgnoreFile,
  { files }: Listing,
  signal?: AbortSignal,
): Promise<Effect[]> {
  const effects = ignore.patterns.map((pattern): Effect => ({
    pattern,
    matched: 0,
    decided: 0,
    changed: 0,
    overriddenBy: undefined,
    saidBy: undefined,
    passedOver: false,
  }));
  for (const [index, { path }] of files.entries()) {
    if (index % SLICE === SLICE - 1) {
      await new Promise((done) => void setImmediate(done));
      signal?.throwIfAborted();
    }
    const { changes } = ignore.decide(path);
    let last: Effect | undefined;
    let ignored = false;
    for (const effect of effects) {
      const { pattern } = effect;
      if (!pattern.matches(path)) continue;
      effect.matched++;
      if (pattern.exception !== ignored) {
        if (last) effect.saidBy ??= last.pattern;
        continue;
      }
      if (!changes.includes(pattern)) {
        effect.passedOver = true;
        continue;
      }
      if (last) last.overriddenBy ??= pattern;
      ignored = !ignored;
      effect.changed++;
      last = effect;
    }
    if (last) last.decided++;
  }
  return effects;
}
