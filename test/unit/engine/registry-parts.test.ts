import { describe, expect, test } from 'vitest';
import { nextLink, parseChallenges, retryAfter } from '../../../src/engine/registry/headers.ts';
import { parseManifest, secondsOf } from '../../../src/engine/registry/manifest.ts';
import { compareTagNames } from '../../../src/engine/registry/order.ts';
import { isLoopback } from '../../../src/engine/registry/registry.ts';

const challenges = (header: string) =>
  parseChallenges(header).map(({ scheme, params }) => [scheme, Object.fromEntries(params)]);

describe('parseChallenges', () => {
  test.each([
    ['Basic realm="basic-realm"', [['basic', { realm: 'basic-realm' }]]],
    [
      'Bearer scope="repository:a/b:pull,push",service="reg.test",realm="https://a.example/token?x=1,2"',
      [
        [
          'bearer',
          {
            scope: 'repository:a/b:pull,push',
            service: 'reg.test',
            realm: 'https://a.example/token?x=1,2',
          },
        ],
      ],
    ],
    ['Bearer realm="https://a.example/"', [['bearer', { realm: 'https://a.example/' }]]],
    [
      'bearer REALM = "r" , service=s, error="insufficient_scope", Basic realm="b \\"q\\", c"',
      [
        ['bearer', { realm: 'r', service: 's', error: 'insufficient_scope' }],
        ['basic', { realm: 'b "q", c' }],
      ],
    ],
    [
      'Negotiate, Basic realm="x"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Negotiate dG9rZW4=, Bearer realm="x"',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'x' }],
      ],
    ],
    ['Negotiate', [['negotiate', {}]]],
    ['', []],
    ['=,"', []],
  ])('%s', (header, expected) => {
    expect(challenges(header)).toEqual(expected);
  });
});

describe('nextLink', () => {
  const base = new URL('https://reg.example:5000/v2/_catalog');
  test.each([
    ['</v2/_catalog?last=team%2Fbb&n=1>; rel="next"', '/v2/_catalog?last=team%2Fbb&n=1'],
    ['<https://inner.local/v2/x?last=1>; title="a, b"; rel=next', '/v2/x?last=1'],
    ['</v2/p>; rel="prev", </v2/n>; rel="last next"', '/v2/n'],
    ['<?n=2>; rel="next"', '/v2/_catalog?n=2'],
    ['</v2/p>; rel="prev"', undefined],
    ['<http://[>; rel="next"', undefined],
    ['<https://reg.example//evil.example/v2/x>; rel="next"', '/evil.example/v2/x'],
    ['garbage', undefined],
  ])('%s', (header, expected) => {
    expect(nextLink(header, base)).toBe(expected);
  });
  test('no header', () => {
    expect(nextLink(undefined, base)).toBeUndefined();
  });
});

test("retryAfter reads seconds, dates and Docker Hub's seconds since the epoch", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(retryAfter({ 'retry-after': '7' }, now)).toBe(7000);
  expect(retryAfter({ 'retry-after': new Date(now + 9000).toUTCString() }, now)).toBe(9000);
  expect(retryAfter({ 'retry-after': new Date(now - 9000).toUTCString() }, now)).toBe(0);
  expect(retryAfter({ 'x-retry-after': String(now / 1000 + 5) }, now)).toBe(5000);
  expect(retryAfter({ 'retry-after': 'soon' }, now)).toBeUndefined();
  expect(retryAfter({}, now)).toBeUndefined();
});

