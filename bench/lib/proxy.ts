import { createServer, connect } from 'node:net';
import type { Socket } from 'node:net';

/** Stands between a client and an engine's socket, and remembers when the client said something. */
export interface Proxy {
  /** Everything that clients sent: when, in milliseconds since the epoch, and its first line. */
  readonly sent: readonly { readonly at: number; readonly line: string }[];
  close(): Promise<void>;
}

/** Listens at `path` and passes everything on to the engine at `socket`. Whatever a client sends while idle is seen, be it a request or not. */
export async function openProxy(socket: string, path: string): Promise<Proxy> {
  const sent: { at: number; line: string }[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect(socket);
    for (const end of [client, engine]) {
      open.add(end);
      // Either side may break off; then the other is let go of too.
      end.on('error', () => undefined);
      end.on('close', () => {
        open.delete(end);
        client.destroy();
        engine.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      sent.push({ at: Date.now(), line: chunk.toString('latin1').split('\r\n')[0] ?? '' });
    });
    client.pipe(engine).pipe(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    sent,
    close: () => {
      for (const end of open) end.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
