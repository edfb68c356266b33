import net from 'node:net';
import tls from 'node:tls';
import type { Endpoint } from '../endpoint.ts';
import { EngineError } from '../errors.ts';
import type { Dial } from './agent.ts';
import { where } from './failures.ts';

/**
 * Connects to `unix:`, `npipe:` and `tcp:` endpoints, the last with TLS when the endpoint has it.
 * @param connectTimeout milliseconds for connection and handshake; an established connection may idle for ever
 * @throws EngineError `config` for a URL of another kind.
 */
export function socketDialer(endpoint: Endpoint, connectTimeout: number): Dial {
  const { url } = endpoint;
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(url)?.[1];
  if (local) {
    const path = url.startsWith('npipe:') ? local.replaceAll('/', '\\') : local;
    return () => limited(net.connect({ path }), 'connect', connectTimeout);
  }
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol !== 'tcp:' || !address.hostname)
    throw new EngineError('config', `${where(endpoint)} is not an address of an engine.`);
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const port = Number(address.port || (endpoint.tls ? 2376 : 2375));
  const secure = endpoint.tls;
  // The kernel's probes tell a stream that waits for events when the other host has gone.
  const probes = { keepAlive: true, keepAliveInitialDelay: 30_000 };
  if (!secure)
    return () => limited(net.connect({ host, port, ...probes }), 'connect', connectTimeout);
  const { ca, cert, key, skipVerify } = secure;
  const servername = secure.serverName ?? (net.isIP(host) ? undefined : host);
  const options: tls.ConnectionOptions & typeof probes = {
    host,
    port,
    ...probes,
    rejectUnauthorized: !skipVerify,
    ...(servername && { servername }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  };
  return () => limited(tls.connect(options), 'secureConnect', connectTimeout);
}

function limited<S extends net.Socket>(socket: S, ready: string, milliseconds: number): S {
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
  }, milliseconds);
  const stop = () => clearTimeout(timer);
  socket.once(ready, stop);
  socket.once('close', stop);
  return socket;
}
