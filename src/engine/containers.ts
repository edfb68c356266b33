import type Dockerode from 'dockerode';
import { abortable, reclaimedBy } from './calls.ts';
import type { Reclaimed } from './calls.ts';
import type { Client } from './client.ts';
import { EngineError } from './errors.ts';
import { readFields } from './mapping/reader.ts';
import type { Reader } from './mapping/reader.ts';
import { pathText } from './path.ts';
import { createBody } from './runSpec.ts';
import type { RunSpec } from './runSpec.ts';
import { saveStream } from './saveStream.ts';

/*
 * What can be done to a container. Every function takes the container's id or name, and rejects with an EngineError;
 * the store hears of the result by the engine's events.
 */

/** Starts it; one that runs already stays as it is. */
export async function startContainer(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  await client.docker.getContainer(id).start(abortable(signal));
}

/** Asks it to end, and kills it after `seconds`, the container's own grace time when left out (10 s unless set). */
export async function stopContainer(
  client: Client,
  id: string,
  options: { readonly seconds?: number } = {},
  signal?: AbortSignal,
): Promise<void> {
  const { seconds } = options;
  await client.docker
    .getContainer(id)
    .stop({ ...(seconds !== undefined && { t: seconds }), ...abortable(signal) });
}

/** Stops it as `stopContainer` does, and starts it. */
export async function restartContainer(
  client: Client,
  id: string,
  options: { readonly seconds?: number } = {},
  signal?: AbortSignal,
): Promise<void> {
  const t = options.seconds === undefined ? '' : `?t=${options.seconds}`;
  await post(client, `/containers/${pathText(id)}/restart${t}`, undefined, signal);
}

/** Freezes all its processes. */
export async function pauseContainer(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  await client.docker.getContainer(id).pause(abortable(signal));
}

/** Lets a paused one go on. */
export async function unpauseContainer(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  await client.docker.getContainer(id).unpause(abortable(signal));
}

/** Sends a signal to its main process, SIGKILL unless another is named. */
export async function killContainer(
  client: Client,
  id: string,
  options: { readonly signalName?: string } = {},
  signal?: AbortSignal,
): Promise<void> {
  await client.docker
    .getContainer(id)
    .kill({ signal: options.signalName ?? 'SIGKILL', ...abortable(signal) });
}

/** Removes it. `force` kills it when it runs; `volumes` removes its anonymous volumes with it. */
export async function removeContainer(
  client: Client,
  id: string,
  options: { readonly force?: boolean; readonly volumes?: boolean } = {},
  signal?: AbortSignal,
): Promise<void> {
  const { force = false, volumes = false } = options;
  await client.docker.getContainer(id).remove({ force, v: volumes, ...abortable(signal) });
}

/** Gives it another name. */
export async function renameContainer(
  client: Client,
  id: string,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  await client.docker.getContainer(id).rename({ name, ...abortable(signal) });
}

