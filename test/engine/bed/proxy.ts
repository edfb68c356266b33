import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createConnection, createServer as createSocketServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that stands between a client and an engine, or in an engine's place. */
export interface Faulty {
  readonly socket: string;
  /** Method and path of every request that arrived, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** What happens to one answer; decided per request by `onResponse`. */
export interface Fault {
  /** Milliseconds before the answer begins. */
  readonly delay?: number;
  /** Cuts the connection after so many bytes of the body. */
  readonly dropAfter?: number;
  /** Gets the whole body and returns the one to send; not for streams that do not end. */
  readonly rewrite?: (body: string) => string;
  /** Status to send in place of the engine's. */
  readonly status?: number;
}

export interface ProxyOptions {
  /** Path of the engine's unix socket. */
  readonly upstream: string;
  /** Called with method and path (query included) of each request; nothing means to pass it on as it is. */
  readonly onResponse?: (method: string, path: string) => Fault | undefined;
}

/** Starts an HTTP proxy on a unix socket that does to answers what a test wants; upgrades are passed through. */
export async function startProxy({ upstream, onResponse }: ProxyOptions): Promise<Faulty> {
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    requests.push(`${method} ${url}`);
    forward(upstream, incoming, outgoing, onResponse?.(method, url) ?? {}).catch(() => {
      // The engine is gone: the client sees what it would see without us.
      outgoing.destroy();
    });
  });
  server.on('upgrade', (incoming, near: Socket, head) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    const far = createConnection(upstream);
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (let index = 0; index < incoming.rawHeaders.length; index += 2)
      lines.push(`${incoming.rawHeaders[index]}: ${incoming.rawHeaders[index + 1]}`);
    far.write(`${lines.join('\r\n')}\r\n\r\n`);
    far.write(head);
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  return listen(server, requests, () => server.closeAllConnections());
}

async function forward(
  upstream: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault,
): Promise<void> {
  const sent = request({
    socketPath: upstream,
    method: incoming.method,
    path: incoming.url,
    headers: incoming.headers,
    agent: false,
  });
  outgoing.on('close', () => sent.destroy());
  incoming.pipe(sent);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  if (fault.delay !== undefined) await sleep(fault.delay);
  const headers = { ...answer.headers };
  const status = fault.status ?? answer.statusCode ?? 502;
  if (fault.rewrite !== undefined) {
    let body = '';
    for await (const chunk of answer.setEncoding('utf8')) body += chunk;
    delete headers['content-length'];
    delete headers['transfer-encoding'];
    outgoing.writeHead(status, headers).end(fault.rewrite(body));
    return;
  }
  outgoing.writeHead(status, headers);
  outgoing.flushHeaders();
  let left = fault.dropAfter ?? Number.POSITIVE_INFINITY;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, Math.min(left, chunk.length));
    left -= part.length;
    await new Promise<void>((resolve) => {
      outgoing.write(part, () => resolve());
    });
    if (left <= 0) {
      outgoing.socket?.destroy();
      return;
    }
  }
  if (fault.dropAfter === undefined) outgoing.end();
  else outgoing.socket?.destroy();
}

/** A server that answers every connection with the same bytes, whatever it is asked; by default no HTTP at all. */
export async function startGarbage(
  bytes: string | Buffer = '\u0000\u0001garbage\r\n\r\n',
): Promise<Faulty> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const server = createSocketServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      requests.push(data.toString('latin1').split(' HTTP/')[0] ?? '');
      socket.end(bytes);
    });
  });
  return listen(server, requests, () => {
    for (const socket of open) socket.destroy();
  });
}

/** A server that takes connections and requests and never answers. */
export async function startSilence(): Promise<Faulty> {
  const requests: string[] = [];
  const server = createServer((incoming) => {
    requests.push(`${incoming.method} ${incoming.url}`);
  });
  return listen(server, requests, () => server.closeAllConnections());
}

async function listen(
  server: ReturnType<typeof createSocketServer>,
  requests: readonly string[],
  disconnect: () => void,
): Promise<Faulty> {
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-faulty-'));
  const socket = join(dir, 'docker.sock');
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    requests,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      disconnect();
      await closed;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
