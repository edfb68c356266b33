import { pastBuildStatus } from '../buildkit/engineHistory.ts';
import type { PastBuild } from '../buildkit/engineHistory.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { shownReference } from '../reference.ts';

/** How many builds are asked for their names at most, the latest first, and how long that may take, in milliseconds. */
const ASKED = 24;
const PATIENCE_MS = 1500;
/** How many of them at a time. */
const ABREAST = 6;

/**
 * What the images of past builds were called, by the builds' references. Engines before 28 don't tell with their history;
 * then it is in the last step, `naming to docker.io/library/web:1`. What isn't known after a moment is left out.
 * @throws EngineError `cancelled` when the signal fired
 */
export async function imageNames(
  client: Pick<Client, 'request'>,
  builds: readonly PastBuild[],
  signal?: AbortSignal,
  patience = PATIENCE_MS,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const enough = AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])]);
  const unnamed = builds
    .filter(({ tags, completed, error }) => !tags.length && completed !== undefined && !error)
    .slice(0, ASKED);
  const next = unnamed.values();
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      for (const { ref } of next) {
        if (enough.aborted) return;
        const name = await imageName(client, ref, enough).catch(unlessImpatient(enough));
        if (name !== undefined) names.set(ref, name);
      }
    }),
  );
  if (signal?.aborted) throw new EngineError('cancelled', 'Cancelled.');
  return names;
}

/** One that the engine has just forgotten, or that takes too long, has no name; anything else is a fault. */
const unlessImpatient = (enough: AbortSignal) => (error: unknown) => {
  if (enough.aborted || (error instanceof EngineError && error.reason === 'not-found')) return;
  throw error;
};

async function imageName(
  client: Pick<Client, 'request'>,
  ref: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for await (const { transfers } of pastBuildStatus(client, ref, signal))
    for (const { id } of transfers) {
      const [, name] = /^naming to (\S+)/.exec(id) ?? [];
      if (name !== undefined) return shownReference(name);
    }
  return undefined;
}
