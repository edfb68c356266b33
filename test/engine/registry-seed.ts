import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

/** A registry to fill, reached by plain HTTP requests and not by the client under test. */
export interface SeedTarget {
  /** `http://127.0.0.1:5051` */
  readonly url: string;
  readonly ca?: string;
  readonly user?: { readonly name: string; readonly password: string };
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SeedImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
}

export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

export const digestOf = (body: Buffer | string) =>
  `sha256:${createHash('sha256').update(body).digest('hex')}`;

function send(
  target: SeedTarget,
  method: string,
  url: URL,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method,
        headers: { ...headers, 'content-length': body?.length ?? 0 },
        ...(target.ca ? { ca: target.ca } : {}),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function authorised(
  target: SeedTarget,
  method: string,
  url: URL,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Answer> {
  const first = await send(target, method, url, headers, body);
  const challenge = first.headers['www-authenticate'];
  if (first.status !== 401 || !challenge || !target.user) return first;
  const basic = `Basic ${Buffer.from(`${target.user.name}:${target.user.password}`).toString('base64')}`;
  const realm = /realm="([^"]*)"/.exec(challenge)?.[1];
  if (challenge.startsWith('Basic') || !realm)
    return send(target, method, url, { ...headers, authorization: basic }, body);
  const tokenUrl = new URL(realm);
  tokenUrl.searchParams.set('service', /service="([^"]*)"/.exec(challenge)?.[1] ?? '');
  tokenUrl.searchParams.set('scope', /scope="([^"]*)"/.exec(challenge)?.[1] ?? '');
  const { token } = JSON.parse(
    (await send(target, 'GET', tokenUrl, { authorization: basic })).body.toString(),
  ) as { token: string };
  return send(target, method, url, { ...headers, authorization: `Bearer ${token}` }, body);
}

function expectStatus(answer: Answer, status: number, what: string): Answer {
  if (answer.status !== status)
    throw new Error(`${what}: HTTP ${answer.status} ${answer.body.toString()}`);
  return answer;
}

/** Pushes a blob. @returns its digest */
export async function pushBlob(
  target: SeedTarget,
  repository: string,
  body: Buffer,
): Promise<string> {
  const start = new URL(`/v2/${repository}/blobs/uploads/`, target.url);
  const upload = expectStatus(
    await authorised(target, 'POST', start, {}),
    202,
    'start of an upload',
  );
  const end = new URL(upload.headers.location ?? '', target.url);
  end.searchParams.set('digest', digestOf(body));
  const headers = { 'content-type': 'application/octet-stream' };
  expectStatus(await authorised(target, 'PUT', end, headers, body), 201, 'upload of a blob');
  return digestOf(body);
}

/** Pushes a manifest under a tag or its own digest. */
export async function pushManifest(
  target: SeedTarget,
  repository: string,
  manifest: { readonly mediaType: string; readonly [field: string]: unknown },
  tag?: string,
): Promise<SeedImage> {
  const body = Buffer.from(JSON.stringify(manifest));
  const url = new URL(`/v2/${repository}/manifests/${tag ?? digestOf(body)}`, target.url);
  expectStatus(
    await authorised(target, 'PUT', url, { 'content-type': manifest.mediaType }, body),
    201,
    'push of a manifest',
  );
  return { digest: digestOf(body), mediaType: manifest.mediaType, size: body.length };
}

export interface SeedOptions {
  readonly tag?: string;
  readonly mediaType?: string;
  readonly architecture?: string;
  /** ISO date. */
  readonly created?: string;
  /** Bytes of each layer. */
  readonly layers?: readonly number[];
}

/** Pushes an image whose layers are noise: good to be listed and deleted, not to be run. */
export async function pushImage(
  target: SeedTarget,
  repository: string,
  options: SeedOptions = {},
): Promise<SeedImage> {
  const {
    mediaType = DOCKER_MANIFEST,
    architecture = 'amd64',
    created = '2024-01-02T03:04:05Z',
    layers = [1000],
  } = options;
  const isOci = mediaType === OCI_MANIFEST;
  const blobs = layers.map((size, index) =>
    Buffer.alloc(size, `${repository} ${architecture} ${index}`),
  );
  const digests: string[] = [];
  for (const blob of blobs) digests.push(await pushBlob(target, repository, blob));
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      created,
      config: {},
      rootfs: { type: 'layers', diff_ids: digests },
    }),
  );
  const configDigest = await pushBlob(target, repository, config);
  return pushManifest(
    target,
    repository,
    {
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: isOci
          ? 'application/vnd.oci.image.config.v1+json'
          : 'application/vnd.docker.container.image.v1+json',
        digest: configDigest,
        size: config.length,
      },
      layers: blobs.map((blob, index) => ({
        mediaType: isOci
          ? 'application/vnd.oci.image.layer.v1.tar+gzip'
          : 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        digest: digests[index],
        size: blob.length,
      })),
    },
    options.tag,
  );
}
