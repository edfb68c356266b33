import { addressOf } from '../../engine/hostUrl.ts';
import { webPorts } from '../../engine/model.ts';
import type { Container } from '../../engine/model.ts';
import type { SettingValue } from '../../manifest/settings.ts';
import { cell, count, formatAge, md, oneLine, shortId } from '../../util/format.ts';
import type { Icon, Row } from '../row.ts';
import type { Below } from './files.ts';
import { highlighted, matches } from './filter.ts';
import { naturalOrder } from '../../util/naturalOrder.ts';

/** What decides how containers are shown. */
export interface ContainerOptions {
  readonly groupBy: SettingValue<'containers.groupBy'>;
  readonly sortBy: SettingValue<'containers.sortBy'>;
  readonly label: SettingValue<'containers.label'>;
  readonly description: SettingValue<'containers.description'>;
  readonly filter: string;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Where published ports are reached. */
  readonly host: string;
  readonly below?: Below;
  /** What is the matter with containers, and of which nobody wants to hear that. */
  readonly alerts?: {
    of(id: string): readonly string[];
    isMuted(name: string): boolean;
  };
}

const alive = new Set<Container['state']>(['running', 'paused', 'restarting']);

/** Icon and colour say state and health; the spoken text says them in words. */
export function containerIcon({ state, health, odd }: Container): Icon {
  if (odd) return { id: 'question', color: 'problemsWarningIcon.foreground' };
  if (state === 'running' && health === 'unhealthy')
    return { id: 'warning', color: 'problemsErrorIcon.foreground' };
  if (state === 'running' && health === 'starting')
    return { id: 'loading~spin', color: 'charts.green' };
  if (state === 'running' && health === 'healthy')
    return { id: 'heart-filled', color: 'charts.green' };
  const icons: Record<Container['state'], Icon> = {
    running: { id: 'vm-running', color: 'charts.green' },
    paused: { id: 'debug-pause', color: 'charts.yellow' },
    restarting: { id: 'sync', color: 'charts.yellow' },
    created: { id: 'vm-outline', color: 'disabledForeground' },
    exited: { id: 'vm-outline', color: 'disabledForeground' },
    removing: { id: 'trash', color: 'disabledForeground' },
    dead: { id: 'error', color: 'problemsErrorIcon.foreground' },
  };
  return icons[state];
}

/** What holds of a container, for menus. */
export function containerFacts(container: Container): string[] {
  const { state } = container;
  return [
    ...(state === 'running' ? ['running'] : []),
    ...(state === 'paused' ? ['paused'] : []),
    ...(state === 'restarting' ? ['restarting'] : []),
    ...(alive.has(state) || state === 'removing' ? [] : ['stopped']),
    ...(container.project ? ['compose'] : []),
    ...(webPorts(container).length ? ['ports'] : []),
    ...(container.health === 'none' ? [] : ['health']),
  ];
}

function describePorts(container: Container): string | undefined {
  const published = new Set(
    container.ports
      .filter((port) => port.host !== undefined)
      .sort((a, b) => (a.host ?? 0) - (b.host ?? 0))
      .map(
        ({ host, container: inside, protocol }) =>
          `${host}${host === inside ? '' : `→${inside}`}${protocol === 'tcp' ? '' : `/${protocol}`}`,
      ),
  );
  const shown = [...published].slice(0, 4);
  return shown.length
    ? `:${shown.join(' :')}${published.size > shown.length ? ` +${published.size - shown.length}` : ''}`
    : undefined;
}

function part(name: string, container: Container, now: number): string | undefined {
  switch (name) {
    case 'image':
      return container.image;
    case 'ports':
      return describePorts(container);
    case 'age':
      return describeAge(container, now);
    case 'status':
      return describeStatus(container, now);
    case 'command':
      return container.command;
    case 'id':
      return shortId(container.id);
    default:
      return undefined;
  }
}

