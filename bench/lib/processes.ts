import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clock ticks in a second, as Linux counts processor time for everybody: USER_HZ. */
const TICKS = 100;

/** The newest extension host below `root`, if one runs. */
export function extensionHost(root: number): number | undefined {
  return descendants(root)
    .filter((pid) => commandLine(pid).includes('--type=extensionHost'))
    .sort((a, b) => b - a)[0];
}

/** Children of a process, started by whichever of its threads. */
export function childrenOf(pid: number): number[] {
  return (
    read(() =>
      readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
        readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
          .split(' ')
          .filter((text) => text !== '')
          .map(Number),
      ),
    ) ?? []
  );
}

/** Arguments of a process, separated by spaces; empty when it is gone. */
export function commandLine(pid: number): string {
  return (
    read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
      ?.replaceAll('\0', ' ')
      .trim() ?? ''
  );
}

/**
 * Waits until the processes below `root`, and itself, have used less than a twentieth of a core for two seconds.
 * @throws Error when that does not come within a minute.
 */
export async function untilQuiet(root: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  let quiet = 0;
  let before = ticks(root);
  while (quiet < 4) {
    if (Date.now() > deadline) throw new Error('VS Code does not come to rest');
    await sleep(500);
    const now = ticks(root);
    quiet = now - before <= TICKS / 40 ? quiet + 1 : 0;
    before = now;
  }
}

function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

function ticks(root: number): number {
  return [root, ...descendants(root)].reduce((sum, pid) => {
    const fields = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
      ?.replace(/^.*\) /s, '')
      .split(' ');
    return sum + Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0);
  }, 0);
}

function read<T>(from: () => T): T | undefined {
  try {
    return from();
  } catch {
    // The process ended while it was looked at, so there is nothing to say of it.
    return undefined;
  }
}
