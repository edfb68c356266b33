import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import { EngineError } from '../errors.ts';

export interface TrustOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Further certificates of authorities, PEM. */
  readonly ca?: string | undefined;
}

/** What docker keeps for one registry: authorities, and client certificates with their keys. All PEM. */
interface HostCertificates {
  readonly authorities: readonly string[];
  readonly clients: readonly { readonly cert: string; readonly key: string }[];
}

/** The directories in which docker looks for `<host>/ca.crt`, and Docker Desktop and rootless engines theirs. */
function directories({ env, home, platform }: TrustOptions): string[] {
  const system =
    platform === 'win32'
      ? join(env['ProgramData'] ?? 'C:\\ProgramData', 'docker', 'certs.d')
      : '/etc/docker/certs.d';
  const rootless = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'docker', 'certs.d');
  return [system, join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'certs.d'), rootless];
}

/**
 * Reads a host's `certs.d` directories as the engine does: every `*.crt` is an authority, every `*.cert` a client
 * certificate with the `*.key` of the same name. Source: docs.docker.com, "Verify repository client with certificates".
 * @throws EngineError `config` for a certificate without its key, or a file that cannot be read
 */
async function readHostCertificates(
  host: string,
  options: TrustOptions,
): Promise<HostCertificates> {
  // Windows forbids colons in file names: docker leaves them out there.
  const folder = options.platform === 'win32' ? host.replaceAll(':', '') : host;
  const authorities: string[] = [];
  const clients: { cert: string; key: string }[] = [];
  for (const directory of directories(options)) {
    const path = join(directory, folder);
    try {
      const names = await readdir(path);
      for (const name of names) {
        if (name.endsWith('.crt')) authorities.push(await readFile(join(path, name), 'utf8'));
        if (!name.endsWith('.cert')) continue;
        const key = name.replace(/cert$/, 'key');
        if (!names.includes(key))
          throw new EngineError(
            'config',
            `${join(path, name)} has no key beside it: put it there as ${key}.`,
          );
        clients.push({
          cert: await readFile(join(path, name), 'utf8'),
          key: await readFile(join(path, key), 'utf8'),
        });
      }
    } catch (error) {
      if (error instanceof EngineError) throw error;
      const code = (error as NodeJS.ErrnoException).code;
      // What only root may read is there for the engine; ours are then in the user's own directory.
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') continue;
      throw new EngineError('config', `${path} cannot be read (${code ?? 'unknown error'}).`, {
        cause: error,
      });
    }
  }
  return { authorities, clients };
}

const LINUX_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];

/** The operating system's certificates where Node doesn't use them by itself. Newer Nodes can be asked, on Linux there is a file. */
async function systemAuthorities({ env, platform }: TrustOptions): Promise<string[]> {
  const { getCACertificates } = tls as { getCACertificates?: (type: string) => string[] };
  if (getCACertificates) return [...getCACertificates('default'), ...getCACertificates('system')];
  const read = async (paths: readonly (string | undefined)[]) => {
    const texts = await Promise.all(
      // At most one of the well-known files exists on a system, and none is no fault: Node has authorities of its own.
      paths.flatMap((path) => (path ? [readFile(path, 'utf8').catch(() => '')] : [])),
    );
    return texts.filter(Boolean);
  };
  const system = platform === 'linux' ? await read(LINUX_BUNDLES) : [];
  // The system's holds what its owner trusts, and reading both would take twice the time.
  const base = system.length ? system : tls.rootCertificates;
  return [...base, ...(await read([env['SSL_CERT_FILE'], env['NODE_EXTRA_CA_CERTS']]))];
}

/**
 * The TLS context for a registry: Node's and the system's authorities, those given, and docker's for this host.
 * @throws EngineError `config` when one of the certificates cannot be understood
 */
export async function trustFor(host: string, options: TrustOptions): Promise<tls.SecureContext> {
  const own = await readHostCertificates(host, options);
  const added = [...(options.ca ? [options.ca] : []), ...own.authorities];
  const ca = [...(await systemAuthorities(options)), ...added];
  try {
    // OpenSSL passes over an authority that it can't read, and the registry would seem untrusted for no reason.
    for (const pem of added) void new X509Certificate(pem);
    return tls.createSecureContext({
      ca,
      ...(own.clients.length
        ? {
            cert: own.clients.map((client) => client.cert),
            key: own.clients.map((client) => client.key),
          }
        : {}),
    });
  } catch (error) {
    throw new EngineError(
      'config',
      `The certificates for ${host} cannot be understood: see that they are in PEM form.`,
      { cause: error },
    );
  }
}
