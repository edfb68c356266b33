import type { ContainerDetails } from '../../engine/details/details.ts';
import type { Listening, PortState } from '../../engine/details/listening.ts';
import type { Container, Mount, Network, Port, Volume } from '../../engine/model.ts';
import { cell, count, formatAge, md, oneLine } from '../../util/format.ts';
import type { Icon, Row } from '../row.ts';
import type { FileOwner } from './files.ts';

/** What the row of a port stands for. */
export interface PortTarget {
  readonly container: Container;
  readonly port: PortState;
}

/** What stands below a container, before its files. */
export interface DetailParts {
  readonly owner: FileOwner;
  readonly container: Container;
  readonly details: ContainerDetails;
  readonly networks: readonly Network[];
  readonly volumes: readonly Volume[];
  /** Seconds since the epoch. */
  readonly now: number;
  readonly ports: () => Promise<readonly Row[]>;
  /** What is at a path of the container. */
  readonly directory: (owner: FileOwner, path: string) => () => Promise<readonly Row[]>;
}

type Children = Row['children'];

/** Why it stopped, how it is, its ports, networks and mounts; nothing where there is nothing to say. */
export function detailRows(parts: DetailParts): Row[] {
  const { owner, container, details, networks } = parts;
  return [
    ...stateRows(parts),
    ...(container.ports.length > 0 || (details.running && !details.hostNetwork)
      ? [portsRow(owner, container, parts.ports)]
      : []),
    ...details.networks.map(({ name, id, address }) =>
      networkRow(
        `${owner.key}/network/${name}`,
        name,
        address,
        networks.find((network) => network.id === id || network.name === name),
      ),
    ),
    ...container.mounts.map((mount) =>
      mountRow(
        parts,
        mount,
        parts.directory({ ...owner, key: `${owner.key}/mount/${mount.target}` }, mount.target),
      ),
    ),
  ];
}

const note = (
  key: string,
  container: Container,
  over: Partial<Row> & Pick<Row, 'label' | 'icon'>,
) => ({ key, noun: 'containerNote', facts: [], target: container, ...over }) satisfies Row;

function stateRows({ owner, container, details, now }: DetailParts): Row[] {
  const { stopped, finishedAt, restarts, health } = details;
  const rows: Row[] = [];
  if (stopped !== undefined) {
    const ended = finishedAt === undefined ? '' : `${formatAge(finishedAt, now)} ago`;
    const bad = container.exitCode !== 0 || /^(Out of memory|The engine)/.test(stopped);
    rows.push(
      note(`${owner.key}/stopped`, container, {
        label: oneLine(stopped),
        ...(ended && { description: ended }),
        icon: bad ? { id: 'error', color: 'problemsErrorIcon.foreground' } : { id: 'pass' },
        tooltip: () => [md(stopped), ended].filter(Boolean).join('\n\n'),
        click: 'container.logs',
      }),
    );
  }
  if (restarts > 0)
    rows.push(
      note(`${owner.key}/restarts`, container, {
        label: `Restarted ${count(restarts, 'time')} by its policy`,
        icon: { id: 'sync', color: 'charts.yellow' },
        click: 'container.logs',
      }),
    );
  if (health) {
    const last = health.checks.at(-1);
    const words = [
      ...(health.failing > 0 ? [`${health.failing} failed in a row`] : []),
      ...(last?.output.trim() ? [oneLine(last.output.trim())] : []),
    ];
    rows.push(
      note(`${owner.key}/health`, container, {
        facts: ['health'],
        label: health.status.charAt(0).toUpperCase() + oneLine(health.status.slice(1)),
        ...(words.length > 0 && { description: words.join('  ') }),
        icon: healthIcon(health.status),
        click: 'container.healthLog',
      }),
    );
  }
  return rows;
}

