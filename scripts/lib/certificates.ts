import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstalledEngine } from './engines.ts';
import { run } from './run.ts';

/** Paths of PEM files. ca, cert and key carry the names that docker looks for in DOCKER_CERT_PATH. */
export interface Certificates {
  readonly dir: string;
  readonly ca: string;
  /** Of a client that the engine accepts. */
  readonly cert: string;
  readonly key: string;
  /** For 127.0.0.1, ::1 and localhost. */
  readonly serverCert: string;
  readonly serverKey: string;
}

/** Makes a certificate authority with one server and one client certificate in `dir`, valid for a month. */
export async function makeCertificates(
  installed: InstalledEngine,
  dir: string,
): Promise<Certificates> {
  await mkdir(dir, { recursive: true });
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: installed.lib,
    OPENSSL_CONF: join(installed.root, 'etc/ssl/openssl.cnf'),
  };
  const make = async (name: string, key: string, subject: string, more: readonly string[]) => {
    await run(
      join(installed.bin, 'openssl'),
      [
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30'],
        ['-subj', `/CN=${subject}`, '-out', join(dir, name), '-keyout', join(dir, key)],
        more,
      ].flat(),
      { env, title: `Making the certificate of ${subject}` },
    );
  };
  await make('ca.pem', 'ca-key.pem', 'Stevedore test authority', []);
  const signed = (usage: string): string[] =>
    [
      ['-CA', join(dir, 'ca.pem'), '-CAkey', join(dir, 'ca-key.pem')],
      ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', `extendedKeyUsage=${usage}`],
    ].flat();
  await make('server-cert.pem', 'server-key.pem', 'localhost', [
    ...signed('serverAuth'),
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1',
  ]);
  await make('cert.pem', 'key.pem', 'tester', signed('clientAuth'));
  return {
    dir,
    ca: join(dir, 'ca.pem'),
    cert: join(dir, 'cert.pem'),
    key: join(dir, 'key.pem'),
    serverCert: join(dir, 'server-cert.pem'),
    serverKey: join(dir, 'server-key.pem'),
  };
}
