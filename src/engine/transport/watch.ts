import { existsSync, readlinkSync, watch, type FSWatcher } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Disposable } from '../../util/emitter.ts';

/**
 * Tells when something happens to a socket's file, or to the first directory on the way to it that is missing, so that
 * an engine which starts is seen at once. Needs no timer. Where the system can't watch, nothing is told.
 * @param path of the socket; when it is a symbolic link, what it leads to is watched as well
 */
export function watchSocket(path: string, onChange: () => void): Disposable {
  const watchers: FSWatcher[] = [];
  for (const target of [path, linkedFrom(path)]) {
    if (target === undefined) continue;
    const { directory, entry } = nearest(target);
    try {
      const watcher = watch(directory, { persistent: false }, (_event, name) => {
        if (name === entry || name === null) onChange();
      });
      // A directory that goes away, or too many watches: the caller's own retries go on without.
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // The directory can't be watched: the caller's own retries go on without.
      continue;
    }
  }
  return {
    dispose: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** The deepest directory on the way to `path` that exists, and the name in it that leads on. */
function nearest(path: string): { directory: string; entry: string } {
  let directory = dirname(path);
  while (!existsSync(directory) && dirname(directory) !== directory) directory = dirname(directory);
  return { directory, entry: relative(directory, path).split(sep)[0] ?? '' };
}

function linkedFrom(path: string): string | undefined {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    // Not a link, or not there at all: there is nothing else to watch.
    return undefined;
  }
}