function healthIcon(status: string): Icon {
  if (status === 'healthy') return { id: 'heart-filled', color: 'charts.green' };
  return status === 'unhealthy'
    ? { id: 'warning', color: 'problemsErrorIcon.foreground' }
    : { id: 'heart' };
}

const portsRow = (owner: FileOwner, { ports }: Container, children: Children & object): Row => ({
  key: `${owner.key}/ports`,
  noun: 'containerPorts',
  facts: [],
  label: 'Ports',
  ...(ports.length > 0 && {
    description: [...new Set(ports.map((port) => `${port.container}/${port.protocol}`))].join('  '),
  }),
  icon: { id: 'plug' },
  spoken: `Ports of ${oneLine(owner.name)}`,
  children,
});

const looks: Readonly<Record<Listening, { readonly words: string; readonly icon: Icon }>> = {
  listening: { words: 'listening', icon: { id: 'pass', color: 'charts.green' } },
  inside: {
    words: 'listens on 127.0.0.1 of the container only',
    icon: { id: 'warning', color: 'problemsWarningIcon.foreground' },
  },
  nothing: {
    words: 'nothing listens',
    icon: { id: 'circle-slash', color: 'problemsWarningIcon.foreground' },
  },
  unknown: { words: '', icon: { id: 'circle-outline' } },
};

/** The row of one port. */
export function portRow(key: string, container: Container, port: PortState): Row {
  const { published, listening, declared, protocol } = port;
  const hosts = [...new Set(published.map(({ host }) => host))].join(' ');
  const label = `${hosts ? `${hosts} → ` : ''}${port.container}/${protocol}`;
  const words = [
    ...(looks[listening].words ? [looks[listening].words] : []),
    ...(hosts ? [] : [declared ? 'not published' : 'not published, not exposed']),
  ];
  const opens = protocol === 'tcp' && published.length > 0;
  return {
    key: `${key}/${port.container}/${protocol}`,
    noun: 'containerPort',
    facts: opens ? ['published'] : [],
    label,
    description: words.join(', '),
    icon: looks[listening].icon,
    target: { container, port } satisfies PortTarget,
    tooltip: () =>
      published.length === 0
        ? md(label)
        : published.map((one) => md(`${addressOf(one)} → ${label}`)).join('\n\n'),
    ...(opens && { click: 'port.open' }),
  };
}

const addressOf = ({ address = '', host }: Port) => `${address}:${host}`;

function networkRow(key: string, name: string, address: string, network?: Network): Row {
  return {
    key,
    // Without what the engine tells of it, nothing can be done to it.
    noun: network ? 'network' : 'message',
    facts: network?.builtIn ? ['builtin'] : [],
    label: oneLine(name),
    ...(address && { description: oneLine(address) }),
    icon: { id: 'type-hierarchy' },
    spoken: `Network ${oneLine(name)}, ${oneLine(address)}`,
    ...(network && { target: network, click: 'network.inspect' }),
  };
}

function mountRow({ owner, volumes }: DetailParts, mount: Mount, children: Children & object): Row {
  const { type, source, target, readOnly } = mount;
  const volume = type === 'volume' ? volumes.find(({ name }) => name === source) : undefined;
  const words = [`→ ${oneLine(target)}`, ...(readOnly ? ['read-only'] : [])];
  const label = oneLine(/^[0-9a-f]{64}$/.test(source) ? `${source.slice(0, 12)}…` : source || type);
  return {
    key: `${owner.key}/mount/${target}`,
    noun: volume ? 'volume' : 'containerMount',
    facts: [],
    label,
    description: words.join('  '),
    icon: { id: type === 'volume' ? 'database' : type === 'bind' ? 'folder-opened' : 'dashboard' },
    spoken: `${oneLine(type)} ${label} at ${oneLine(target)}${readOnly ? ', read-only' : ''}`,
    tooltip: () => `${md(type)} ${cell(source)} → ${cell(target)}${readOnly ? ' (read-only)' : ''}`,
    target: volume ?? mount,
    children,
  };
}
