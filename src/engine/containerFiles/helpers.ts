import { removeContainer } from '../containers.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { removeImage } from '../images.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import { filtersText } from '../path.ts';
import { Readable } from 'node:stream';
import { inspectVolume } from '../volumes.ts';
import { placeOf } from './place.ts';
import type { Place, Tools } from './place.ts';
import type { FileSource } from './source.ts';
import { HELPER_LABEL } from './source.ts';
import { TAR_END } from '../tar/header.ts';

/*
 * Files of images and volumes are reached through a container that is created, never started, and removed when nobody has asked
 * for a moment. That of a volume is made of an image that holds nothing, so it needs none of the person's.
 */

/** A container is kept so long after its last use, for uses come in rows; it keeps an image from being removed. Milliseconds. */
const KEPT = 2000;
/** What another window left behind when it was killed is older than this. Seconds. */
const FORGOTTEN = 3600;
/** Where a volume is mounted in its container. */
const MOUNTED = '/volume';

/** The right to use a place until it is released. */
export interface Lease {
  readonly place: Place;
  release(): void;
}

export interface Helpers {
  /** The place through which a source's files are reached. @throws EngineError */
  lease(client: Client, source: FileSource, signal?: AbortSignal): Promise<Lease>;
  /** Removes what was created for it at once, unless it is in use. */
  letGo(source: FileSource): Promise<void>;
  dispose(): Promise<void>;
}

interface Helper {
  readonly made: Promise<{ readonly place: Place; remove(): Promise<void> }>;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/** @param report told of a container that could not be removed */
export function createHelpers(report: (error: unknown) => void): Helpers {
  const helpers = new Map<string, Helper>();
  const swept = new WeakSet<Client>();
  const tools = new Map<string, Tools>();

  const keyOf = (client: Client, { kind, id }: FileSource) =>
    `${client.endpoint.url} ${kind} ${id}`;

  async function remove(key: string, helper: Helper): Promise<void> {
    if (helpers.get(key) === helper) helpers.delete(key);
    clearTimeout(helper.timer);
    try {
      await (await helper.made).remove();
    } catch (error) {
      const gone = error instanceof EngineError && error.reason === 'not-found';
      if (!gone) report(error);
    }
  }

  return {
    async lease(client, source, signal) {
      if (source.kind === 'container') {
        const known = tools.get(source.id) ?? { find: undefined };
        tools.set(source.id, known);
        return {
          place: await placeOf(client, source.id, { tools: known }, signal),
          release: () => {},
        };
      }
      if (!swept.has(client)) {
        swept.add(client);
        await sweep(client);
      }
      const key = keyOf(client, source);
      let helper = helpers.get(key);
      if (!helper) {
        helper = { made: make(client, source), users: 0, timer: undefined };
        helpers.set(key, helper);
      }
      const mine = helper;
      clearTimeout(mine.timer);
      mine.users += 1;
      const release = () => {
        mine.users -= 1;
        if (mine.users === 0) mine.timer = setTimeout(() => void remove(key, mine), KEPT);
      };
      try {
        return { place: (await mine.made).place, release };
      } catch (error) {
        helpers.delete(key);
        throw error;
      }
    },
    async letGo(source) {
      for (const [key, helper] of helpers)
        if (key.endsWith(` ${source.kind} ${source.id}`) && helper.users === 0)
          await remove(key, helper);
    },
    async dispose() {
      await Promise.all([...helpers].map(([key, helper]) => remove(key, helper)));
    },
  };
}

async function make(client: Client, source: FileSource) {
  const run = source.kind === 'volume' ? await volumeRun(client, source.id) : undefined;
  const empty = run === undefined ? undefined : await emptyImage(client);
  try {
    const answer = await client.request({
      method: 'POST',
      path: '/containers/create',
      body: {
        Image: empty ?? source.id,
        // It is never run; an image without a command makes no container otherwise.
        Cmd: ['/-'],
        Entrypoint: [],
        Labels: { [HELPER_LABEL]: source.kind },
        HostConfig: {
          NetworkMode: 'none',
          ...(empty && { Mounts: [{ Type: 'volume', Source: source.id, Target: MOUNTED }] }),
        },
      },
      as: 'json',
    });
    const id = readFields(answer).text('Id');
    const fixed = empty ? undefined : 'An image cannot be changed.';
    const place = await placeOf(client, id, { base: empty ? MOUNTED : undefined, fixed, run });
    return {
      place,
      async remove() {
        // The volumes that an image asks for were made with it; the one that is looked at was not.
        await removeContainer(client, id, { force: true, volumes: !empty });
        if (empty) await removeImage(client, empty);
      },
    };
  } catch (error) {
    if (empty) await removeImage(client, empty);
    throw error;
  }
}

/**
 * What tells a volume from others of its name. One that is not there has to be refused here: the engine would make it for the
 * container that is to look at it. @throws EngineError `not-found`
 */
async function volumeRun(client: Client, name: string): Promise<string> {
  const answer: unknown = await inspectVolume(client, name);
  const created = readFields(answer).text('CreatedAt');
  return `${client.endpoint.url} ${created}`;
}

/** Makes an image without a name of an archive that holds nothing. Resolves with its id. */
async function emptyImage(client: Client): Promise<string> {
  const answer = await client.request({
    method: 'POST',
    path: '/images/create?fromSrc=-',
    headers: { 'Content-Type': 'application/x-tar' },
    body: Readable.from([TAR_END]),
    as: 'bytes',
  });
  // Docker tells it as a status, Podman as an id too.
  const said = answer.toString();
  const id = /(?:sha256:)?[0-9a-f]{64}/.exec(said)?.[0];
  if (id !== undefined) return id;
  const message = 'The engine did not make the empty image that a volume is looked at through.';
  throw new EngineError('server', message, { detail: said.slice(0, 500) });
}

/** Removes what windows that were killed have left. */
async function sweep(client: Client): Promise<void> {
  const path = `/containers/json?all=1&filters=${filtersText({ label: [HELPER_LABEL] })}`;
  const found = await client.request({ path, as: 'json' });
  const now = Date.now() / 1000;
  for (const one of Array.isArray(found) ? found.filter(isRaw) : []) {
    const reader = readFields(one);
    if (now - (reader.number('Created') ?? now) < FORGOTTEN) continue;
    const isVolume = reader.labels('Labels')[HELPER_LABEL] === 'volume';
    await removeContainer(client, reader.text('Id'), { force: true, volumes: !isVolume });
    if (isVolume) await removeImage(client, reader.text('ImageID'));
  }
}
