import { request, createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bedEndpoint } from './engine.ts';

/** A proxy in front of the bed's engine that may change the JSON of an answer. Streams pass as they come. */
export async function rewritingProxy(rewrite: (path: string, answer: unknown) => unknown) {
  const directory = await mkdtemp(join(tmpdir(), 'stevedore-proxy-'));
  const socketPath = bedEndpoint.url.replace('unix://', '');
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming;
    const onward = request({ socketPath, method, headers, path: url }, (answer) => {
      if (!/\/containers\/json/.test(url)) {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
        return;
      }
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
        outgoing.writeHead(answer.statusCode ?? 500, { 'Content-Type': 'application/json' });
        outgoing.end(JSON.stringify(rewrite(url, value)));
      });
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  const path = join(directory, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    endpoint: { ...bedEndpoint, url: `unix://${path}` },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true });
    },
  };
}