describe('order of tags', () => {
  test('latest, then versions downwards, then names', () => {
    const sorted = [
      'edge',
      '1.9',
      'v1.10.0',
      '1.10',
      'latest',
      '2.0-rc2',
      '2.0-rc10',
      '2.0',
      '1.10-alpine',
      '2',
      'alpha',
      'b10',
      'b9',
      '20240102',
    ];
    expect([...sorted].reverse().sort(compareTagNames)).toEqual([
      'latest',
      '20240102',
      '2.0',
      '2.0-rc10',
      '2.0-rc2',
      '2',
      'v1.10.0',
      '1.10',
      '1.10-alpine',
      '1.9',
      'alpha',
      'b9',
      'b10',
      'edge',
    ]);
  });
  test('is one order: antisymmetric over all pairs', () => {
    const names = ['a', 'A', '1', '01', 'v1', '1.0', '1.0-rc', '1-x', 'latest', ''];
    for (const a of names) {
      for (const b of names) {
        // Adding turns -0 into 0.
        expect(Math.sign(compareTagNames(a, b)) + Math.sign(compareTagNames(b, a))).toBe(0);
        if (a !== b) expect(compareTagNames(a, b)).not.toBe(0);
      }
    }
  });
});

describe('parseManifest', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const layer = (size: number) => ({ mediaType: 'x', digest, size });

  test('an index, its attestations and odd entries left out', () => {
    const manifest = parseManifest(
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          { ...layer(1), platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
          { ...layer(2), platform: { os: 'unknown', architecture: 'unknown' } },
          { ...layer(3), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
          null,
          { platform: {} },
        ],
      },
      'text/plain',
      digest,
    );
    expect(manifest.kind).toBe('index');
    expect(manifest.children.map(({ platform, size }) => [platform, size])).toEqual([
      ['linux/arm/v7', 1],
    ]);
  });

  test('an image without a media type of its own', () => {
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 5 };
    const manifest = parseManifest(
      { schemaVersion: 2, config, layers: [layer(10), 'odd', layer(-1)] },
      'application/vnd.oci.image.manifest.v1+json; charset=x',
      digest,
    );
    expect(manifest).toMatchObject({
      kind: 'image',
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    expect(manifest.layers.map(({ size }) => size)).toEqual([10, 0]);
  });

  test('an artifact, such as a Helm chart', () => {
    const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest, size: 5 };
    expect(
      parseManifest({ schemaVersion: 2, config, layers: [layer(1)] }, undefined, digest).kind,
    ).toBe('artifact');
  });

  test('schema 1', () => {
    const manifest = parseManifest(
      {
        schemaVersion: 1,
        architecture: 'amd64',
        fsLayers: [{ blobSum: digest }],
        history: [
          {
            v1Compatibility:
              '{"created":"2020-01-02T03:04:05Z","os":"linux","architecture":"arm64"}',
          },
        ],
      },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      digest,
    );
    expect(manifest.embedded).toEqual({ platform: 'linux/arm64', created: 1577934245 });
    const odd = parseManifest(
      { schemaVersion: 1, architecture: 'amd64', history: [{ v1Compatibility: '{' }] },
      undefined,
      digest,
    );
    expect(odd.embedded).toEqual({ platform: 'linux/amd64', created: undefined });
  });

  test('something else', () => {
    expect(() => parseManifest({ hello: 1 }, 'application/json', digest)).toThrow(
      /application\/json/,
    );
    expect(() => parseManifest(null, 'application/json', digest)).toThrow(/kind of manifest/);
  });
});

test('dates of nothing are no dates', () => {
  expect(secondsOf('0001-01-01T00:00:00Z')).toBeUndefined();
  expect(secondsOf('1970-01-01T00:00:00Z')).toBeUndefined();
  expect(secondsOf('yesterday')).toBeUndefined();
  expect(secondsOf('2024-05-06T07:08:09.123456789Z')).toBe(1714979289);
});

test('loopback hosts', () => {
  expect(['localhost', 'a.localhost', '127.0.0.1', '127.9.9.9', '[::1]'].every(isLoopback)).toBe(
    true,
  );
  expect(
    ['127.0.0.1.example', 'localhost.example', '10.0.0.1', '128.0.0.1', '::2'].some(isLoopback),
  ).toBe(false);
});
