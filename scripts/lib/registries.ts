import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import type { InstalledEngine } from './engines.ts';
import { requireNamespace } from './namespace.ts';
import { startService, stopProcess, untilReady } from './process.ts';
import { TOKEN_ISSUER, TOKEN_SERVICE, startTokenServer } from './token-server.ts';

/** Addresses (host:port) of the three registries; all of them allow deletion. */
export interface Registries {
  /** Plain HTTP, open to everybody. */
  readonly open: string;
  /** HTTPS with a certificate of our own authority, Basic authentication as tester/s3cret. */
  readonly auth: string;
  /** Plain HTTP, Bearer tokens for tester/s3cret. */
  readonly token: string;
  stop(): Promise<void>;
}

const PORTS = { open: 5051, auth: 5053, token: 5054, tokenServer: 5055 } as const;

/** bcrypt of s3cret, so that no htpasswd program is needed. */
const HTPASSWD = 'tester:$2y$05$R.tXEimI7X9AdutN/MxWXeWMMIC44hW9uKIPvcNi4rlkGx9Jd/MFC\n';

/** Starts three registries and the token server on 127.0.0.1 with their data in `dir`; ports are fixed. */
export async function startRegistries(options: {
  readonly installed: InstalledEngine;
  readonly dir: string;
  readonly certificates: Certificates;
}): Promise<Registries> {
  requireNamespace();
  const { installed, dir, certificates } = options;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'htpasswd'), HTPASSWD);
  const stopTokens = await startTokenServer({
    port: PORTS.tokenServer,
    key: certificates.serverKey,
    cert: certificates.serverCert,
  });
  const start = async (name: 'open' | 'auth' | 'token', more: object): Promise<number> => {
    const port = PORTS[name];
    const config = {
      version: '0.1',
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: join(dir, name) },
        delete: { enabled: true },
      },
      http: { addr: `127.0.0.1:${port}`, ...(name === 'auth' && { tls: tls(certificates) }) },
      ...more,
    };
    // YAML is a superset of JSON.
    const file = join(dir, `${name}.yml`);
    await writeFile(file, JSON.stringify(config));
    const service = {
      program: join(installed.bin, 'docker-registry'),
      args: ['serve', file],
      env: { OTEL_TRACES_EXPORTER: 'none' },
      log: join(dir, `${name}.log`),
    };
    const pid = startService(service);
    await untilReady(service, pid, () => listens(port));
    return pid;
  };
  const pids = await Promise.all([
    start('open', {}),
    start('auth', { auth: { htpasswd: { realm: 'Stevedore', path: join(dir, 'htpasswd') } } }),
    start('token', {
      auth: {
        token: {
          realm: `http://127.0.0.1:${PORTS.tokenServer}/token`,
          service: TOKEN_SERVICE,
          issuer: TOKEN_ISSUER,
          // The signing certificate must stand in the bundle that the registry trusts.
          rootcertbundle: certificates.serverCert,
        },
      },
    }),
  ]);
  return {
    open: `127.0.0.1:${PORTS.open}`,
    auth: `127.0.0.1:${PORTS.auth}`,
    token: `127.0.0.1:${PORTS.token}`,
    stop: async () => {
      await Promise.all([...pids.map((pid) => stopProcess(pid)), stopTokens()]);
    },
  };
}

function tls(certificates: Certificates): { certificate: string; key: string } {
  return { certificate: certificates.serverCert, key: certificates.serverKey };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}
