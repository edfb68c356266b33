import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConnection } from '../../src/engine/connection.ts';
import type { Endpoint } from '../../src/engine/endpoint.ts';

/**
 * Makes the ports that containers publish reachable on this machine's 127.0.0.1, while the engine that publishes
 * them lives in a network namespace of its own. A helper inside the namespace takes connections over a unix socket,
 * which namespaces do not divide; a port that is taken on this machine is left alone and told of.
 * @param pid any process of the engine's namespace
 */
export function relayPorts(
  endpoint: Endpoint,
  pid: number,
  log: (line: string) => void,
): { stop(): Promise<void> } {
  const directory = mkdtempSync(join(tmpdir(), 'stevedore-relay-'));
  const socket = join(directory, 'relay.sock');
  const helper = spawn(
    'nsenter',
    [
      `--net=/proc/${pid}/ns/net`,
      process.execPath,
      fileURLToPath(new URL('relay-inside.mjs', import.meta.url)),
      socket,
    ],
    // Out of the reach of a Ctrl+C, so that it is there until it is told to end.
    { stdio: ['pipe', 'inherit', 'inherit'], detached: true },
  );
  const helperEnded = new Promise<void>((resolve) => {
    helper.once('exit', () => resolve());
    helper.once('error', (error) => {
      log(`published ports stay inside: ${error.message}`);
      resolve();
    });
  });
  const servers = new Map<number, Server>();
  const connection = openConnection(endpoint);
  const { store } = connection;

  const update = (): void => {
    const wanted = new Set(
      store
        .list('container')
        .flatMap(({ ports }) => ports)
        .flatMap(({ host, protocol }) => (protocol === 'tcp' && host !== undefined ? [host] : [])),
    );
    for (const [port, server] of servers) {
      if (wanted.has(port)) continue;
      servers.delete(port);
      server.close();
    }
    for (const port of wanted) {
      if (!servers.has(port)) servers.set(port, listen(port, socket, log));
    }
  };
  const changes = store.onDidChange(({ kind }) => {
    if (kind === 'container') update();
  });
  const states = connection.onDidChangeState(({ name }) => {
    if (name !== 'connected') return;
    store.load('container').then(update, (error: unknown) => log(String(error)));
  });

  return {
    stop: async () => {
      states.dispose();
      changes.dispose();
      connection.dispose();
      for (const server of servers.values()) server.close();
      // The helper ends when its input does.
      helper.stdin.end();
      await helperEnded;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Listens on 127.0.0.1 and passes each connection on through the helper. */
function listen(port: number, path: string, log: (line: string) => void): Server {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = createConnection({ path, allowHalfOpen: true });
    far.write(`${port}\n`);
    couple(near, far);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    log(`port ${port} cannot be opened on this machine: ${error.code ?? error.message}`);
  });
  server.listen(port, '127.0.0.1', () => log(`port ${port} is open at http://127.0.0.1:${port}/`));
  // What is connected must not keep the command alive once it ends.
  server.on('connection', (near: Socket) => server.once('close', () => near.destroy()));
  return server;
}

function couple(near: Socket, far: Socket): void {
  near.pipe(far).pipe(near);
  // One side breaking ends the other; there is nobody to tell but the two programs themselves.
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
}
