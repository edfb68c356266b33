import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { bedEndpoint } from './engine.ts';

/** A proxy in front of the bed's engine that knows which streams of stats are open. */
export interface StatsProxy {
  readonly endpoint: Endpoint;
  /** Of which containers' stats a stream is open. */
  open(): string[];
  /** Slips bytes into every open stream. */
  slip(text: string): void;
  /** Breaks every open stream off. */
  cut(): void;
  stop(): Promise<void>;
}

export async function statsProxy(): Promise<StatsProxy> {
  const directory = await mkdtemp(join(tmpdir(), 'stevedore-stats-'));
  const socketPath = bedEndpoint.url.replace('unix://', '');
  const streams = new Map<ServerResponse, string>();
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming;
    const onward = request({ socketPath, method, headers, path: url, agent: false }, (answer) => {
      const id = /\/containers\/([^/]+)\/stats/.exec(url)?.[1];
      if (id !== undefined && answer.statusCode === 200) streams.set(outgoing, id);
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => {
      streams.delete(outgoing);
      onward.destroy();
    });
    incoming.pipe(onward);
  });
  const path = join(directory, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    endpoint: { ...bedEndpoint, url: `unix://${path}` },
    open: () => [...streams.values()],
    slip(text) {
      for (const stream of streams.keys()) stream.write(text);
    },
    cut() {
      for (const stream of streams.keys()) stream.destroy();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true });
    },
  };
}
