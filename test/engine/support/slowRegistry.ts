import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const digest = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/**
 * A registry on loopback that transfers layers slower than anybody waits for, to catch an engine in the middle.
 * `under` counts the layers that the engine is transferring.
 */
export async function slowRegistry() {
  const layer = Buffer.alloc(64 * 1024 * 1024, 7);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [digest(layer)] },
    }),
  );
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digest(config),
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: layer.length,
          digest: digest(layer),
        },
      ],
    }),
  );
  const state = { under: 0, seen: 0, manifests: 0 };

  async function trickle(response: ServerResponse) {
    for (let at = 0; at < layer.length && !response.destroyed; at += 65_536) {
      response.write(layer.subarray(at, at + 65_536));
      await sleep(100);
    }
  }

  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
    const busy = () => {
      state.under++;
      state.seen++;
      response.on('close', () => state.under--);
    };
    if (url.endsWith('/v2/')) response.end('{}');
    else if (/\/manifests\//.test(url) && method !== 'PUT') {
      response.writeHead(200, {
        'Content-Type': type,
        'Content-Length': manifest.length,
        'Docker-Content-Digest': digest(manifest),
      });
      response.end(method === 'HEAD' ? undefined : manifest);
    } else if (method === 'PUT' && /\/manifests\//.test(url)) {
      state.manifests++;
      response.writeHead(201).end();
    } else if (method === 'GET' && url.endsWith(digest(config))) {
      response.writeHead(200, { 'Content-Length': config.length }).end(config);
    } else if (method === 'GET' && url.endsWith(digest(layer))) {
      busy();
      response.writeHead(200, { 'Content-Length': layer.length });
      void trickle(response);
    } else if (method === 'POST') {
      const Location = `${url.replace(/\?.*$/, '')}one?x=1`;
      response.writeHead(202, { Location, Range: '0-0', 'Docker-Upload-UUID': 'one' }).end();
    } else if (method === 'PATCH' || method === 'PUT') {
      // Slow, for an engine that has handed over every byte waits for the answer whatever happens. What isn't read
      // would keep its going away from us.
      busy();
      request.on('data', () => {
        request.pause();
        setTimeout(() => request.resume(), 20);
      });
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
