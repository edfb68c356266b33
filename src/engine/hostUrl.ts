import { EngineError } from './errors.ts';

/** An engine's address, in the one form that the transport takes. */
export interface HostUrl {
  readonly url: string;
  /** Where ports that containers publish are reached. */
  readonly host: string;
}

/** Where a published port is reached. @param host without brackets */
export const addressOf = (host = 'localhost', port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Reads an address as the docker CLI does for `--host` and DOCKER_HOST: `unix://`, `npipe://`, `tcp://`, `ssh://`, a bare
 * path, or a bare `host:port`. Unlike the CLI, a missing port over TLS is 2376 (IANA's port for it), not 2375.
 * @param defaults what `unix://` and `npipe://` without a path mean
 * @throws EngineError `config`
 */
export function parseHost(
  text: string,
  options: { readonly tls: boolean; readonly defaultUrl: string },
): HostUrl {
  const address = text.trim();
  if (!address) return { url: options.defaultUrl, host: 'localhost' };
  const [, scheme, rest] = /^([a-z]+):\/\/(.*)$/is.exec(address) ?? [];
  if (scheme === undefined || rest === undefined)
    return /^\.{0,2}\//.test(address) ? local('unix', address) : tcp(address, options.tls);
  switch (scheme.toLowerCase()) {
    case 'unix':
      return local('unix', rest || '/var/run/docker.sock');
    case 'npipe':
      return local('npipe', rest.replaceAll('\\', '/') || '//./pipe/docker_engine');
    case 'tcp':
      return tcp(rest, options.tls);
    case 'ssh':
      return ssh(address);
    case 'fd':
      throw bad(address, 'fd:// is for the engine itself to listen on, nothing can connect to it');
    case 'http':
    case 'https':
      throw bad(
        address,
        `write tcp:// in place of ${scheme}://, TLS is asked for by DOCKER_TLS_VERIFY or a context`,
      );
    default:
      throw bad(address, 'unix://, npipe://, tcp:// and ssh:// are understood');
  }
}

function local(scheme: 'unix' | 'npipe', path: string): HostUrl {
  return { url: `${scheme}://${path}`, host: 'localhost' };
}

function tcp(text: string, tls: boolean): HostUrl {
  const port = tls ? 2376 : 2375;
  // A URL with an empty host is none, but `:2375` is an address that people write.
  const source = `tcp://${/^(:|$)/.test(text) ? `localhost${text}` : text}`;
  if (!URL.canParse(source)) throw bad(text, 'it is not host:port');
  const url = new URL(source);
  if (!url.hostname || /[\s%]/.test(url.hostname)) throw bad(text, 'it is not host:port');
  if (url.username || url.password) throw bad(`tcp://${url.host}`, 'tcp:// takes no user');
  if (url.pathname.length > 1 || url.search || url.hash)
    throw bad(text, 'it has a path, which is not supported');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    url: `tcp://${url.hostname}:${url.port || port}`,
    host: host === '0.0.0.0' || host === '::' ? 'localhost' : host,
  };
}

function ssh(address: string): HostUrl {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url?.hostname) throw bad(address, 'it names no host');
  // Refused here, for the address of an endpoint is shown, copied and logged.
  if (url.password) throw bad(address, 'it holds a password, which ssh does not take: use a key');
  return { url: address, host: url.hostname.replace(/^\[|\]$/g, '') };
}

function bad(address: string, why: string): EngineError {
  const shown = address.replace(/\/\/[^/]*:[^/]*@/, '//');
  return new EngineError('config', `${shown} is not an address of an engine: ${why}.`);
}
