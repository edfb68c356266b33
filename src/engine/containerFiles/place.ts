import { posix } from 'node:path';
import type { Client } from '../client.ts';
import { readContainer } from '../containers.ts';
import { EngineError } from '../errors.ts';
import { readFields } from '../mapping/reader.ts';
import { statPath } from './archive.ts';
import type { PathStat } from './archive.ts';

/** How programs of a container are called, the likeliest first; undefined before it was tried. */
export interface Tools {
  find: readonly (readonly string[])[] | undefined;
}

/** A container through which files are reached, with what decides how. */
export interface Place {
  readonly client: Client;
  /** Id of the container. */
  readonly id: string;
  /** What its paths are below: empty, or where the volume is mounted. */
  readonly base: string;
  readonly running: boolean;
  /** Whether programs may change what is there at any time. */
  readonly changing: boolean;
  /** Tells one run of the container from the next; a volume from another that has its name, later or on another engine. */
  readonly run: string;
  /** Why nothing can be changed here; undefined where it can. */
  readonly fixed: string | undefined;
  /** Directories that exist in memory and while the container runs only, which the archive calls do not see. */
  readonly memory: readonly string[];
  /** What is known of the programs of this container; it is added to. */
  readonly tools: Tools;
  /** Where something else is mounted than the container's own files. */
  readonly mounts: readonly string[];
}

/** The file systems of the kernel, which every running container has. */
const kernel = ['/proc', '/sys', '/dev'];

/** Asks what a container is like at the moment. */
export async function placeOf(
  client: Client,
  id: string,
  how: {
    readonly base?: string | undefined;
    readonly fixed?: string | undefined;
    readonly tools?: Tools | undefined;
    readonly run?: string | undefined;
  } = {},
  signal?: AbortSignal,
): Promise<Place> {
  const reader = await readContainer(client, id, signal);
  const state = reader.inside('State');
  const running = state.flag('Running');
  const host = reader.inside('HostConfig');
  const mounts = reader.objects('Mounts').map((mount) => readFields(mount));
  const tmpfs = [
    ...Object.keys(host.labels('Tmpfs')),
    ...mounts
      .filter((mount) => mount.text('Type') === 'tmpfs')
      .map((mount) => mount.text('Destination')),
    ...host
      .objects('Mounts')
      .map((mount) => readFields(mount))
      .filter((mount) => mount.text('Type') === 'tmpfs')
      .map((mount) => mount.text('Target')),
  ];
  return {
    client,
    id,
    base: how.base ?? '',
    running,
    changing: running || !!how.base,
    run: how.run ?? `${running} ${state.text('StartedAt')}`,
    fixed: how.fixed,
    memory: running ? [...kernel, ...tmpfs].map((path) => posix.normalize(path)) : [],
    tools: how.tools ?? { find: undefined },
    mounts: mounts.map((mount) => mount.text('Destination')),
  };
}

/** Whether `path` is `folder` or below it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || folder === '/' || path.startsWith(`${folder}/`);

/** Whether only a program in the container sees what is there. */
export const inMemory = ({ memory }: Place, path: string): boolean =>
  memory.some((folder) => isWithin(path, folder));

/**
 * The path in the container of a path as a person sees it: absolute, without dots, below what this place is about.
 * @throws EngineError `bad-request` for one that cannot be a path
 */
export function within({ base }: Place, path: string): string {
  if (!path.startsWith('/') || path.includes('\0'))
    throw new EngineError('bad-request', `“${path}” is not a path.`);
  const plain = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return base && plain === '/' ? base : base + plain;
}

/** A path of the container as a person sees it. */
export const seen = ({ base }: Place, path: string): string => path.slice(base.length) || '/';

/**
 * The path with the links before its end followed. What is in memory is known by its path, and a link on the way, as that of
 * /var/run is, would hide it; containers that have mounted nothing in memory are not asked.
 */
export async function throughLinks(
  place: Place,
  path: string,
  signal?: AbortSignal,
): Promise<string> {
  if (place.memory.length <= kernel.length || inMemory(place, path)) return path;
  const parts = path.split('/').filter(Boolean);
  let at = '';
  for (const [index, part] of parts.slice(0, -1).entries()) {
    at = `${at}/${part}`;
    const rest = parts.slice(index + 1).join('/');
    try {
      const { type, target } = await statPath(place.client, place.id, at, signal);
      if (type === 'symlink' && target) at = target;
    } catch (error) {
      // What is not there is told by whoever needs it.
      if (error instanceof EngineError && error.status !== undefined) return path;
      throw error;
    }
    if (inMemory(place, at)) return `${at}/${rest}`;
  }
  return parts.length > 0 ? `${at === '/' ? '' : at}/${parts.at(-1)}` : path;
}

/** Where a path leads, over links at its end, and what is there. Parts before the end are followed by the engine. */
export async function follow(
  place: Place,
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly path: string; readonly stat: PathStat }> {
  const { client, id, base } = place;
  let at = path;
  // As many as the kernel follows.
  for (let links = 0; links < 40; links++) {
    const stat = await statPath(client, id, at, signal);
    if (stat.type !== 'symlink') return { path: at, stat };
    const target = posix.normalize(stat.target || '/').replace(/(?<=.)\/$/, '');
    if (target === at) break;
    if (!isWithin(target, base || '/'))
      throw new EngineError('not-found', `“${seen(place, at)}” leads out of the volume.`);
    // What the link leads to may be seen from within alone, and is not for the archive calls then.
    if (inMemory(place, target)) return { path: target, stat };
    at = target;
  }
  throw new EngineError('bad-request', `“${seen(place, path)}” is a link that leads to itself.`);
}
