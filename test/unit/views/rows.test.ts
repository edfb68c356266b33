import { describe, expect, test } from 'vitest';
import { containerRows, containerTooltip } from '../../../src/views/rows/containers.ts';
import type { ContainerOptions } from '../../../src/views/rows/containers.ts';
import { webPorts } from '../../../src/engine/model.ts';
import { splitTag } from '../../../src/engine/reference.ts';
import { imageRows } from '../../../src/views/rows/images.ts';
import type { ImageOptions } from '../../../src/views/rows/images.ts';
import { networkRows } from '../../../src/views/rows/networks.ts';
import { volumeRows } from '../../../src/views/rows/volumes.ts';
import type { Row } from '../../../src/views/row.ts';
import { container, image, network, volume } from './samples.ts';

const options: ContainerOptions = {
  groupBy: 'project',
  sortBy: 'state',
  label: 'name',
  description: ['ports', 'age', 'image'],
  filter: '',
  now: 1000 + 7200,
  host: 'localhost',
};
const imageOptions: ImageOptions = {
  groupBy: 'repository',
  sortBy: 'name',
  description: ['size', 'age', 'used'],
  showDangling: false,
  filter: '',
  now: 1000 + 7200,
};
const labels = (rows: readonly Row[]) => rows.map(({ label }) => label);
const below = (row: Row | undefined) => (Array.isArray(row?.children) ? row.children : []) as Row[];

