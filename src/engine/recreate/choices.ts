import { quotePosix } from '../builds/buildxLine.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';
import type { Choice, EngineDefaults, Value } from './model.ts';

/** A container as it was inspected, in the parts that choices are read from. */
export interface Inspected {
  readonly id: string;
  readonly config: Raw;
  readonly host: Raw;
  /** The configuration of its image; empty where that is gone. */
  readonly image: Raw;
}

/** How Docker writes a number of bytes: exact, in the largest unit that keeps it whole. */
export function exactBytes(bytes: number): string {
  const units = ['b', 'k', 'm', 'g'];
  let unit = 0;
  let amount = bytes;
  while (unit < units.length - 1 && amount > 0 && amount % 1024 === 0) {
    amount /= 1024;
    unit++;
  }
  return `${amount}${units[unit]}`;
}

/** A duration as Go writes it, from nanoseconds: `1m30s`, `500ms`. */
export function goDuration(nanoseconds: number): string {
  const ms = nanoseconds / 1e6;
  if (ms % 1000 !== 0) return `${ms}ms`;
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60];
  const parts = [
    [Math.floor(hours), 'h'],
    [Math.floor(minutes), 'm'],
    [seconds, 's'],
  ] as const;
  return (
    parts
      .filter(([amount]) => amount > 0)
      .map(([amount, unit]) => `${amount}${unit}`)
      .join('') || '0s'
  );
}

const keys = (path: string): readonly string[] => (path === '' ? [] : path.split('.'));

/** @param path keys with dots between them; empty where Compose has no such thing */
const one = (flag: string, path: string, value: string | number | undefined): Choice[] =>
  value === undefined || value === '' || value === 0
    ? []
    : [{ flag, args: [String(value)], path: keys(path), value }];

const many = (flag: string, path: string, values: readonly string[]): Choice[] =>
  values.length === 0 ? [] : [{ flag, args: values, path: keys(path), value: values }];

const yes = (flag: string, path: string, on: boolean): Choice[] =>
  on ? [{ flag, args: true, path: keys(path), value: true }] : [];

/** `NAME=value` of each. */
const pairs = (record: Readonly<Record<string, string>>): string[] =>
  Object.entries(record).map(([name, value]) => `${name}=${value}`);

/** `NAME=value` of each for the option, where Compose takes them by their names only. */
const named = (flag: string, path: string, record: Readonly<Record<string, string>>): Choice[] =>
  Object.keys(record).length === 0
    ? []
    : [{ flag, args: pairs(record), path: keys(path), value: record }];

const without = (all: readonly string[], known: readonly string[]): string[] => {
  const held = new Set(known);
  return all.filter((one) => !held.has(one));
};

/** Labels that say who made a container, and would be untrue of another. */
const MADE_BY = /^(com\.docker\.compose\.|desktop\.docker\.io\/|io\.podman\.)/;

/** What the engine takes for shared memory: Docker's and Podman's own measures. */
const SHARED_MEMORY = new Set([67_108_864, 65_536_000]);

/** What Podman tells of every container as if it had been chosen. */
const PODMANS = new Set(['--ipc', '--log-driver', '--stop-signal', '--stop-timeout', '--ulimit']);
const PODMANS_ENV = /^(TERM=xterm|container=podman|HOSTNAME=[0-9a-f]{12})$/;

/** What was chosen for a container, without networks, ports, mounts, entrypoint and command. */
export function ownChoices(inspected: Inspected, defaults: EngineDefaults): Choice[] {
  const host = readFields(inspected.host);
  const env = without(
    readFields(inspected.config).strings('Env'),
    readFields(inspected.image).strings('Env'),
  );
  const podman = env.includes('container=podman');
  const choices = [
    ...many('--env', 'environment', podman ? env.filter((one) => !PODMANS_ENV.test(one)) : env),
    ...identity(inspected),
    ...limits(host),
    ...powers(host, defaults),
    ...restart(host),
    ...logging(host, defaults),
    ...health(inspected),
  ];
  return podman ? choices.filter(({ flag }) => !PODMANS.has(flag)) : choices;
}

function identity({ id, config, host, image }: Inspected): Choice[] {
  const own = readFields(config);
  const base = readFields(image);
  const settings = readFields(host);
  const shares = /^(host|container:)/.test(settings.text('NetworkMode'));
  const hostname = own.text('Hostname');
  const labels = Object.entries(own.labels('Labels')).filter(
    ([name, value]) => !MADE_BY.test(name) && base.labels('Labels')[name] !== value,
  );
  const text = (field: string) => (own.text(field) === base.text(field) ? '' : own.text(field));
  return [
    ...one('--hostname', 'hostname', shares || id.startsWith(hostname) ? '' : hostname),
    ...one('--domainname', 'domainname', own.text('Domainname')),
    ...one('--user', 'user', text('User')),
    ...many('--group-add', 'group_add', settings.strings('GroupAdd')),
    ...one('--workdir', 'working_dir', own.text('WorkingDir') === '/' ? '' : text('WorkingDir')),
    ...yes('--interactive', 'stdin_open', own.flag('OpenStdin')),
    ...yes('--tty', 'tty', own.flag('Tty')),
    ...yes('--rm', '', settings.flag('AutoRemove')),
    ...many('--label', 'labels', pairs(Object.fromEntries(labels))),
    ...one('--stop-signal', 'stop_signal', text('StopSignal')),
    ...(own.number('StopTimeout') === undefined
      ? []
      : [
          {
            flag: '--stop-timeout',
            args: [String(own.number('StopTimeout'))],
            path: ['stop_grace_period'],
            value: `${own.number('StopTimeout')}s`,
          },
        ]),
  ];
}

