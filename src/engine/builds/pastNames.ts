import type { PastBuild } from '../buildkit/historyRecord.ts';
import { EngineError } from '../errors.ts';
import { shownReference } from '../reference.ts';
import type { StatusUpdate } from './model.ts';

/** How many builds are asked for their names at most, the latest first, and how long that may take, in milliseconds. */
const ASKED = 24;
const PATIENCE_MS = 1500;
/** How many of them at a time. */
const ABREAST = 6;

/**
 * What the images of past builds were called, by the builds' references. Engines before 28 don't tell with their history;
 * then it is in the last step. What isn't known after a moment is left out.
 * @param status of a build by its reference, as the engine has kept it
 * @param onName told each
 * @throws what `status` throws, but for a build that the engine has just forgotten
 */
export async function imageNames(
  status: (ref: string) => AsyncIterable<Pick<StatusUpdate, 'transfers'>>,
  builds: readonly PastBuild[],
  onName: (ref: string, name: string) => void,
): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  const isLate = () => performance.now() >= end;
  const next = builds.filter(isUnnamed).slice(0, ASKED).values();
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      for (const { ref } of next) {
        if (isLate()) return;
        const name = await imageName(status(ref), isLate).catch(unlessForgotten);
        if (name !== undefined) onName(ref, name);
      }
    }),
  );
}

const isUnnamed = ({ tags, completed, failure }: PastBuild) =>
  !tags.length && completed !== undefined && failure === undefined;

function unlessForgotten(error: unknown): undefined {
  if (error instanceof EngineError && error.reason === 'not-found') return;
  throw error;
}

async function imageName(
  status: AsyncIterable<Pick<StatusUpdate, 'transfers'>>,
  isLate: () => boolean,
): Promise<string | undefined> {
  for await (const { transfers } of status) {
    const name = nameIn(transfers);
    if (name !== undefined || isLate()) return name;
  }
  return undefined;
}

/** The name of the image among what steps have done: `naming to docker.io/library/web:1`. */
export function nameIn(transfers: readonly { readonly id: string }[]): string | undefined {
  for (const { id } of transfers) {
    const [, name] = /^naming to (\S+)/.exec(id) ?? [];
    if (name !== undefined) return shownReference(name);
  }
  return undefined;
}
