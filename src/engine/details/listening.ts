import { connect } from 'node:net';
import type { Client } from '../client.ts';
import type { Container, Port } from '../model.ts';
import { runIfThere } from '../shell.ts';

/** A port of a container that something waits at. */
export interface Listener {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Whether only programs in the container reach it: it waits at 127.0.0.1 or ::1. */
  readonly inside: boolean;
}

/** What of a port is known. */
export type Listening = 'listening' | 'inside' | 'nothing' | 'unknown';

export interface PortState {
  readonly container: number;
  readonly protocol: Port['protocol'];
  /** Where it is published. */
  readonly published: readonly Port[];
  /** Whether the image or whoever made the container named it. */
  readonly declared: boolean;
  readonly listening: Listening;
}

/**
 * Reads what Linux tells in /proc/net/tcp, tcp6, udp and udp6, one after the other: sockets that wait for others (state
 * LISTEN, or unconnected ones of UDP). What is no such line is passed over.
 */
export function listeners(text: string): readonly Listener[] {
  const found = new Map<string, Listener>();
  let tables = 0;
  let protocol: Listener['protocol'] = 'tcp';
  for (const line of text.split('\n')) {
    // Each table begins with its heads; that of UDP has one more.
    if (/^\s*sl\s+local_address/.test(line)) {
      tables++;
      protocol = /\bdrops\b/.test(line) ? 'udp' : 'tcp';
    }
    const [, address = '', port = '', state] =
      /^\s*\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) [\dA-F]+:[\dA-F]{4} ([\dA-F]{2}) /.exec(
        line,
      ) ?? [];
    if (address === ENGINES_DNS || tables === 0 || state !== (protocol === 'tcp' ? '0A' : '07'))
      continue;
    const number = parseInt(port, 16);
    const key = `${number}/${protocol}`;
    const inside = isLoopback(address) && (found.get(key)?.inside ?? true);
    found.set(key, { port: number, protocol, inside });
  }
  return [...found.values()].sort((a, b) => a.port - b.port);
}

/** 127.0.0.11, where Docker's own name server waits in a container that is on a network of a person's. */
const ENGINES_DNS = '0B00007F';

/** Addresses are written as the processor holds them, in words of four bytes. */
const isLoopback = (address: string): boolean =>
  address.length === 8
    ? address.endsWith('7F')
    : address === '00000000000000000000000001000000' || /^0{16}F{4}0000[\dA-F]{6}7F$/.test(address);

/** Joins what was declared with what waits; `undefined` listeners mean that nobody could look. */
export function portStates(
  ports: readonly Port[],
  heard: readonly Listener[] | undefined,
  all = true,
): readonly PortState[] {
  const states = new Map<string, PortState>();
  const at = ({ port, protocol }: { port: number; protocol: string }) => `${port}/${protocol}`;
  const listening = new Map(heard?.map((one) => [at(one), one]));
  for (const port of ports) {
    const key = `${port.container}/${port.protocol}`;
    const known = states.get(key)?.published ?? [];
    const there = listening.get(key);
    const unknown = heard === undefined || port.protocol === 'sctp';
    states.set(key, {
      container: port.container,
      protocol: port.protocol,
      published: port.host === undefined ? known : [...known, port],
      declared: true,
      listening: unknown ? 'unknown' : !there ? 'nothing' : there.inside ? 'inside' : 'listening',
    });
  }
  for (const one of all ? (heard ?? []) : []) {
    const key = at(one);
    if (states.has(key)) continue;
    states.set(key, {
      container: one.port,
      protocol: one.protocol,
      published: [],
      declared: false,
      listening: one.inside ? 'inside' : 'listening',
    });
  }
  return [...states.values()];
}

/**
 * Says which ports of a running container something waits at. The container's own `cat` reads Linux's tables; where there is
 * none, published ports are tried from here, and what isn't published stays unknown.
 * @param host where published ports are reached
 * @param hostNetwork the tables then tell of all that runs on the host, which is left out
 * @throws EngineError as an exec does
 */
export async function probePorts(
  client: Client,
  { id, ports }: Container,
  host: string,
  hostNetwork: boolean,
  signal?: AbortSignal,
): Promise<readonly PortState[]> {
  const files = ['tcp', 'tcp6', 'udp', 'udp6'].map((name) => `/proc/net/${name}`);
  const result = await runIfThere(client, id, { cmd: ['cat', ...files] }, signal);
  if (result && /local_address/.test(result.stdout))
    return portStates(ports, listeners(result.stdout), !hostNetwork);
  const states = portStates(ports, undefined);
  return Promise.all(
    states.map(async (state) => {
      const port = state.published.find(({ protocol }) => protocol === 'tcp')?.host;
      return port === undefined ? state : { ...state, listening: await dial(host, port) };
    }),
  );
}

/** The engine's own proxy takes any connection, and hangs up where nothing waits behind it. */
const HANGS_UP_MS = 400;

function dial(host: string, port: number): Promise<Listening> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    let waiting: NodeJS.Timeout | undefined;
    const end = (listening: Listening) => {
      clearTimeout(waiting);
      socket.destroy();
      resolve(listening);
    };
    socket.on('connect', () => {
      waiting = setTimeout(() => end('listening'), HANGS_UP_MS);
    });
    socket.on('data', () => end('listening'));
    socket.on('timeout', () => end('unknown'));
    socket.on('end', () => end('nothing'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(code === 'ECONNREFUSED' || code === 'ECONNRESET' ? 'nothing' : 'unknown'),
    );
  });
}
