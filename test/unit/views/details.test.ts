import { describe, expect, test } from 'vitest';
import type { ContainerDetails } from '../../../src/engine/details/details.ts';
import type { PortState } from '../../../src/engine/details/listening.ts';
import { detailRows, portRow } from '../../../src/views/rows/details.ts';
import type { DetailParts } from '../../../src/views/rows/details.ts';
import { container, network, volume } from './samples.ts';

const nothing: ContainerDetails = {
  stopped: undefined,
  finishedAt: undefined,
  restarts: 0,
  health: undefined,
  networks: [],
  hostNetwork: true,
  running: false,
};
const parts = (over: Partial<DetailParts> = {}): DetailParts => ({
  owner: { source: { kind: 'container', id: 'c' }, name: 'web', key: 'container/c' },
  container: container(),
  details: nothing,
  networks: [],
  volumes: [],
  now: 7200,
  ports: async () => [],
  directory: () => async () => [],
  ...over,
});
const said = (rows: ReturnType<typeof detailRows>) =>
  rows.map(({ label, description = '' }) => `${label} | ${description}`);

describe('the rows below a container', () => {
  test('are none where there is nothing to say', () => {
    expect(detailRows(parts())).toEqual([]);
  });

  test('say why it stopped, that it was restarted, and how it is', () => {
    const health = {
      status: 'unhealthy',
      failing: 3,
      checks: [{ ended: 1, exitCode: 1, output: 'no\nanswer' }],
    };
    const rows = detailRows(
      parts({
        container: container({ exitCode: 1 }),
        details: { ...nothing, stopped: 'It ended\nso', finishedAt: 3600, restarts: 2, health },
      }),
    );
    expect(said(rows)).toEqual([
      'It ended so | 1 h ago',
      'Restarted 2 times by its policy | ',
      'Unhealthy | 3 failed in a row  no answer',
    ]);
    expect(rows[2]).toMatchObject({ facts: ['health'], click: 'container.healthLog' });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
  });

  test('are its networks, which are those of the Networks view where the engine told of them', () => {
    const front = network();
    const rows = detailRows(
      parts({
        details: {
          ...nothing,
          networks: [
            { name: 'front', id: front.id, address: '172.20.0.2' },
            { name: 'gone', id: 'x', address: '' },
          ],
        },
        networks: [front],
      }),
    );
    expect(said(rows)).toEqual(['front | 172.20.0.2', 'gone | ']);
    expect(rows[0]).toMatchObject({ noun: 'network', target: front, click: 'network.inspect' });
    expect(rows[1]).toMatchObject({ noun: 'message' });
  });

  test('are its mounts, of which one sees the files', () => {
    const data = volume({ name: 'data' });
    const mounts = [
      { type: 'volume', source: 'data', target: '/var/data', readOnly: false },
      { type: 'bind', source: '/home/me', target: '/src', readOnly: true },
      { type: 'tmpfs', source: '', target: '/tmp', readOnly: false },
    ];
    const rows = detailRows(parts({ container: container({ mounts }), volumes: [data] }));
    expect(said(rows)).toEqual([
      'data | → /var/data',
      '/home/me | → /src  read-only',
      'tmpfs | → /tmp',
    ]);
    expect(rows.map(({ noun }) => noun)).toEqual(['volume', 'containerMount', 'containerMount']);
    expect(rows.every(({ children }) => typeof children === 'function')).toBe(true);
  });

  test('have the ports of one that runs, or that names some', () => {
    const ports = [{ container: 80, protocol: 'tcp', host: 8080, address: '::' }] as const;
    expect(said(detailRows(parts({ container: container({ ports }) })))).toEqual([
      'Ports | 80/tcp',
    ]);
    const running = { ...nothing, running: true, hostNetwork: false };
    expect(said(detailRows(parts({ details: running })))).toEqual(['Ports | ']);
  });
});

describe('the row of a port', () => {
  const at = { container: 80, protocol: 'tcp', host: 8080, address: '0.0.0.0' } as const;
  const state = (over: Partial<PortState>): PortState => ({
    container: 80,
    protocol: 'tcp',
    published: [at, { ...at, address: '::' }],
    declared: true,
    listening: 'listening',
    ...over,
  });
  const shown = (over: Partial<PortState>) => {
    const { label, description, facts, click } = portRow('k', container(), state(over));
    return [label, description, facts.join(), click];
  };

  test('says where it is published and whether something listens', () => {
    expect(shown({})).toEqual(['8080 → 80/tcp', 'listening', 'published', 'port.open']);
    expect(shown({ listening: 'inside', published: [] })).toEqual([
      '80/tcp',
      'listens on 127.0.0.1 of the container only, not published',
      '',
      undefined,
    ]);
    expect(shown({ listening: 'nothing' })[1]).toBe('nothing listens');
    expect(shown({ declared: false, published: [] })[1]).toBe(
      'listening, not published, not exposed',
    );
  });
});