type Reader = ReturnType<typeof readFields>;

function limits(host: Reader): Choice[] {
  const bytes = (field: string) => {
    const number = host.number(field) ?? 0;
    return number > 0 ? exactBytes(number) : '';
  };
  const memory = host.number('Memory') ?? 0;
  const swap = host.number('MemorySwap') ?? 0;
  // Twice the memory is what the engine gives by itself.
  const chosenSwap = swap === 0 || swap === memory * 2 ? '' : swap < 0 ? '-1' : exactBytes(swap);
  const pids = host.number('PidsLimit') ?? 0;
  const shared = host.number('ShmSize') ?? 0;
  const ulimits = host.objects('Ulimits').map((raw) => {
    const limit = readFields(raw);
    return {
      name: limit
        .text('Name')
        .replace(/^RLIMIT_/, '')
        .toLowerCase(),
      soft: limit.number('Soft') ?? 0,
      hard: limit.number('Hard') ?? 0,
    };
  });
  return [
    ...one('--memory', 'mem_limit', bytes('Memory')),
    ...one('--memory-reservation', 'mem_reservation', bytes('MemoryReservation')),
    ...one('--memory-swap', 'memswap_limit', chosenSwap),
    ...one('--cpus', 'cpus', (host.number('NanoCpus') ?? 0) / 1e9),
    ...one('--cpu-shares', 'cpu_shares', host.number('CpuShares')),
    ...one('--cpu-period', 'cpu_period', host.number('CpuPeriod')),
    ...one('--cpu-quota', 'cpu_quota', host.number('CpuQuota')),
    ...one('--cpuset-cpus', 'cpuset', host.text('CpusetCpus')),
    ...one('--cpuset-mems', '', host.text('CpusetMems')),
    ...one('--blkio-weight', 'blkio_config.weight', host.number('BlkioWeight')),
    ...BLOCK_DEVICES.flatMap((what) => blockDevices(host, what)),
    ...one('--pids-limit', 'pids_limit', pids > 0 ? pids : undefined),
    ...one(
      '--shm-size',
      'shm_size',
      shared > 0 && !SHARED_MEMORY.has(shared) ? exactBytes(shared) : '',
    ),
    ...yes('--oom-kill-disable', 'oom_kill_disable', host.flag('OomKillDisable')),
    ...one('--oom-score-adj', 'oom_score_adj', host.number('OomScoreAdj')),
    ...ulimits.map(({ name, soft, hard }) => ({
      flag: '--ulimit',
      args: [`${name}=${soft}:${hard}`],
      path: ['ulimits', name],
      value: { soft, hard },
    })),
  ];
}

/** What may be limited of each block device: the option, Compose's key, and the engine's fields. */
const BLOCK_DEVICES = [
  ['--blkio-weight-device', 'weight_device', 'BlkioWeightDevice', 'Weight'],
  ['--device-read-bps', 'device_read_bps', 'BlkioDeviceReadBps', 'Rate'],
  ['--device-write-bps', 'device_write_bps', 'BlkioDeviceWriteBps', 'Rate'],
  ['--device-read-iops', 'device_read_iops', 'BlkioDeviceReadIOps', 'Rate'],
  ['--device-write-iops', 'device_write_iops', 'BlkioDeviceWriteIOps', 'Rate'],
] as const;

function blockDevices(
  host: Reader,
  [flag, name, field, measure]: (typeof BLOCK_DEVICES)[number],
): Choice[] {
  const devices = host.objects(field).map((raw) => {
    const device = readFields(raw);
    const amount = device.number(measure) ?? 0;
    return {
      path: device.text('Path'),
      amount: name.endsWith('_bps') ? exactBytes(amount) : amount,
    };
  });
  return devices.length === 0
    ? []
    : [
        {
          flag,
          args: devices.map(({ path, amount }) => `${path}:${amount}`),
          path: ['blkio_config', name],
          value: devices.map(({ path, amount }) => ({ path, [measure.toLowerCase()]: amount })),
        },
      ];
}

