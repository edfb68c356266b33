import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that answers as a test says. */
export interface Faulty {
  /** `127.0.0.1:port` */
  readonly host: string;
  close(): Promise<void>;
}

/** Starts a server that gives every request to `answer`. */
export async function faultyServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Faulty> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
