import type { Credentials } from '../credentials.ts';
import { EngineError } from '../errors.ts';
import { HUB, parseRegistryAddress } from '../reference.ts';
import { createRegistryClient } from './client.ts';
import { openDistribution } from './distribution.ts';
import { openHub } from './hub.ts';
import type { Registry } from './model.ts';
import { createTransport } from './transport.ts';
import type { TrustOptions } from './trust.ts';
import { trustFor } from './trust.ts';

export interface RegistryOptions extends TrustOptions {
  /** As typed: `docker.io`, `host:port`, `https://host/`. */
  readonly address: string;
  readonly credentials: Pick<Credentials, 'getCredentials'>;
  /** Speak plain HTTP where there is no TLS, and take any certificate, its token server's included: docker's `insecure-registries`. */
  readonly insecure?: boolean | undefined;
  /** Milliseconds for one answer; 15,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Where Docker Hub's web API and registry are, other than the real ones. */
  readonly hub?: { readonly api: string; readonly registry: string } | undefined;
}

/** Whether a host is this machine, to which a password may go without TLS. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(name)
  );
}

/**
 * Opens a registry. Nothing is asked of it yet, and no credential is looked for until it wants one.
 * @throws EngineError `bad-request` for an address that is none, `config` for one that says http:// and may not
 */
export function openRegistry(options: RegistryOptions): Registry {
  const { host, scheme } = parseRegistryAddress(options.address);
  const insecure = options.insecure ?? false;
  const hubRegistry = options.hub?.registry ?? 'https://registry-1.docker.io';
  const hostname = new URL(`http://${host}`).hostname;
  const httpHere = insecure || isLoopback(hostname);
  if (scheme === 'http' && !httpHere) {
    throw new EngineError(
      'config',
      `${host} would be spoken to without TLS, your password included: write https://, or mark the registry as insecure.`,
    );
  }
  const allowHttp = (name: string) => insecure || isLoopback(name);
  const newTransport = (trusted: string) =>
    createTransport({
      trust: () => trustFor(trusted, options),
      skipVerify: insecure,
      allowHttp,
      timeoutMs: options.timeoutMs,
    });
  const credential = () => options.credentials.getCredentials(host);
  const bases =
    host === HUB
      ? [hubRegistry]
      : [
          ...(scheme === 'http' ? [] : [`https://${host}`]),
          ...(httpHere && scheme !== 'https' ? [`http://${host}`] : []),
        ];
  const registry = openDistribution(
    createRegistryClient({ host, bases, transport: newTransport(host), credential, allowHttp }),
  );
  if (host !== HUB) return registry;
  return openHub({
    url: options.hub?.api ?? 'https://hub.docker.com',
    transport: newTransport('hub.docker.com'),
    credential,
    registry,
  });
}
