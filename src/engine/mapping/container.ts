import type { Container, ContainerState, Health, Mount, Port } from '../model.ts';
import { isRaw, readFields } from './reader.ts';
import type { Raw, Reader } from './reader.ts';

/** States by the names that Docker (the first seven) and Podman's Docker API (the rest) give them. */
const states: Readonly<Record<string, ContainerState>> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  dead: 'dead',
  configured: 'created',
  initialized: 'created',
  stopped: 'exited',
  stopping: 'running',
  unknown: 'dead',
};

/**
 * Reads one entry of `GET /containers/json` (API 1.40 to 1.51, and Podman's).
 * Returns undefined only when it carries no id; everything else that is odd is noted in the item.
 * Ports and mounts are sorted, for the engine lists them in the random order of a Go map.
 */
export function containerFromList(entry: Raw): Container | undefined {
  const reader = readFields(entry);
  const id = reader.text('Id');
  if (!id) return undefined;
  const labels = reader.labels('Labels');
  const status = reader.text('Status');
  const state = readState(reader);
  return {
    kind: 'container',
    id,
    name: readName(reader, id),
    image: reader.text('Image') || reader.text('ImageID'),
    imageId: reader.text('ImageID'),
    command: reader.text('Command'),
    created: reader.number('Created') ?? 0,
    state,
    health: readHealth(reader, status),
    startedAt: undefined,
    finishedAt: undefined,
    exitCode: state === 'exited' ? readExitCode(status) : undefined,
    status,
    ports: readPorts(reader),
    mounts: readMounts(reader),
    networks: readNetworks(reader),
    labels,
    project: labels['com.docker.compose.project'] ?? labels['com.docker.stack.namespace'],
    service: labels['com.docker.compose.service'],
    odd: reader.remarks(),
  };
}

function readName(reader: Reader, id: string): string {
  const names = reader.strings('Names').filter((name) => name.length > 1 || name !== '/');
  // Names with a second slash are legacy links: names that other containers gave this one.
  const own = names.find((name) => !name.slice(1).includes('/')) ?? names[0] ?? '';
  const name = own.startsWith('/') ? own.slice(1) : own;
  if (!name) reader.note('it has no name');
  return name || id.slice(0, 12);
}

function readState(reader: Reader): ContainerState {
  const said = reader.text('State').toLowerCase();
  const state = Object.hasOwn(states, said) ? states[said] : undefined;
  if (!state) reader.note(said ? `its state "${said}" is unknown` : 'it has no state');
  return state ?? 'dead';
}

/** API 1.52 lists `Health`; before that it stands only in the words of `Status`. */
function readHealth(reader: Reader, status: string): Health {
  const health = reader.object('Health');
  const said = health ? readFields(health).text('Status') : '';
  if (said === 'healthy' || said === 'unhealthy' || said === 'starting') return said;
  if (status.endsWith('(healthy)')) return 'healthy';
  if (status.endsWith('(unhealthy)')) return 'unhealthy';
  if (status.endsWith('(health: starting)') || status.endsWith('(starting)')) return 'starting';
  return 'none';
}

function readExitCode(status: string): number | undefined {
  const code = /^Exited \((-?\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

function readPorts(reader: Reader): readonly Port[] {
  const ports: Port[] = [];
  for (const raw of reader.objects('Ports')) {
    const port = readPort(raw);
    if (port) ports.push(port);
    else reader.note('one of its ports is malformed');
  }
  return ports.sort(
    (a, b) =>
      a.container - b.container ||
      compare(a.protocol, b.protocol) ||
      (a.host ?? 0) - (b.host ?? 0) ||
      compare(a.address ?? '', b.address ?? ''),
  );
}

function readPort(raw: Raw): Port | undefined {
  const notes: string[] = [];
  const reader = readFields(raw, notes);
  const container = reader.number('PrivatePort');
  const host = reader.number('PublicPort');
  const protocol = reader.text('Type') || 'tcp';
  const address = reader.text('IP') || undefined;
  if (notes.length || !isPort(container) || (host && !isPort(host))) return undefined;
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return undefined;
  // Podman writes PublicPort 0 for a port that is only exposed.
  return { container, protocol, host: host || undefined, address: host ? address : undefined };
}

function isPort(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0 && value < 65_536;
}

function readMounts(reader: Reader): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const raw of reader.objects('Mounts')) {
    const notes: string[] = [];
    const mount = readFields(raw, notes);
    const type = mount.text('Type') || 'bind';
    const target = mount.text('Destination');
    const source = (type === 'volume' && mount.text('Name')) || mount.text('Source');
    // A missing RW must not read as read-only: only an explicit false does.
    const readOnly = raw['RW'] === false;
    if (notes.length || !target) reader.note('one of its mounts is malformed');
    if (target) mounts.push({ type, source, target, readOnly });
  }
  return mounts.sort((a, b) => compare(a.target, b.target));
}

function readNetworks(reader: Reader): readonly string[] {
  const settings = reader.object('NetworkSettings');
  const networks = settings?.['Networks'];
  if (networks === undefined || networks === null) return [];
  if (isRaw(networks)) return Object.keys(networks).sort();
  reader.note('NetworkSettings.Networks is not an object');
  return [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