/** How long it has been what it is: up since its start, or its age; the exit code when it failed. */
function describeAge(container: Container, now: number): string {
  const failed =
    container.state === 'exited' && container.exitCode ? `exit ${container.exitCode}, ` : '';
  if (container.state === 'running') {
    if (container.startedAt) return `up ${formatAge(container.startedAt, now)}`;
    // Words that cannot be read as a time.
    const words = /^Up ([^(]+)/.exec(container.status)?.[1];
    if (words) return `up ${words.trim()}`;
  }
  return failed + formatAge(container.created, now);
}

/** The engine's words, with how long it runs, or ended ago, by now. */
function describeStatus({ status, startedAt, finishedAt }: Container, now: number): string {
  if (startedAt) return status.replace(/^Up [^(]*[^( ]/, `Up ${formatAge(startedAt, now)}`);
  return finishedAt
    ? status.replace(/^(Exited \(-?\d+\)) .*/, `$1 ${formatAge(finishedAt, now)} ago`)
    : status;
}

const labels = {
  name: (container: Container) => container.name,
  image: (container: Container) => container.image,
  service: (container: Container) => container.service ?? container.name,
};

function toRow(container: Container, options: ContainerOptions): Row {
  const label = oneLine(labels[options.label](container)) || shortId(container.id);
  const isMuted = options.alerts?.isMuted(container.name) === true;
  const alerts = (!isMuted && options.alerts?.of(container.id)) || [];
  const description = [
    ...alerts,
    ...options.description
      .map((name) => part(name, container, options.now))
      .filter((text): text is string => !!text)
      .map(oneLine),
  ].join('  ');
  // Nobody wants to hear it twice.
  const isHealthSaid = [
    ...alerts,
    ...(options.description.includes('status') ? [container.status] : []),
  ].some((text) => text.split(/\W+/).includes(container.health));
  const health = container.health === 'none' || isHealthSaid ? '' : `, ${container.health}`;
  const key = `container/${container.id}`;
  const owner = {
    source: { kind: 'container', id: container.id },
    name: container.name,
    key,
  } as const;
  return {
    key,
    noun: 'container',
    facts: [
      ...containerFacts(container),
      ...(alerts.length > 0 ? ['alerting'] : []),
      ...(isMuted ? ['muted'] : []),
    ],
    label,
    ...(options.label === 'name' ? {} : { full: oneLine(container.name) }),
    ...highlighted(options.filter, label),
    ...(description ? { description } : {}),
    icon:
      alerts.length > 0
        ? { id: 'warning', color: 'problemsErrorIcon.foreground' }
        : containerIcon(container),
    spoken: `${label}, ${container.state}${health}, ${description}`,
    tooltip: () => containerTooltip(container, options),
    target: container,
    ...(options.below ? { children: options.below(owner, container.imageId) } : {}),
  };
}

/** Markdown with all that the list tells of a container; every word from outside is escaped. */
export function containerTooltip(container: Container, { now, host }: ContainerOptions): string {
  const row = (name: string, value: string | undefined) =>
    value ? [`| ${name} | ${value} |`] : [];
  const list = (texts: readonly string[]) => texts.map((text) => cell(text)).join(', ');
  const ports = container.ports.map((port) => {
    const inside = `${port.container}/${port.protocol}`;
    if (port.host === undefined) return cell(inside);
    const text = cell(`${port.address ?? ''}:${port.host} → ${inside}`);
    return port.protocol === 'tcp' ? `[${text}](${addressOf(host, port.host)})` : text;
  });
  return [
    `**${md(container.name)}** — ${container.state}${container.health === 'none' ? '' : `, ${container.health}`}`,
    '',
    '| | |',
    '|---|---|',
    ...row('Image', cell(container.image)),
    ...row('Command', cell(container.command)),
    ...row('Status', md(describeStatus(container, now))),
    ...row('Created', md(`${formatAge(container.created, now)} ago`)),
    ...row('Ports', ports.join(', ')),
    ...row('Networks', list(container.networks)),
    ...row(
      'Mounts',
      list(
        container.mounts.map(
          (mount) => `${mount.source} → ${mount.target}${mount.readOnly ? ' (read-only)' : ''}`,
        ),
      ),
    ),
    ...row('Project', container.project && cell(container.project)),
    ...row('ID', cell(shortId(container.id))),
    ...(container.odd ? ['', `⚠ ${md(container.odd)}`] : []),
  ].join('\n');
}

const rank: Record<Container['state'], number> = {
  running: 0,
  restarting: 1,
  paused: 2,
  removing: 3,
  created: 4,
  exited: 4,
  dead: 4,
};
const byName = (a: Container, b: Container) =>
  naturalOrder(a.name, b.name) || (a.id < b.id ? -1 : 1);
const sorts: Record<ContainerOptions['sortBy'], (a: Container, b: Container) => number> = {
  name: byName,
  state: (a, b) => rank[a.state] - rank[b.state] || byName(a, b),
  created: (a, b) => b.created - a.created || byName(a, b),
};

const groupings: Record<
  Exclude<ContainerOptions['groupBy'], 'none'>,
  (container: Container) => readonly string[]
> = {
  project: ({ project }) => (project ? [project] : []),
  image: ({ image }) => [image],
  network: ({ networks }) => networks.slice(0, 1),
  state: ({ state }) => [state],
};
const groupIcons: Record<Exclude<ContainerOptions['groupBy'], 'none'>, string> = {
  project: 'folder-library',
  image: 'package',
  network: 'type-hierarchy',
  state: 'list-tree',
};

/** A group's row. Its target is its containers, so whatever acts on several containers acts on the group. */
function groupRow(
  name: string,
  members: readonly Container[],
  options: ContainerOptions,
  icon: string,
): Row {
  const running = members.filter(({ state }) => state === 'running').length;
  const held = new Set(members.flatMap(containerFacts));
  const unhealthy = members.some(
    ({ health, state }) => state === 'running' && health === 'unhealthy',
  );
  const label = oneLine(name);
  return {
    key: `group/${options.groupBy}/${name}`,
    noun: 'project',
    facts: ['running', 'stopped', 'paused'].filter((fact) => held.has(fact)),
    label,
    ...highlighted(options.filter, label),
    // Where state makes the groups, the label says it of all of them.
    description:
      options.groupBy === 'state'
        ? count(members.length, 'container')
        : `${running}/${members.length} running`,
    icon: {
      id: icon,
      ...(unhealthy
        ? { color: 'problemsErrorIcon.foreground' }
        : running
          ? { color: 'charts.green' }
          : {}),
    },
    spoken:
      options.groupBy === 'state'
        ? `${label}, ${count(members.length, 'container')}`
        : `${label}, ${running} of ${count(members.length, 'container')} running`,
    target: members,
    expanded: true,
    children: members.map((member) => toRow(member, options)),
  };
}

/** The rows of the Containers view. Groups come first, by name; what belongs to none stands below them. */
export function containerRows(containers: readonly Container[], options: ContainerOptions): Row[] {
  const shown = options.filter
    ? containers.filter((container) =>
        matches(options.filter, [
          container.name,
          container.image,
          container.project,
          container.service,
          container.state,
          container.id,
        ]),
      )
    : containers;
  const sorted = [...shown].sort(sorts[options.sortBy]);
  if (options.groupBy === 'none') return sorted.map((container) => toRow(container, options));
  const groups = new Map<string, Container[]>();
  const single: Container[] = [];
  for (const container of sorted) {
    const name = groupings[options.groupBy](container)[0];
    if (name === undefined) single.push(container);
    else groups.set(name, [...(groups.get(name) ?? []), container]);
  }
  const icon = groupIcons[options.groupBy];
  return [
    ...[...groups]
      .sort(([a], [b]) => naturalOrder(a, b))
      .map(([name, members]) => groupRow(name, members, options, icon)),
    ...single.map((container) => toRow(container, options)),
  ];
}
