import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import type { Disposable } from '../util/emitter.ts';
import type { CurrentEngine } from './current.ts';

/** What toolboxes are labelled with; its value says which process made one, and so uses it. */
export const TOOLBOX_LABEL = 'dev.stevedore.debug';

/** This process, as `<machine> <pid>`. */
export const ownerText = (): string => `${machine()} ${process.pid}`;

/**
 * Whether nothing uses a container any more that is a toolbox: the process that made it has ended. Those of other machines,
 * whose processes can't be seen from here, are none of ours.
 */
export function isStray(labels: Readonly<Record<string, string>>): boolean {
  const owner = labels[TOOLBOX_LABEL];
  if (owner === undefined) return false;
  const [place, pid] = owner.split(' ');
  return place === machine() && hasEnded(Number(pid));
}

/**
 * Removes toolboxes that windows have left which were killed, whenever the containers are read or change.
 * @param report told of one that could not be removed
 */
export function removeStrayToolboxes(
  current: Pick<CurrentEngine, 'client' | 'store' | 'onDidChangeItems'>,
  report: (error: unknown) => void,
): Disposable {
  const seen = new Set<string>();

  async function remove(id: string): Promise<void> {
    const { removeToolbox } = await import('./toolbox.ts');
    await removeToolbox(await current.client(), id);
  }

  return current.onDidChangeItems(({ kind }) => {
    if (kind !== 'container') return;
    for (const { id, labels } of current.store?.list('container') ?? []) {
      if (seen.has(id) || !isStray(labels)) continue;
      seen.add(id);
      remove(id).catch(report);
    }
  });
}

/** Tells machines apart, and containers of one, whose processes have numbers of their own. */
function machine(): string {
  const own = [
    hostname(),
    homedir(),
    // Only Linux has these.
    readable(() => readFileSync('/etc/machine-id', 'utf8')),
    readable(() => readlinkSync('/proc/self/ns/pid')),
  ];
  return createHash('sha256').update(JSON.stringify(own)).digest('hex').slice(0, 16);
}

function readable(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Whether there is no process of this number. One that may not be signalled is there. */
function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