describe('container rows', () => {
  const web = container({ id: 'c1', name: 'web', project: 'shop', service: 'web' });
  const db = container({ id: 'c2', name: 'db', project: 'shop', state: 'exited', exitCode: 137 });
  const lone = container({ id: 'c3', name: 'lone' });

  test('that are labelled otherwise have their names in lists to choose from', () => {
    const [row] = containerRows([web], { ...options, groupBy: 'none', label: 'image' });
    expect(row).toMatchObject({ label: web.image, full: 'web' });
  });

  test('of one state make a group that says how many they are', () => {
    expect(containerRows([web, db], { ...options, groupBy: 'state' })).toMatchObject([
      { label: 'exited', description: '1 container', spoken: 'exited, 1 container' },
      { label: 'running', description: '1 container' },
    ]);
  });

  test('are grouped by project, the others below', () => {
    const rows = containerRows([lone, db, web], options);
    expect(labels(rows)).toEqual(['shop', 'lone']);
    expect(labels(below(rows[0]))).toEqual(['web', 'db']);
    expect(rows[0]?.description).toBe('1/2 running');
    expect(rows[0]?.facts).toEqual(['running', 'stopped']);
  });

  test('say what is the matter, unless nobody wants to hear it', () => {
    const alerts = {
      of: (id: string) => (id === 'c3' ? ['is unhealthy'] : []),
      isMuted: () => false,
    };
    const [loud] = containerRows([lone], { ...options, alerts });
    expect(loud?.description).toMatch(/^is unhealthy {2}/);
    expect(loud?.icon).toEqual({ id: 'warning', color: 'problemsErrorIcon.foreground' });
    expect(loud?.facts).toContain('alerting');
    expect(loud?.spoken).toContain('is unhealthy');
    const [muted] = containerRows([lone], {
      ...options,
      alerts: { ...alerts, isMuted: () => true },
    });
    expect(muted?.description).not.toContain('is unhealthy');
    expect(muted?.facts).toContain('muted');
    expect(muted?.facts).not.toContain('alerting');
    expect(muted?.icon.id).toBe('vm-running');
  });

  test.each([
    ['the alert', 'unhealthy', 'Up 2 hours', ['image'], true],
    ['nothing else', 'unhealthy', 'Up 2 hours', ['image'], false],
    ["the engine's words", 'healthy', 'Up 2 hours (healthy)', ['status', 'image'], false],
    ["the engine's words", 'starting', 'Up 2 hours (health: starting)', ['status'], false],
    ['no name of an image', 'healthy', 'Up 2 hours', ['image'], false],
  ] as const)(
    'speak of health once, where %s says it',
    (_, health, status, description, isTold) => {
      const one = container({ health, status, image: `${health}/app:1` });
      const alerts = { of: () => (isTold ? [`is ${health}`] : []), isMuted: () => false };
      const [row] = containerRows([one], { ...options, description, alerts });
      const spoken = row?.spoken?.replace(one.image, '') ?? '';
      expect(spoken.split(new RegExp(`\\b${health}\\b`))).toHaveLength(2);
    },
  );

  test('keep their key whatever their state', () => {
    const keys = (state: 'running' | 'exited') =>
      containerRows([container({ state })], options).map(({ key }) => key);
    expect(keys('running')).toEqual(keys('exited'));
  });

  test('say ports, age and image, and the exit code of a failure', () => {
    const ports = [
      { container: 80, protocol: 'tcp', host: 8080, address: '0.0.0.0' },
      { container: 80, protocol: 'tcp', host: 8080, address: '::' },
      { container: 53, protocol: 'udp', host: 53, address: '0.0.0.0' },
      { container: 9000, protocol: 'tcp', host: undefined, address: undefined },
    ] as const;
    const [row] = containerRows([container({ ports, startedAt: 1000 })], options);
    expect(row?.description).toBe(':53/udp :8080→80  up 2 h  nginx:1.27');
    // Words of the engine's that cannot be read.
    const [before] = containerRows([container({ status: 'Up long (healthy)' })], options);
    expect(before?.description).toBe('up long  nginx:1.27');
    expect(row?.facts).toContain('ports');
    expect(webPorts(container({ ports }))).toEqual([8080]);
    const [failed] = containerRows([container({ state: 'exited', exitCode: 137 })], options);
    expect(failed?.description).toBe('exit 137, 2 h  nginx:1.27');
  });

  test('say how long they run by now, not when they were listed', () => {
    const listed = container({ status: 'Up Less than a second (healthy)', startedAt: 1000 });
    const [row] = containerRows([listed], { ...options, description: ['status'] });
    expect(row?.description).toBe('Up 2 h (healthy)');
    expect(containerTooltip(listed, options)).toContain('Up 2 h');
    const over = container({ status: 'Exited (3) Less than a second ago', finishedAt: 1000 });
    const [gone] = containerRows([over], { ...options, description: ['status'] });
    expect(gone?.description).toBe('Exited (3) 2 h ago');
  });

  test('link to ports of an engine that is at an IPv6 address', () => {
    const ports = [{ container: 80, protocol: 'tcp', host: 8080, address: '::' }] as const;
    const tooltip = containerTooltip(container({ ports }), { ...options, host: 'fd00::7' });
    expect(tooltip).toContain('](http://[fd00::7]:8080)');
  });

  test.each([
    ['running', 'none', 'vm-running'],
    ['running', 'healthy', 'heart-filled'],
    ['running', 'unhealthy', 'warning'],
    ['running', 'starting', 'loading~spin'],
    ['paused', 'none', 'debug-pause'],
    ['exited', 'unhealthy', 'vm-outline'],
  ] as const)('%s and %s is drawn as %s', (state, health, icon) => {
    expect(containerRows([container({ state, health })], options)[0]?.icon.id).toBe(icon);
  });

  test('are filtered by words in name, image and project, in any order', () => {
    const shown = (filter: string) =>
      labels(containerRows([web, db, lone], { ...options, groupBy: 'none', filter }));
    expect(shown('shop')).toEqual(['web', 'db']);
    expect(shown('WEB shop')).toEqual(['web']);
    expect(shown('nothing')).toEqual([]);
    const [row] = containerRows([lone], { ...options, filter: 'on' });
    expect(row?.highlights).toEqual([[1, 3]]);
  });

  test('are sorted by age or name when asked', () => {
    const old = container({ id: 'c4', name: 'app10', created: 1 });
    const young = container({ id: 'c5', name: 'app9', created: 2 });
    expect(labels(containerRows([old, young], { ...options, sortBy: 'created' }))).toEqual([
      'app9',
      'app10',
    ]);
    expect(labels(containerRows([old, young], { ...options, sortBy: 'name' }))).toEqual([
      'app9',
      'app10',
    ]);
  });

  test('show hostile names as text', () => {
    const name = '"><img src=x>\n\u202e$(rm -rf)';
    const [row] = containerRows([container({ name, project: name })], options);
    expect(row?.label).toBe('"><img src=x> \\u202e$(rm -rf)');
    const tooltip = containerTooltip(container({ name, image: '`x`', command: '|a|' }), options);
    expect(tooltip).not.toMatch(/[^\\]<img/);
    expect(tooltip).toContain('| Command | `\\|a\\|` |');
    expect(tooltip).not.toContain('\u202e');
  });

  test('an odd one is shown with what is known', () => {
    const rows = containerRows([container({ odd: 'Ports is not a list' }), web], options);
    expect(rows.flatMap((row) => [row, ...below(row)]).map(({ icon }) => icon.id)).toContain(
      'question',
    );
    expect(rows).toHaveLength(2);
  });
});

