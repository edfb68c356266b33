import { isRaw, readFields, record } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';
import type { Inspected } from './choices.ts';
import type { Choice, Value } from './model.ts';

/** What a container was given of the network, of disks and of other containers. */
export interface Places {
  readonly choices: readonly Choice[];
  /** Networks and named volumes of the engine that it uses. */
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** A name that the engine made up. */
const MADE_UP = /^[0-9a-f]{64}$/;

/** Reads ports, networks and mounts. @param settings `NetworkSettings` of the inspected container */
export function placesOf(inspected: Inspected, name: string, settings: Raw): Places {
  const networks = networksOf(inspected, name, settings);
  const mounts = mountsOf(inspected);
  return {
    choices: [...portsOf(inspected), ...networks.choices, ...mounts.choices],
    networks: networks.names,
    volumes: mounts.volumes,
  };
}

function portsOf({ config, host, image }: Inspected): Choice[] {
  const bindings = host['PortBindings'];
  const bound = record(bindings);
  const ports = Object.entries(bound).flatMap(([port, places]) =>
    (Array.isArray(places) ? places : []).filter(isRaw).map((raw) => {
      const place = readFields(raw);
      const [number = '', protocol] = port.split('/');
      const address = place.text('HostIp');
      const at = place.text('HostPort').replace(/^0$/, '');
      const shown = address.includes(':') ? `[${address}]` : address;
      const before = address && address !== '0.0.0.0' && address !== '::' ? `${shown}:` : '';
      const inside = `${number}${protocol === 'tcp' || protocol === undefined ? '' : `/${protocol}`}`;
      return before || at ? `${before}${at}:${inside}` : inside;
    }),
  );
  const keys = (raw: unknown) => (isRaw(raw) ? Object.keys(raw) : []);
  const known = new Set([...Object.keys(bound), ...keys(image['ExposedPorts'])]);
  const exposed = keys(config['ExposedPorts']).filter((port) => !known.has(port));
  return [
    // Docker's lists of a Go map come in no order, and an address of each kind makes two of one.
    ...list('--publish', ['ports'], [...new Set(ports)].sort()),
    ...list('--expose', ['expose'], exposed.map((port) => port.replace(/\/tcp$/, '')).sort()),
    ...(readFields(host).flag('PublishAllPorts')
      ? [{ flag: '--publish-all', args: true, path: [], value: true } as const]
      : []),
  ];
}

const list = (flag: string, path: readonly string[], values: readonly string[]): Choice[] =>
  values.length === 0 ? [] : [{ flag, args: values, path, value: values }];

const told = (flag: string, args: readonly string[]): Choice[] =>
  args.length === 0 ? [] : [{ flag, args, path: 'told', value: '' }];

function networksOf({ id, host }: Inspected, name: string, settings: Raw) {
  const mode = readFields(host).text('NetworkMode');
  if (/^(host|none|container:.*|slirp4netns.*|pasta.*|private|ns:.*)$/.test(mode)) {
    const usual = /^(slirp4netns|pasta|private)/.test(mode);
    const choice = { flag: '--network', args: [mode], path: ['network_mode'], value: mode };
    return { names: [], choices: usual ? [] : [choice] };
  }
  const all = settings['Networks'];
  const joined = Object.entries(record(all)).filter(
    ([network]) => network !== 'bridge' && network !== 'podman',
  );
  // The one that it was made with comes first.
  joined.sort(([a], [b]) => Number(b === mode) - Number(a === mode));
  const choices = joined.flatMap(([network, raw], index): Choice[] => {
    const at = readFields(raw);
    const fixed = at.inside('IPAMConfig');
    const aliases = at
      .strings('Aliases')
      .filter((alias) => alias !== name && !id.startsWith(alias));
    const [ip, ip6] = [fixed.text('IPv4Address'), fixed.text('IPv6Address')];
    const value = {
      ...(aliases.length > 0 && { aliases }),
      ...(ip && { ipv4_address: ip }),
      ...(ip6 && { ipv6_address: ip6 }),
    };
    const path = ['networks', network];
    if (index === 0)
      return [
        { flag: '--network', args: [network], path, value },
        ...told('--network-alias', aliases),
        ...told('--ip', ip ? [ip] : []),
        ...told('--ip6', ip6 ? [ip6] : []),
      ];
    // The long form, for the options above are of the first network. Clients before 25 take one network.
    const words = [
      `name=${network}`,
      ...aliases.map((alias) => `alias=${alias}`),
      ...(ip ? [`ip=${ip}`] : []),
      ...(ip6 ? [`ip6=${ip6}`] : []),
    ];
    return [{ flag: '--network', args: [words.join(',')], path, value }];
  });
  return { names: joined.map(([network]) => network), choices };
}

function mountsOf({ config, host, image }: Inspected) {
  const settings = readFields(host);
  // A volume that has no name of its own stays with its container: its like gets another one.
  const binds = settings
    .strings('Binds')
    .map((bind) => (MADE_UP.test(bind.split(':')[0] ?? '') ? targetOf(bind) : bind))
    .map((bind) => bind.replace(/:rw$/, ''));
  const long = settings.objects('Mounts').map(mountOf);
  const tmpfs = Object.entries(settings.labels('Tmpfs')).map(([path, options]) =>
    options ? `${path}:${options}` : path,
  );
  const taken = new Set([
    ...binds.map((bind) => targetOf(bind)),
    ...long.map(({ target }) => target),
  ]);
  const paths = (raw: unknown) => (isRaw(raw) ? Object.keys(raw) : []);
  const own = paths(image['Volumes']);
  const anonymous = paths(config['Volumes']).filter(
    (path) => !taken.has(path) && !own.includes(path),
  );
  const named = [
    ...binds.map((bind) => bind.split(':')[0] ?? ''),
    ...long.filter(({ type }) => type === 'volume').map(({ source }) => source),
  ].filter((source) => /^[a-zA-Z0-9]/.test(source) && !/^[a-zA-Z]$/.test(source));
  return {
    choices: [
      ...list('--volume', ['volumes'], [...binds, ...anonymous]),
      ...(long.length === 0
        ? []
        : [
            {
              flag: '--mount',
              args: long.map(({ words }) => words),
              path: ['volumes'],
              value: long.map(({ value }) => value),
            },
          ]),
      ...list('--tmpfs', ['tmpfs'], tmpfs),
      ...volumesFrom(settings.strings('VolumesFrom')),
    ],
    volumes: [...new Set(named)],
  };
}

/** Compose takes a name alone for a service of its file. */
const volumesFrom = (containers: readonly string[]): Choice[] =>
  containers.length === 0
    ? []
    : [
        {
          flag: '--volumes-from',
          args: containers,
          path: ['volumes_from'],
          value: containers.map((name) => `container:${name}`),
        },
      ];

/** The path inside the container of `source:target:options`; a source may be a path of Windows. */
const targetOf = (bind: string): string =>
  /^(?:[a-zA-Z]:[\\/][^:]*|[^:]*):([^:]*)/.exec(bind)?.[1] ?? bind;

function mountOf(raw: Raw) {
  const mount = readFields(raw);
  const [type, target] = [mount.text('Type') || 'bind', mount.text('Target')];
  const source = MADE_UP.test(mount.text('Source')) ? '' : mount.text('Source');
  const readOnly = mount.flag('ReadOnly');
  const bind = mount.inside('BindOptions').text('Propagation');
  const size = mount.inside('TmpfsOptions').number('SizeBytes');
  const volume = mount.inside('VolumeOptions');
  const subpath = volume.text('Subpath');
  const value: Value = {
    type,
    ...(source && { source }),
    target,
    ...(readOnly && { read_only: true }),
    ...(bind && { bind: { propagation: bind } }),
    ...(size && { tmpfs: { size } }),
    ...(subpath && { volume: { subpath } }),
  };
  const words = [
    `type=${type}`,
    ...(source ? [`source=${source}`] : []),
    `target=${target}`,
    ...(readOnly ? ['readonly'] : []),
    ...(bind ? [`bind-propagation=${bind}`] : []),
    ...(size ? [`tmpfs-size=${size}`] : []),
    ...(subpath ? [`volume-subpath=${subpath}`] : []),
  ];
  // As docker reads the option: values that have commas in them are in quotes.
  const quoted = words.map((word) =>
    /[",]/.test(word) ? `"${word.replaceAll('"', '""')}"` : word,
  );
  return { type, source, target, value, words: quoted.join(',') };
}
