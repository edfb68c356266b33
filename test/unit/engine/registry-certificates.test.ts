import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { open, rejection, selfSigned, sendJson, started } from './registry-loopback.ts';

describe('certificates', () => {
  test('one that signs itself is refused by name, before anything is sent', async () => {
    const server = await started(
      (_request, response) => sendJson(response, {}),
      await selfSigned('IP:127.0.0.1'),
    );
    const error = await rejection(
      open(server.address, { username: 'u', secret: 's3cret' }).check(),
    );
    expect(error.reason).toBe('tls');
    expect(error.message).toContain(
      `The certificate of ${server.address} (loopback test, issued by loopback test, valid to `,
    );
    expect(error.message).toContain(`~/.docker/certs.d/${server.address}/ca.crt`);
    expect(server.seen).toEqual([]);
    await open(server.address, undefined, { insecure: true }).check();
  });

  test('one for another host', async () => {
    const certificate = await selfSigned('DNS:other.example');
    const server = await started((_request, response) => sendJson(response, {}), certificate);
    const error = await rejection(
      open(server.address, undefined, { ca: certificate.cert }).check(),
    );
    expect([error.reason, error.message]).toEqual([
      'tls',
      expect.stringContaining('is made out for another host'),
    ]);
  });

  test("docker's certs.d is trusted, for its host only", async () => {
    const home = await mkdtemp(join(tmpdir(), 'stevedore-certs-'));
    onTestFinished(() => rm(home, { recursive: true }));
    const certificate = await selfSigned('IP:127.0.0.1');
    const server = await started((_request, response) => sendJson(response, {}), certificate);
    const dir = join(home, '.docker', 'certs.d', server.address);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'ca.crt'), certificate.cert);
    await open(server.address, undefined, { home }).check();
    const other = await started((_request, response) => sendJson(response, {}), certificate);
    expect((await rejection(open(other.address, undefined, { home }).check())).reason).toBe('tls');
    await writeFile(join(dir, 'client.cert'), certificate.cert);
    const keyless = await rejection(open(server.address, undefined, { home }).check());
    expect([keyless.reason, keyless.message]).toEqual([
      'config',
      expect.stringContaining('has no key beside it: put it there as client.key'),
    ]);
    await writeFile(join(dir, 'client.key'), certificate.key);
    await open(server.address, undefined, { home }).check();
  });

  test('a certificate that cannot be read', async () => {
    const error = await rejection(
      open('127.0.0.1:1', undefined, {
        ca: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----',
      }).check(),
    );
    expect([error.reason, error.message]).toEqual(['config', expect.stringContaining('PEM')]);
  });

  test('http is for this machine, or where it was allowed', () => {
    expect(() => open('http://reg.example')).toThrow(/without TLS, your password included/);
    expect(() => open('http://reg.example', undefined, { insecure: true })).not.toThrow();
    expect(() => open('http://localhost:5000')).not.toThrow();
  });
});