describe('image rows', () => {
  const nginx = image({
    id: 'sha256:a',
    tags: ['nginx:1', 'nginx:latest', 'host:5000/team/nginx:1'],
  });
  const dangling = image({ id: `sha256:${'b'.repeat(64)}`, tags: [] });

  test('a row for each repository, its tags below; one used by a container says so', () => {
    const rows = imageRows([nginx, dangling], [container({ imageId: 'sha256:a' })], imageOptions);
    expect(labels(rows)).toEqual(['host:5000/team/nginx', 'nginx']);
    expect(labels(below(rows[1]))).toEqual(['1', 'latest']);
    expect(below(rows[1])[0]?.description).toBe('5 MB  2 h  in use');
    expect(below(rows[1])[0]?.facts).toEqual(['tagged', 'used']);
    // Lists to choose from have no repository above it.
    expect(below(rows[1]).map(({ full }) => full)).toEqual(['nginx:1', 'nginx:latest']);
  });

  test('dangling ones only when asked for', () => {
    const rows = imageRows([dangling], [], { ...imageOptions, showDangling: true });
    expect(labels(rows)).toEqual(['<none>']);
    expect(labels(below(rows[0]))).toEqual(['bbbbbbbbbbbb']);
    expect(below(rows[0])[0]?.full).toBe('<none> bbbbbbbbbbbb');
    expect(imageRows([dangling], [], imageOptions)).toEqual([]);
  });

  test.each([
    ['nginx:1.27', 'nginx', '1.27'],
    ['host:5000/app', 'host:5000/app', ''],
    ['host:5000/app:v1', 'host:5000/app', 'v1'],
    ['nginx', 'nginx', ''],
  ])('%s splits into %s and %s', (reference, repository, tag) => {
    expect(splitTag(reference)).toEqual({ repository, tag });
  });
});

describe('network and volume rows', () => {
  test("networks: the user's own first, with who is on them", () => {
    const rows = networkRows(
      [network({ id: 'b', name: 'bridge', builtIn: true }), network()],
      [container({ networks: ['front'] })],
      '',
    );
    expect(labels(rows)).toEqual(['front', 'bridge']);
    expect(rows[0]?.description).toBe('bridge  172.20.0.0/16  1 container');
    expect(rows[1]?.facts).toEqual(['builtin']);
  });

  test('volumes: anonymous ones are cut, used ones marked', () => {
    const mounts = [{ type: 'volume', source: 'data', target: '/data', readOnly: false }];
    const rows = volumeRows(
      [volume(), volume({ id: 'f'.repeat(64), name: 'f'.repeat(64), created: undefined })],
      [container({ mounts })],
      '',
      1000 + 86_400,
    );
    expect(labels(rows)).toEqual(['data', 'ffffffffffff…']);
    expect(rows[0]?.description).toBe('1 d  in use');
  });
});
