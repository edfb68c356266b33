import { expect, test } from 'vitest';
import { pushWords } from '../../../../src/engine/builds/push.ts';

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
  expect(pushWords(message)).toBe(words);
});
