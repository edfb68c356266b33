import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SEEN = 'way-out0';
const PEER = 'way-out1';

/**
 * Gives this network namespace a default route that leads nowhere and counts what takes it, so that
 * anything that tries to leave the machine is noticed, names to resolve included.
 * @returns a function that says how many packets went that way.
 * @throws Error where a default route exists: a machine's own routes are never touched.
 */
export function watchWayOut(): () => number {
  if (!readFileSync('/proc/self/net/dev', 'utf8').includes(`${SEEN}:`)) {
    if (ip('route', 'show', 'default') !== '') {
      throw new Error('this is no namespace of the test bed, for it has a way out already');
    }
    ip('link', 'add', SEEN, 'type', 'veth', 'peer', 'name', PEER);
    for (const name of [SEEN, PEER]) {
      // IPv6 announces itself on a new link, which nothing of ours asked for.
      ip('link', 'set', name, 'addrgenmode', 'none');
      ip('link', 'set', name, 'up');
    }
    ip('address', 'add', '192.0.2.1/24', 'dev', SEEN);
    ip('neighbour', 'add', '192.0.2.2', 'lladdr', '02:00:00:00:00:02', 'dev', SEEN);
    ip('route', 'replace', 'default', 'via', '192.0.2.2');
  }
  const before = packets();
  return () => packets() - before;
}

/** Packets sent on the watched interface: the tenth figure of its row in /proc/net/dev. */
function packets(): number {
  const row = readFileSync('/proc/self/net/dev', 'utf8')
    .split('\n')
    .find((line) => line.trim().startsWith(`${SEEN}:`));
  const figure = row?.split(':')[1]?.trim().split(/\s+/)[9];
  if (figure === undefined) throw new Error(`${SEEN} is gone`);
  return Number(figure);
}

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
