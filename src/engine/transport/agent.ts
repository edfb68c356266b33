import { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import type { Endpoint } from '../endpoint.ts';
import { asSocket } from './asSocket.ts';
import { cancelled } from './failures.ts';
import { socketDialer } from './sockets.ts';
import { sshDialer, type SshOptions } from './ssh.ts';

/**
 * Requests travel in three lanes that never wait for one another: short reads, calls that change something (stopping
 * a container takes ten seconds, pruning takes minutes), and streams (events, logs, attach, uploads) that may last
 * for ever.
 */
export type Lane = 'read' | 'write' | 'stream';

/** Makes one connection. Throws, or emits `error` on what it returns. */
export type Dial = () => Duplex;

export interface TransportOptions {
  /** Milliseconds until an unanswered attempt to connect is given up. Default 10,000. */
  readonly connectTimeout?: number;
  readonly ssh?: SshOptions;
}

export interface Transport {
  readonly endpoint: Endpoint;
  agent(lane: Lane): Agent;
  /** Destroys every connection, used or idle; whatever is under way fails as cancelled. */
  close(): void;
}

/**
 * Opens nothing yet: connections are made when the first request needs one, kept alive when idle, and bounded.
 * @throws EngineError `config` when the endpoint's URL cannot be understood.
 */
export function createTransport(endpoint: Endpoint, options: TransportOptions = {}): Transport {
  const ssh = endpoint.url.startsWith('ssh:');
  const dial = ssh
    ? sshDialer(endpoint, options.ssh)
    : socketDialer(endpoint, options.connectTimeout ?? 10_000);
  const open = new Set<Duplex>();
  let closed = false;

  const createConnection = () => {
    const socket = closed ? failing(cancelled()) : dialled(dial);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    return socket;
  };
  const lane = (settings: ConstructorParameters<typeof Agent>[0]) =>
    Object.assign(new Agent(settings), { createConnection });

  // An ssh connection is a process and a handshake, and sshd refuses many unauthenticated ones at a time.
  const agents: Record<Lane, Agent> = {
    read: lane({ keepAlive: true, maxSockets: ssh ? 3 : 8, maxFreeSockets: ssh ? 1 : 4 }),
    write: lane({ keepAlive: true, maxSockets: ssh ? 3 : 16, maxFreeSockets: ssh ? 0 : 2 }),
    stream: lane({ keepAlive: false }),
  };
  return {
    endpoint,
    agent: (name) => agents[name],
    close() {
      closed = true;
      for (const socket of open) socket.destroy(cancelled());
    },
  };
}

function dialled(dial: Dial): Duplex {
  try {
    return dial();
  } catch (error) {
    return failing(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * A connection that breaks at once. Node's agent, told of an error instead, would fail the first of the requests that
 * queue for a connection and forget the others.
 */
function failing(error: Error): Duplex {
  const socket = asSocket(new Duplex({ read() {}, write() {} }));
  setImmediate(() => socket.destroy(error));
  return socket;
}
