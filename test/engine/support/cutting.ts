import { createServer, request } from 'node:http';
import type { RequestListener } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bedEndpoint } from './engine.ts';

/** A frame of a log: eight bytes, of which the last four say how many follow. */
const firstFrame = (log: Buffer) => log.subarray(0, 8 + log.readUInt32BE(4));

/**
 * A proxy in front of the bed's engine that ends each log that is followed after its first line, once it is complete.
 * @param beforeRest what happens when a log is asked for that is not followed, before the engine hears of that
 */
export async function cuttingProxy(beforeRest = async () => {}) {
  const directory = await mkdtemp(join(tmpdir(), 'stevedore-proxy-'));
  const socketPath = bedEndpoint.url.replace('unix://', '');
  let cut = 0;
  const pass: RequestListener = (incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming;
    const onward = request({ socketPath, method, headers, path: url }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      outgoing.flushHeaders();
      if (!/\/logs\?follow=true/.test(url)) {
        answer.pipe(outgoing);
        return;
      }
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        cut++;
        outgoing.end(firstFrame(Buffer.concat(chunks)));
      });
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  };
  const server = createServer((incoming, outgoing) => {
    if (!/\/logs\?follow=false/.test(incoming.url ?? '')) pass(incoming, outgoing);
    else
      beforeRest().then(
        () => pass(incoming, outgoing),
        () => outgoing.destroy(),
      );
  });
  const path = join(directory, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    endpoint: { ...bedEndpoint, url: `unix://${path}` },
    /** How many logs were cut. */
    cut: () => cut,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true });
    },
  };
}
