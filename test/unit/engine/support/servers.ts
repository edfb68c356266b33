import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Endpoint } from '../../../../src/engine/endpoint.ts';

/** A directory that goes with the test. */
export async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'stevedore-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export const unix = (path: string): Endpoint => ({
  name: 'test',
  url: `unix://${path}`,
  source: 'test',
  host: 'localhost',
});

interface Served {
  readonly endpoint: Endpoint;
  /** Connections accepted so far. */
  readonly accepted: () => number;
}

async function listen(server: net.Server): Promise<Served> {
  const path = join(await scratch(), 'engine.sock');
  const sockets = new Set<net.Socket>();
  let accepted = 0;
  server.on('connection', (socket: net.Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { endpoint: unix(path), accepted: () => accepted };
}

/** Something that does what it likes with each connection. */
export const serveRaw = (onSocket: (socket: net.Socket) => void): Promise<Served> =>
  listen(net.createServer(onSocket));

export interface EngineScript {
  readonly api?: string;
  readonly oldest?: string;
  readonly onRequest?: (request: http.IncomingMessage, response: http.ServerResponse) => void;
  readonly onUpgrade?: (request: http.IncomingMessage, socket: net.Socket) => void;
}

/** An engine as far as `/_ping` and `/version` go; the rest is the test's. */
export async function serveEngine(script: EngineScript = {}): Promise<Served> {
  const { api = '1.41', oldest = '1.12' } = script;
  const server = http.createServer((request, response) => {
    if (request.url === '/_ping') response.setHeader('Api-Version', api).end('OK');
    else if (request.url === '/version')
      response.end(JSON.stringify({ Version: '20.10', MinAPIVersion: oldest, Os: 'linux' }));
    else if (script.onRequest) script.onRequest(request, response);
    else response.writeHead(404).end('{"message":"page not found"}');
  });
  server.on('upgrade', (request: http.IncomingMessage, socket: net.Socket) => {
    if (script.onUpgrade) script.onUpgrade(request, socket);
    else socket.destroy();
  });
  return listen(server);
}

export async function bodyOf(request: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
