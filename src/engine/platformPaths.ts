import { readdir, realpath, stat } from 'node:fs/promises';
import { posix } from 'node:path';

/** The machine as endpoints are looked for on it: given, so that any platform can be tested on any other. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Numeric user id, where the platform has one; names the runtime directory when the environment doesn't. */
  readonly uid?: number | undefined;
  /** Names of the named pipes that exist (Windows). Default: read from the system. */
  readonly listPipes?: () => Promise<readonly string[]>;
}

/** A place where some engine is known to listen. */
export interface Place {
  /** The product, as a person calls it. */
  readonly name: string;
  readonly url: string;
}

/** Where the docker CLI looks when nothing is configured. */
export function defaultPlace({ platform }: Pick<Machine, 'platform'>): Place {
  return platform === 'win32'
    ? { name: 'Docker', url: 'npipe:////./pipe/docker_engine' }
    : { name: 'Docker', url: 'unix:///var/run/docker.sock' };
}

/** Where engines other than the default are known to listen, in the order in which they are tried. */
export function wellKnownPlaces(machine: Machine): Place[] {
  const { platform, env, home, uid } = machine;
  if (platform === 'win32')
    return PIPES.map(([name, pipe]) => ({ name, url: `npipe:////./pipe/${pipe}` }));
  const at = (name: string, ...path: string[]): Place => ({
    name,
    url: `unix://${posix.join(...path)}`,
  });
  const user =
    env['XDG_RUNTIME_DIR'] ??
    (uid === undefined || platform === 'darwin' ? undefined : `/run/user/${uid}`);
  const settings = env['XDG_CONFIG_HOME'] ?? posix.join(home, '.config');
  const places: Place[] = [];
  if (user) places.push(at('Docker (rootless)', user, 'docker.sock'));
  places.push(
    at('Docker Desktop', home, '.docker/run/docker.sock'),
    at('Docker Desktop', home, '.docker/desktop/docker.sock'),
    at('OrbStack', home, '.orbstack/run/docker.sock'),
    at('Rancher Desktop', home, '.rd/docker.sock'),
    at('Colima', env['COLIMA_HOME'] ?? posix.join(home, '.colima'), 'default/docker.sock'),
    at('Colima', settings, 'colima/default/docker.sock'),
  );
  if (user) places.push(at('Podman (rootless)', user, 'podman/podman.sock'));
  if (platform === 'darwin') {
    places.push(at('Podman', home, '.local/share/containers/podman/machine/podman.sock'));
    const temporary = env['TMPDIR'];
    if (temporary) places.push(at('Podman', temporary, 'podman/podman-machine-default-api.sock'));
  } else places.push(at('Podman', '/run/podman/podman.sock'));
  return places;
}

const PIPES: readonly (readonly [name: string, pipe: string])[] = [
  ['Docker Desktop', 'dockerDesktopLinuxEngine'],
  ['Podman', 'podman-machine-default'],
  ['Podman', 'podman'],
];

/** Those of the places where something is, without saying whether it listens. Two names of one socket count once. */
export async function existing(places: readonly Place[], machine: Machine): Promise<Place[]> {
  const found = new Map<string, Place>();
  const pipes = places.some(({ url }) => url.startsWith('npipe:'))
    ? await pipesOf(machine)
    : new Set<string>();
  for (const place of places) {
    const key = await identity(place.url, pipes);
    if (key && !found.has(key)) found.set(key, place);
  }
  return [...found.values()];
}

/** What tells one local endpoint from another: the real path of a socket, the name of a pipe. Undefined when it isn't there. */
export async function identity(
  url: string,
  pipes: ReadonlySet<string> = new Set(),
): Promise<string | undefined> {
  if (url.startsWith('npipe:')) {
    const name = url.slice(url.lastIndexOf('/') + 1).toLowerCase();
    return pipes.has(name) ? name : undefined;
  }
  if (!url.startsWith('unix://')) return undefined;
  const path = url.slice('unix://'.length);
  try {
    return (await stat(path)).isSocket() ? await realpath(path) : undefined;
  } catch {
    // Absent, or in a directory closed to us: no engine of ours either way.
    return undefined;
  }
}

/** Asking for the directory of pipes touches none of them; a stat of a pipe would count as a connection. */
async function pipesOf({ platform, listPipes }: Machine): Promise<ReadonlySet<string>> {
  if (!listPipes && platform !== 'win32') return new Set();
  try {
    const names = await (listPipes ?? (() => readdir('\\\\.\\pipe\\')))();
    return new Set(names.map((name) => name.toLowerCase()));
  } catch {
    // Without a list no pipe is offered; one that is configured is still connected to.
    return new Set();
  }
}