function powers(host: Reader, { runtime }: EngineDefaults): Choice[] {
  const mode = (field: string, usual: readonly string[]) =>
    usual.includes(host.text(field)) ? '' : host.text(field);
  const devices = host.objects('Devices').map((raw) => {
    const device = readFields(raw);
    const rights = device.text('CgroupPermissions');
    return [
      device.text('PathOnHost'),
      device.text('PathInContainer'),
      ...(rights && rights !== 'rwm' ? [rights] : []),
    ].join(':');
  });
  const init = host.flag('Init');
  const privileged = host.flag('Privileged');
  return [
    ...yes('--init', 'init', init),
    ...yes('--privileged', 'privileged', privileged),
    ...yes('--read-only', 'read_only', host.flag('ReadonlyRootfs')),
    ...many('--cap-add', 'cap_add', host.strings('CapAdd')),
    ...many('--cap-drop', 'cap_drop', host.strings('CapDrop')),
    // The engine adds that labels are off to what is privileged.
    ...many('--security-opt', 'security_opt', privileged ? [] : host.strings('SecurityOpt')),
    ...many('--device', 'devices', devices),
    ...many('--device-cgroup-rule', 'device_cgroup_rules', host.strings('DeviceCgroupRules')),
    ...gpus(host),
    ...many('--sysctl', 'sysctls', pairs(host.labels('Sysctls'))),
    ...one('--pid', 'pid', mode('PidMode', ['', 'private'])),
    ...one('--ipc', 'ipc', mode('IpcMode', ['', 'private'])),
    ...one('--uts', 'uts', mode('UTSMode', ['', 'private'])),
    ...one('--userns', 'userns_mode', mode('UsernsMode', [''])),
    ...one('--runtime', 'runtime', mode('Runtime', ['', 'runc', 'oci', runtime])),
    ...one('--cgroup-parent', 'cgroup_parent', host.text('CgroupParent')),
    ...many('--dns', 'dns', host.strings('Dns')),
    ...many('--dns-search', 'dns_search', host.strings('DnsSearch')),
    ...many('--dns-option', 'dns_opt', host.strings('DnsOptions')),
    ...many('--add-host', 'extra_hosts', host.strings('ExtraHosts')),
    ...many('--link', 'external_links', host.strings('Links').map(linkOf)),
    ...named('--storage-opt', 'storage_opt', host.labels('StorageOpt')),
  ];
}

/** `/database:/web/db` is the container `database`, called `db`. */
const linkOf = (link: string): string => {
  const [container = '', alias = ''] = link.split(':');
  return `${container.slice(1)}:${alias.slice(alias.lastIndexOf('/') + 1)}`;
};

/** Which GPUs of the host it was given: all, so many, or these. */
function gpus(host: Reader): Choice[] {
  const request = host
    .objects('DeviceRequests')
    .find(({ Capabilities: all }) => Array.isArray(all) && all.flat().includes('gpu'));
  if (!request) return [];
  const reader = readFields(request);
  const [ids, count] = [reader.strings('DeviceIDs'), reader.number('Count') ?? 0];
  const path = ['deploy', 'resources', 'reservations', 'devices'];
  const choice = (arg: string, which: { readonly [name: string]: Value }) => [
    { flag: '--gpus', args: [arg], path, value: [{ ...which, capabilities: ['gpu'] }] },
  ];
  // docker reads the option as a line of CSV.
  if (ids.length > 0) return choice(`"device=${ids.join(',')}"`, { device_ids: ids });
  return count > 0 ? choice(String(count), { count }) : choice('all', { count: 'all' });
}

function restart(host: Reader): Choice[] {
  const policy = host.inside('RestartPolicy');
  const name = policy.text('Name');
  const retries = policy.number('MaximumRetryCount') ?? 0;
  if (name === '' || name === 'no') return [];
  return one('--restart', 'restart', retries > 0 ? `${name}:${retries}` : name);
}

function logging(host: Reader, { logDriver }: EngineDefaults): Choice[] {
  const config = host.inside('LogConfig');
  const driver = config.text('Type');
  return [
    ...one('--log-driver', 'logging.driver', driver === logDriver ? '' : driver),
    ...named('--log-opt', 'logging.options', config.labels('Config')),
  ];
}

function health({ config, image }: Inspected): Choice[] {
  const raw = config['Healthcheck'];
  if (!isRaw(raw) || JSON.stringify(raw) === JSON.stringify(image['Healthcheck'])) return [];
  const check = readFields(raw);
  const [kind, ...words] = check.strings('Test');
  if (kind === 'NONE')
    return [
      { flag: '--no-healthcheck', args: true, path: ['healthcheck', 'disable'], value: true },
    ];
  const time = (flag: string, name: string, field: string) => {
    const nanoseconds = check.number(field) ?? 0;
    return one(flag, `healthcheck.${name}`, nanoseconds > 0 ? goDuration(nanoseconds) : '');
  };
  const test: Value = check.strings('Test');
  return [
    ...(words.length === 0
      ? []
      : [
          {
            flag: '--health-cmd',
            args: [kind === 'CMD' ? words.map(quotePosix).join(' ') : words.join(' ')],
            path: ['healthcheck', 'test'],
            value: test,
          },
        ]),
    ...time('--health-interval', 'interval', 'Interval'),
    ...time('--health-timeout', 'timeout', 'Timeout'),
    ...time('--health-start-period', 'start_period', 'StartPeriod'),
    ...time('--health-start-interval', 'start_interval', 'StartInterval'),
    ...one('--health-retries', 'healthcheck.retries', check.number('Retries')),
  ];
}
