import { expect, test } from 'vitest';
import { OF_DOCKER, unreached } from '../../../src/engine/unreached.ts';

const HUB = 'registry-1.docker.io';

test.each([
  [
    'dial tcp 10.0.0.1:443: connect: connection refused',
    `nothing answers at ${HUB}. Check the name, and that the server runs`,
  ],
  [
    `dial tcp: lookup ${HUB} on 127.0.0.53:53: no such host`,
    `there is no host ${HUB}. Check the name, and the engine’s DNS`,
  ],
  [
    `dial tcp: lookup ${HUB} on 127.0.0.53:53: read udp 127.0.0.1:41->127.0.0.53:53: read: connection refused`,
    `it cannot reach ${HUB}. Check its network, proxy and DNS`,
  ],
  [
    `dial tcp: lookup ${HUB} on 127.0.0.53:53: server misbehaving`,
    `it cannot reach ${HUB}. Check its network, proxy and DNS`,
  ],
  [
    'proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused',
    'nothing answers at the engine’s proxy 127.0.0.1:3128. Check that the proxy runs, and the address of it that the engine has',
  ],
  [
    'proxyconnect tcp: dial tcp 10.0.0.2:41->[fd00::1]:3128: connect: connection refused',
    'nothing answers at the engine’s proxy [fd00::1]:3128. Check that the proxy runs, and the address of it that the engine has',
  ],
  [
    'proxyconnect tcp: dial tcp: lookup proxy.corp on 127.0.0.53:53: no such host',
    'there is no such host as the engine’s proxy proxy.corp. Check the address of the proxy that the engine has, and the engine’s DNS',
  ],
  [
    'proxyconnect tcp: dial tcp: lookup proxy.corp on 127.0.0.53:53: read: connection refused',
    'it cannot reach its proxy proxy.corp. Check its network and DNS, and the address of the proxy that it has',
  ],
  [
    'proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout',
    'it cannot reach its proxy 10.0.0.1:3128. Check its network and DNS, and the address of the proxy that it has',
  ],
  [
    'proxyconnect tcp: tls: first record does not look like a TLS handshake',
    'the engine’s proxy fails: tls: first record does not look like a TLS handshake',
  ],
  [
    'tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: invalid signature" while trying to verify candidate authority certificate "CA")',
    `it does not trust the certificate of ${HUB} (certificate signed by unknown authority (possibly because of "x509: invalid signature" while trying to verify candidate authority certificate "CA")). Put its authority’s into /etc/docker/certs.d/${HUB}/ca.crt on the engine’s machine`,
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-11-30T16:00:00Z is after 2025-11-30T16:00:00Z',
    `it does not accept the certificate of ${HUB}: certificate has expired or is not yet valid: current time 2026-11-30T16:00:00Z is after 2025-11-30T16:00:00Z`,
  ],
  [
    `tls: failed to verify certificate: x509: certificate is valid for a.example, not ${HUB}`,
    `it does not accept the certificate of ${HUB}: certificate is valid for a.example, not ${HUB}`,
  ],
  ['remote error: tls: certificate required', 'remote error: tls: certificate required'],
  ['EOF', 'EOF'],
])('of a host that could not be asked is said why: %s', (why, words) => {
  expect(unreached(why, HUB, OF_DOCKER)).toBe(words);
});
