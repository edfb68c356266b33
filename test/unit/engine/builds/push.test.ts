import { expect, test } from 'vitest';
import { pushTags, pushWords } from '../../../../src/engine/builds/push.ts';
import type { Client } from '../../../../src/engine/client.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import { OF_DOCKER } from '../../../../src/engine/unreached.ts';

const BLOB = `trying to reuse blob sha256:${'1'.repeat(64)} at destination: `;

test.each([
  ['no basic auth credentials', 'no basic auth credentials'],
  [
    'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused.',
    'nothing answers at 127.0.0.1:9. Check the name, and that the server runs',
  ],
  [
    'failed to do request: Head "https://r.test/v2/a/blobs/sha256:1": dial tcp: lookup r.test: no such host',
    'there is no host r.test. Check the name, and the engine’s DNS',
  ],
  [
    `${BLOB}pinging container registry 127.0.0.1:9: Get "https://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused`,
    'nothing answers at 127.0.0.1:9. Check the name, and that the server runs',
  ],
  [
    `${BLOB}checking whether a blob sha256:1 exists in r.test/a: unauthorized: authentication required`,
    'unauthorized: authentication required',
  ],
])('of a push that failed is said why: %s', (message, words) => {
  expect(pushWords(message, OF_DOCKER)).toBe(words);
});

test.each([
  [undefined, 'Name it among "insecure-registries" in the engine’s daemon.json'],
  [
    '4.9.3',
    'Name it in registries.conf on the engine’s machine: [[registry]] with location = "r.test" and insecure = true',
  ],
])(
  'of a registry without TLS is said what the engine has for it, Podman %s',
  async (podman, what) => {
    const answer = 'Get "https://r.test/v2/": http: server gave HTTP response to HTTPS client';
    const client = {
      engine: { podman },
      request: async () => {
        throw new EngineError('server', answer, { status: 500 });
      },
    } as unknown as Client;
    const credentials = { authConfigFor: async () => undefined };
    const pushed = pushTags(
      client,
      ['r.test/a:1'],
      credentials,
      () => {},
      new AbortController().signal,
    );
    await expect(pushed).rejects.toThrow(
      `The image is built, but “r.test/a:1” could not be pushed: r.test does not speak TLS. ${what}.`,
    );
  },
);
