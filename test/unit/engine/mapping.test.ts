import { describe, expect, it } from 'vitest';
import { imageFromInspect, imageFromList } from '../../../src/engine/mapping/image.ts';
import { mapList } from '../../../src/engine/mapping/list.ts';
import type { Container } from '../../../src/engine/model.ts';

const id = 'a'.repeat(64);
const good = {
  Id: id,
  Names: ['/other/alias', '/web'],
  Image: 'nginx:1',
  ImageID: `sha256:${'b'.repeat(64)}`,
  Command: 'nginx -g',
  Created: 1_700_000_000,
  State: 'running',
  Status: 'Up 2 hours (healthy)',
  Ports: [
    { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { PrivatePort: 53, Type: 'udp' },
    { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
  ],
  Mounts: [
    { Type: 'volume', Name: 'data', Source: '/var/lib/x', Destination: '/data', RW: true },
    { Type: 'bind', Source: '/src', Destination: '/app', RW: false },
  ],
  NetworkSettings: { Networks: { front: {}, back: null } },
  Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
};

function containers(...entries: unknown[]) {
  const reports: string[] = [];
  const items = mapList('container', entries, (remark) => reports.push(remark));
  return { items, reports };
}

const one = (entry: unknown): Container => {
  const [item] = containers(entry).items;
  if (!item) throw new Error('nothing came out');
  return item;
};

describe('a listed container', () => {
  it('is read in full, its unordered parts sorted', () => {
    expect(one(good)).toEqual({
      kind: 'container',
      id,
      name: 'web',
      image: 'nginx:1',
      imageId: `sha256:${'b'.repeat(64)}`,
      command: 'nginx -g',
      created: 1_700_000_000,
      state: 'running',
      health: 'healthy',
      startedAt: undefined,
      finishedAt: undefined,
      exitCode: undefined,
      status: 'Up 2 hours (healthy)',
      ports: [
        { container: 53, protocol: 'udp', host: undefined, address: undefined },
        { container: 80, protocol: 'tcp', host: 8080, address: '0.0.0.0' },
        { container: 80, protocol: 'tcp', host: 8080, address: '::' },
      ],
      mounts: [
        { type: 'bind', source: '/src', target: '/app', readOnly: true },
        { type: 'volume', source: 'data', target: '/data', readOnly: false },
      ],
      networks: ['back', 'front'],
      labels: good.Labels,
      project: 'shop',
      service: 'web',
      odd: undefined,
    });
  });

  it.each([
    ['Up 3 seconds (health: starting)', 'starting'],
    ['Up 3 seconds (unhealthy)', 'unhealthy'],
    ['Up 3 seconds (Paused)', 'none'],
  ])('has the health that %s tells', (Status, health) => {
    expect(one({ ...good, Status }).health).toBe(health);
  });

  it('has its exit code only after its end', () => {
    expect(one({ ...good, State: 'exited', Status: 'Exited (137) 3 days ago' }).exitCode).toBe(137);
    expect(one({ ...good, Status: 'Exited (137) 3 days ago' }).exitCode).toBeUndefined();
  });

  it.each<[string, object, Partial<Container>]>([
    ['null names', { Names: null }, { name: 'aaaaaaaaaaaa' }],
    ['empty names', { Names: [] }, { name: 'aaaaaaaaaaaa' }],
    ['a number among the names', { Names: [7, '/ok'] }, { name: 'ok' }],
    ['names that are text', { Names: '/web' }, { name: 'aaaaaaaaaaaa' }],
    ['a port that is text', { Ports: ['80/tcp'] }, { ports: [] }],
    ['a port number as text', { Ports: [{ PrivatePort: '80', Type: 'tcp' }] }, { ports: [] }],
    ['a port out of range', { Ports: [{ PrivatePort: 99_999, Type: 'tcp' }] }, { ports: [] }],
    ['an unknown protocol', { Ports: [{ PrivatePort: 1, Type: 'quic' }] }, { ports: [] }],
    ['ports that are an object', { Ports: {} }, { ports: [] }],
    ['labels that are a list', { Labels: ['a=b'] }, { labels: {}, project: undefined }],
    ['a label that is a number', { Labels: { a: 1, b: 'x' } }, { labels: { b: 'x' } }],
    ['no state', { State: undefined }, { state: 'dead' }],
    ['an unknown state', { State: 'constructor' }, { state: 'dead' }],
    ['a mount without a target', { Mounts: [{ Type: 'bind' }] }, { mounts: [] }],
    ['networks that are a list', { NetworkSettings: { Networks: [] } }, { networks: [] }],
    ['a created that is text', { Created: 'yesterday' }, { created: 0 }],
  ])('with %s is odd, and the rest stands', (_what, change, expected) => {
    const item = one({ ...good, ...change });
    expect(item).toMatchObject({ id, image: 'nginx:1', ...expected });
    expect(item.odd).toBeTruthy();
  });

  it.each([
    { Ports: null, Mounts: null, Labels: null, NetworkSettings: null },
    { Ports: undefined },
  ])('with nothing where nothing may be is not odd', (change) => {
    expect(one({ ...good, ...change }).odd).toBeUndefined();
  });

  it('keeps hostile text as it is, labels with dangerous keys too', () => {
    const name = '\u202Egnp.exe"\n,$(rm -rf /)`;<b>';
    const labels: unknown = JSON.parse('{"__proto__":"p","constructor":"c","a,b=\\"":"\\n"}');
    const item = one({ ...good, Names: [`/${name}`], Labels: labels });
    expect(item.name).toBe(name);
    expect(Object.entries(item.labels)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['a,b="', '\n'],
    ]);
    expect(item.odd).toBeUndefined();
  });
});

describe('a list', () => {
  it('leaves out what has no id, reports it, and keeps the others', () => {
    const { items, reports } = containers(good, null, 7, 'x', {}, { Id: 5 }, [], {
      ...good,
      Id: 'c'.repeat(64),
    });
    expect(items.map((item) => item.id)).toEqual([id, 'c'.repeat(64)]);
    expect(reports).toHaveLength(6);
  });

  it.each([
    ['container', null],
    ['volume', { Volumes: null }],
    ['volume', {}],
  ] as const)('of %ss that is %j is empty', (kind, answer) => {
    expect(mapList(kind, answer, () => {})).toEqual([]);
  });

  it.each(['<html>', 5, { message: 'no' }])('that is %j is no engine’s answer', (answer) => {
    expect(() => mapList('image', answer, () => {})).toThrow(
      expect.objectContaining({ name: 'EngineError', reason: 'not-an-engine' }) as Error,
    );
  });
});

describe('images, networks and volumes', () => {
  it('an image reads the same listed and inspected', () => {
    const listed = {
      Id: 'sha256:1',
      ParentId: '',
      RepoTags: ['b:1', 'a:1', '<none>:<none>'],
      RepoDigests: ['<none>@<none>'],
      Created: 1_700_000_000,
      Size: 5,
      Labels: { x: 'y' },
    };
    const inspected = {
      ...listed,
      Parent: '',
      Created: '2023-11-14T22:13:20.123456789Z',
      Config: { Labels: { x: 'y' } },
    };
    const [item] = mapList('image', [listed], () => {});
    expect(item).toMatchObject({ tags: ['a:1', 'b:1'], digests: [], parentId: undefined });
    expect(imageFromInspect(inspected)).toEqual(item);
  });

  it('an image of containerd’s store is known by its digest under each of its names', () => {
    const id = `sha256:${'a'.repeat(64)}`;
    const tags = ['127.0.0.1:5051/a/b:1', 'two:1', 'two:2'];
    const all = [`127.0.0.1:5051/a/b@${id}`, `two@${id}`];
    // As Docker 26 and 28 list it, and inspect it.
    const listed = imageFromList({ Id: id, RepoTags: tags, RepoDigests: [`two@${id}`] });
    const inspected = imageFromInspect({ Id: id, RepoTags: tags, RepoDigests: all });
    expect(listed?.digests).toEqual(all);
    expect(inspected?.digests).toEqual(all);
    const pulled = `two@sha256:${'b'.repeat(64)}`;
    const classic = imageFromList({ Id: id, RepoTags: tags, RepoDigests: [pulled] });
    expect(classic?.digests).toEqual([pulled]);
  });

  it('a network has its subnets, and the engine’s own are told apart', () => {
    const [bridge, own, odd] = mapList(
      'network',
      [
        {
          Id: 'n1',
          Name: 'bridge',
          Driver: 'bridge',
          IPAM: { Config: [{ Subnet: '10.0.0.0/8' }] },
        },
        { Id: 'n2', Name: 'shop_default', Driver: 'bridge', IPAM: { Config: null } },
        { Id: 'n3', Name: null, IPAM: 'x' },
      ],
      () => {},
    );
    expect(bridge).toMatchObject({ builtIn: true, subnets: ['10.0.0.0/8'], odd: undefined });
    expect(own).toMatchObject({ builtIn: false, subnets: [], odd: undefined });
    expect(odd).toMatchObject({ name: 'n3' });
    expect(odd?.odd).toContain('no name');
  });

  it('a volume goes by its name', () => {
    const answer = { Volumes: [{ Name: 'v', Driver: 'local', CreatedAt: '1970-01-01T00:01:00Z' }] };
    const [volume] = mapList('volume', answer, () => {});
    expect(volume).toMatchObject({ id: 'v', name: 'v', created: 60, odd: undefined });
  });
});