/** All that the engine knows of it, as it says it. */
export async function inspectContainer(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<Dockerode.ContainerInspectInfo> {
  return client.docker.getContainer(id).inspect(abortable(signal));
}

/**
 * What the engine knows of a container, to be read field by field (`GET /containers/{id}/json`).
 * @throws EngineError `not-found` when there is no such container
 */
export async function readContainer(
  client: Pick<Client, 'request'>,
  id: string,
  signal?: AbortSignal,
): Promise<Reader> {
  return readFields(
    await client.request({ path: `/containers/${pathText(id)}/json`, as: 'json', signal }),
  );
}

/** What of an inspected container decides how to attach to it. */
export interface ContainerTerminal {
  readonly name: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly running: boolean;
  /** Of its last run. */
  readonly exitCode: number | undefined;
}

/** Whether it has a terminal, takes input, and runs. */
export async function containerTerminal(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerTerminal> {
  const reader = await readContainer(client, id, signal);
  const config = reader.inside('Config');
  const state = reader.inside('State');
  return {
    name: reader.text('Name').replace(/^\//, ''),
    tty: config.flag('Tty'),
    openStdin: config.flag('OpenStdin'),
    running: state.flag('Running'),
    exitCode: state.number('ExitCode'),
  };
}

/**
 * Makes an image of its file system and settings. Resolves with the image's id.
 * @param options.reference `repository:tag` to give it; `pause` freezes the container meanwhile, as the engine does by default
 */
export async function commitContainer(
  client: Client,
  id: string,
  options: {
    readonly reference?: { readonly repository: string; readonly tag: string };
    readonly comment?: string;
    readonly author?: string;
    readonly pause?: boolean;
  } = {},
  signal?: AbortSignal,
): Promise<string> {
  const { reference, comment, author, pause = true } = options;
  const query = new URLSearchParams({ container: id, pause: String(pause) });
  if (reference) {
    query.set('repo', reference.repository);
    query.set('tag', reference.tag);
  }
  if (comment) query.set('comment', comment);
  if (author) query.set('author', author);
  return idOf(await post(client, `/commit?${query.toString()}`, {}, signal));
}

/** Writes its file system to a tar file, without its mounts, as `docker export`; see saveStream. */
export function exportContainer(
  client: Client,
  id: string,
  file: string,
  options: { readonly onProgress?: (bytes: number) => void } = {},
  signal?: AbortSignal,
): Promise<number> {
  const failure = `The container could not be written to ${file}`;
  const path = `/containers/${pathText(id)}/export`;
  return saveStream(client, path, file, failure, options.onProgress, signal);
}

/** Waits until it has ended (`POST /containers/{id}/wait`). Resolves with its exit code; cancelled by the signal. */
export async function waitContainer(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<number> {
  const path = `/containers/${pathText(id)}/wait?condition=not-running`;
  const answer = await post(client, path, undefined, signal);
  return readFields(answer).number('StatusCode') ?? 0;
}

/** Removes every stopped container. */
export async function pruneContainers(client: Client, signal?: AbortSignal): Promise<Reclaimed> {
  return reclaimedBy(
    await post(client, '/containers/prune', undefined, signal),
    'ContainersDeleted',
  );
}

/**
 * Makes a container without starting it. Resolves with its id and what the engine warned of.
 * @throws EngineError, `not-found` where the image is there, but not for the platform
 */
export async function createContainer(
  client: Client,
  spec: RunSpec,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const query = new URLSearchParams();
  if (spec.name) query.set('name', spec.name);
  if (spec.platform) query.set('platform', spec.platform);
  const path = `/containers/create?${query.toString()}`;
  const answer = await post(client, path, createBody(spec), signal).catch((error: unknown) => {
    throw lacksPlatform(spec, error) ?? error;
  });
  return {
    id: idOf(answer),
    warnings: readFields(answer).strings('Warnings'),
  };
}

/**
 * Makes a container and starts it. One that can't be started (its port is taken, its command doesn't exist) is removed
 * again, so that the next attempt finds the name free. Resolves with its id and what the engine warned of.
 */
export async function runContainer(
  client: Client,
  spec: RunSpec,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  if (signal?.aborted) throw new EngineError('cancelled', 'Cancelled.');
  // Without the signal: a call broken off may leave a container behind that nobody knows of.
  const created = await createContainer(client, spec);
  try {
    await startContainer(client, created.id, signal);
  } catch (error) {
    try {
      await removeContainer(client, created.id, { force: true, volumes: true });
    } catch {
      // An engine that removed it by itself (autoRemove) has done our work, and the first error is the one to tell.
    }
    throw error;
  }
  return created;
}

/** Engines have other words for an image that there is for another platform, and tell of neither what to do. */
function lacksPlatform({ image, platform }: RunSpec, error: unknown): EngineError | undefined {
  if (!platform || !(error instanceof EngineError) || error.reason !== 'not-found')
    return undefined;
  const { reason, detail = '' } = error;
  return new EngineError(
    reason,
    `“${image}” is not on this engine for ${platform}, which DOCKER_DEFAULT_PLATFORM asks for: pull it, or have VS Code started without that variable.`,
    { detail, cause: error },
  );
}

function post(client: Client, path: string, body: unknown, signal: AbortSignal | undefined) {
  return client.request({ method: 'POST', path, body, as: 'json', signal });
}

function idOf(answer: unknown): string {
  const id = readFields(answer).text('Id');
  if (id) return id;
  throw new EngineError('not-an-engine', 'The engine did not tell the id of what it made.');
}
