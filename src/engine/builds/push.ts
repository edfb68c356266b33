import type { Client } from '../client.ts';
import type { Credentials } from '../credentials.ts';
import { EngineError } from '../errors.ts';
import { pushImage } from '../images.ts';
import { parseReference } from '../reference.ts';
import { OF_DOCKER, OF_PODMAN, unreached } from '../unreached.ts';
import type { Remedies } from '../unreached.ts';
import type { StatusUpdate, StepUpdate } from './model.ts';

/**
 * Pushes the tags of an image that was built, one after the other, each told of as a step of the build.
 * @returns the digest that the registry has the first by, where the engine tells it
 * @throws EngineError of the first that failed
 */
export async function pushTags(
  client: Client,
  tags: readonly string[],
  credentials: Pick<Credentials, 'authConfigFor'>,
  onStatus: (update: StatusUpdate) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  let first: string | undefined;
  const tell = (more: Partial<StatusUpdate>) =>
    onStatus({ steps: [], transfers: [], logs: [], warnings: [], isOurs: true, ...more });
  for (const tag of tags) {
    const started = Date.now();
    const step: StepUpdate = {
      id: `push ${tag}`,
      name: `pushing ${tag}`,
      inputs: [],
      cached: false,
      started,
      completed: undefined,
      error: undefined,
    };
    tell({ steps: [step] });
    const ended = (more: Partial<StepUpdate>) =>
      tell({ steps: [{ ...step, completed: Date.now(), ...more }] });
    try {
      const auth = await credentials.authConfigFor(tag, signal);
      const onProgress: Parameters<typeof pushImage>[2] = {
        auth,
        onProgress: ({ layers }) =>
          tell({
            transfers: layers.map(({ id, current = 0, total = 0, done }) => ({
              step: step.id,
              id,
              current,
              total,
              started,
              ...(done ? { completed: Date.now() } : {}),
            })),
          }),
      };
      const { digest } = await pushImage(client, tag, onProgress, signal);
      first ??= digest;
    } catch (error) {
      // What was cancelled has not failed: the end of the build says what it is.
      if (signal.aborted) throw error;
      ended({ error: error instanceof Error ? error.message : String(error) });
      throw error instanceof EngineError ? unpushed(client, tag, error) : error;
    }
    ended({});
  }
  return first;
}

/** Says what the engine's words leave out: of which name they are, and that the build itself has not failed. */
function unpushed({ engine }: Client, tag: string, error: EngineError): EngineError {
  const { reason, message, status, detail } = error;
  const why = pushWords(message, engine.podman === undefined ? OF_DOCKER : OF_PODMAN);
  const remedy = reason === 'unauthorized' ? ` Sign in to ${parseReference(tag).registry}.` : '';
  return new EngineError(
    reason,
    `The image is built, but “${tag}” could not be pushed: ${why}.${remedy}`,
    {
      ...(status !== undefined && { status }),
      ...(detail !== undefined && { detail }),
      cause: error,
    },
  );
}

/** Why an image was not pushed, without what only the engine's authors know, and without a period. */
export function pushWords(message: string, remedies: Remedies): string {
  const words = message.replace(/\.$/, '');
  const [, host, why] = /\w+ "https?:\/\/([^/"]+)[^"]*": ([^]+)$/.exec(words) ?? [];
  if (host !== undefined && why !== undefined) return unreached(why, host, remedies);
  // Podman tells of the blob that it was at.
  return words.replace(/^trying to reuse blob [^]*: (?=unauthorized: )/, '');
}
