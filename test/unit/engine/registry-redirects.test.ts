import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { open, rejection, sendJson, started } from './registry-loopback.ts';
import { BASIC, tester } from './registry-tokens.ts';

describe('redirects', () => {
  const config = JSON.stringify({
    created: '2024-01-02T03:04:05Z',
    os: 'linux',
    architecture: 'amd64',
    config: { Env: ['APP_UID=1654', 'NOTE=a=b', 'nothing', 7] },
  });
  const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digest(config),
      size: config.length,
    },
    layers: [{ mediaType: 'x', digest: digest('layer'), size: 42 }],
  });

  const withBlobsAt = async (location: string) =>
    started(({ path, authorization }, response) => {
      if (authorization !== BASIC)
        return sendJson(response, {}, 401, { 'www-authenticate': 'Basic realm="x"' });
      if (path.includes('/blobs/')) return response.writeHead(307, { location }).end();
      return path.includes('/manifests/') ? response.end(manifest) : sendJson(response, {});
    });

  test('a blob stored elsewhere is fetched without our credential', async () => {
    const storage = await started((_request, response) => response.end(config));
    const server = await withBlobsAt(`${storage.url}/blob?signature=x`);
    const details = await open(server.address, tester).details('app', '1');
    expect(details.images).toEqual([
      {
        digest: digest(manifest),
        platform: 'linux/amd64',
        size: 42,
        created: 1704164645,
        variables: ['APP_UID', 'NOTE'],
      },
    ]);
    expect(storage.seen.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/blob?signature=x', undefined],
    ]);
  });

  test('the variables of one platform cost three requests, and those of the first where there is no such one', async () => {
    const index = (architecture: string) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: digest(architecture === 'arm64' ? manifest : 'gone'),
      size: 1,
      platform: {
        os: 'linux',
        architecture,
        ...(architecture === 'arm64' ? { variant: 'v8' } : {}),
      },
    });
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: ['arm64', 'amd64', 's390x'].map(index),
    });
    const server = await started(({ path, authorization }, response) => {
      if (authorization !== BASIC)
        return sendJson(response, {}, 401, { 'www-authenticate': 'Basic realm="x"' });
      const found = [config, manifest].find((one) => path.endsWith(digest(one)));
      if (path.endsWith('/manifests/1')) return response.end(text);
      return found ? response.end(found) : sendJson(response, {}, 404);
    });
    for (const platform of ['linux/arm64', 'linux/ppc64le', undefined]) {
      const registry = open(server.address, tester);
      const from = server.seen.length;
      expect(await registry.variables('app', '1', platform)).toEqual(['APP_UID', 'NOTE']);
      const asked = server.seen.slice(from).filter(({ authorization }) => authorization === BASIC);
      expect(asked.map(({ path }) => path.split('/').at(-2)).filter((one) => one !== '')).toEqual([
        'manifests',
        'manifests',
        'blobs',
      ]);
    }
    expect(await open(server.address, tester).variables('app', '1', 'linux/amd64')).toEqual([]);
  });

  test('what does not match its digest is refused', async () => {
    const storage = await started((_request, response) =>
      response.end(config.replace('amd64', 'arm64')),
    );
    const server = await withBlobsAt(storage.url);
    const error = await rejection(open(server.address, tester).details('app', '1'));
    expect([error.reason, error.message]).toEqual([
      'server',
      expect.stringContaining('sent something else'),
    ]);
  });

  test('storage that refuses is not answered with our credential', async () => {
    const storage = await started((_request, response) =>
      sendJson(response, {}, 401, { 'www-authenticate': 'Basic realm="phish"' }),
    );
    const server = await withBlobsAt(storage.url);
    expect((await rejection(open(server.address, tester).details('app', '1'))).reason).toBe(
      'unauthorized',
    );
    expect(storage.seen.some(({ authorization }) => authorization)).toBe(false);
  });

  test('one that leaves TLS is not followed', async () => {
    const server = await withBlobsAt('http://plain.example/blob');
    const error = await rejection(open(server.address, tester).details('app', '1'));
    expect([error.reason, error.message]).toEqual([
      'tls',
      expect.stringContaining('was not followed'),
    ]);
  });
});
