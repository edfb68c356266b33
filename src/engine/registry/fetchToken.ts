import { isLoopback } from './registry.ts';
import { requestToken } from './token.ts';
import type { Token, TokenQuery } from './token.ts';
import { createTransport } from './transport.ts';
import { trustFor } from './trust.ts';

/**
 * Fetches a token of a registry over a connection of its own, as requestToken does.
 * @param insecure whether settings say that neither TLS nor its certificate is demanded of this registry
 * @param machine where certificates are looked for
 */
export async function fetchToken(
  wish: Omit<TokenQuery, 'transport' | 'allowHttp'>,
  insecure: boolean,
  machine: Parameters<typeof trustFor>[1],
): Promise<Token> {
  const allowHttp = (name: string) => insecure || isLoopback(name);
  const trust = () => trustFor(wish.host, machine);
  const transport = createTransport({ trust, skipVerify: insecure, allowHttp });
  try {
    return await requestToken({ ...wish, transport, allowHttp });
  } finally {
    transport.dispose();
  }
}
