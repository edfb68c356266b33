import { existsSync, readlinkSync, watch, type FSWatcher } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Disposable } from '../../util/emitter.ts';

/**
 * Tells when something happens to a socket's file, or to the first directory on the way to it that is missing, so that
 * an engine which starts is seen at once. Needs no timer. Where the system can't watch, nothing is told.
 * @param path of the socket; when it is a symbolic link, what it leads to is watched as well
 * @param begin watches a directory
 */
export function watchSocket(
  path: string,
  onChange: () => void,
  begin: typeof watch = watch,
): Disposable {
  const watchers: FSWatcher[] = [];
  for (const target of [path, linkedFrom(path)]) {
    if (target === undefined) continue;
    let at = nearest(target);
    for (;;) {
      const watcher = watchEntry(at, onChange, begin);
      const now = nearest(target);
      if (watcher && now.directory === at.directory) watchers.push(watcher);
      if (!watcher || now.directory === at.directory) break;
      // What was missing was made before it was watched for: the way goes on from there.
      watcher.close();
      at = now;
    }
  }
  return {
    dispose: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Tells of one name in a directory; undefined where that can't be watched: the caller's own retries go on without. */
function watchEntry(
  { directory, entry }: Way,
  onChange: () => void,
  begin: typeof watch,
): FSWatcher | undefined {
  try {
    const watcher = begin(directory, { persistent: false }, (_event, name) => {
      if (name === entry || name === null) onChange();
    });
    // A directory that goes away, or too many watches.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

interface Way {
  readonly directory: string;
  readonly entry: string;
}

/** The deepest directory on the way to `path` that exists, and the name in it that leads on. */
function nearest(path: string): Way {
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
