import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listeners, portStates } from '../../../../src/engine/details/listening.ts';
import type { Port } from '../../../../src/engine/model.ts';
import { readFileSync } from 'node:fs';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const tail = '00000000:00000000 00:00000000 00000000     0        0 591 1 0000000026 100 0 0 10 0';
const tcp = (address: string, state = '0A') => `   0: ${address} 00000000:0000 ${state} ${tail}`;
const port = (container: number, over: Partial<Port> = {}): Port => ({
  container,
  protocol: 'tcp',
  host: undefined,
  address: undefined,
  ...over,
});

describe('what listens in a container', () => {
  it('is read from the tables of Linux, each port once, the widest address first', () => {
    const text = [
      HEAD,
      tcp('0100007F:1F90'),
      tcp('00000000:0050'),
      tcp('0100007F:0050'),
      tcp('00000000:0051', '01'),
      HEAD.replace('inode', 'inode ref pointer drops'),
      tcp('00000000:0035', '07'),
      tcp('00000000:0036', '01'),
    ].join('\n');
    expect(listeners(text)).toEqual([
      { port: 53, protocol: 'udp', inside: false },
      { port: 80, protocol: 'tcp', inside: false },
      { port: 8080, protocol: 'tcp', inside: true },
    ]);
  });

  it('knows both loopbacks of IPv6, and leaves out the name server of the engine', () => {
    const text = [
      HEAD,
      tcp('00000000000000000000000001000000:0001'),
      tcp('0000000000000000FFFF00000100007F:0002'),
      tcp('00000000000000000000000000000000:0003'),
      tcp('0B00007F:0004'),
    ].join('\n');
    expect(listeners(text).map(({ port, inside }) => [port, inside])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
  });

  it.runIf(process.platform === 'linux')(
    'is what this machine says of a server of ours',
    async () => {
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as AddressInfo;
      const read = () => listeners(readFileSync('/proc/net/tcp', 'utf8'));
      expect(read()).toContainEqual({ port, protocol: 'tcp', inside: true });
      await new Promise((done) => server.close(done));
      expect(read().some((one) => one.port === port)).toBe(false);
    },
  );

  it('is nothing in anything else', () => {
    for (const text of ['', 'cat: not found', tcp('00000000:0050'), `${HEAD}\n  0: zz:00 x`])
      expect(listeners(text)).toEqual([]);
  });

  it('is told of each port that was declared, and of others after them', () => {
    const published = port(80, { host: 8080, address: '0.0.0.0' });
    const states = portStates(
      [published, { ...published, address: '::' }, port(81), port(82, { protocol: 'sctp' })],
      [
        { port: 80, protocol: 'tcp', inside: true },
        { port: 9000, protocol: 'udp', inside: false },
      ],
    );
    expect(
      states.map(({ container, listening, declared, published }) => [
        container,
        listening,
        declared,
        published.length,
      ]),
    ).toEqual([
      [80, 'inside', true, 2],
      [81, 'nothing', true, 0],
      [82, 'unknown', true, 0],
      [9000, 'listening', false, 0],
    ]);
    expect(portStates([port(80)], undefined)[0]?.listening).toBe('unknown');
    expect(portStates([], [{ port: 1, protocol: 'tcp', inside: false }], false)).toEqual([]);
  });
});
