import { createHmac, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Credential } from '../../credentials.ts';
import { HUB } from '../../reference.ts';
import type { Services } from '../grpc/exchange.ts';
import { code, GrpcError } from '../grpc/status.ts';
import { unary } from '../grpc/unary.ts';
import * as session from '../proto/session_pb.ts';

/** A registry's token server, and what is wanted of it. */
export interface TokenWish {
  readonly host: string;
  readonly realm: string;
  readonly service: string;
  readonly scopes: readonly string[];
  readonly who: Credential | undefined;
}

export interface AuthOptions {
  /** The credential for a registry, by its host as docker names it. */
  readonly credential: (host: string, signal: AbortSignal) => Promise<Credential | undefined>;
  readonly fetchToken: (wish: TokenWish) => Promise<{ token: string; seconds: number }>;
}

const AUTH = '/moby.filesync.v1.Auth';

/**
 * Signs the engine in to registries that a build needs (moby.filesync.v1.Auth). Where a registry works by tokens we
 * fetch them: the engine never sees the password. For that it first lets us prove, by a key made of what it sends, that
 * it speaks with the same client again; a token that it holds for one is not given to another.
 */
export function authServices({ credential, fetchToken }: AuthOptions): Services {
  // Other builds know nothing of it: a token is never shared with them.
  const seed = randomBytes(16);
  const find = async (host: string, signal: AbortSignal) => {
    const name = host === 'registry-1.docker.io' ? HUB : host;
    try {
      return await credential(name, signal);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new GrpcError(code.unavailable, why);
    }
  };
  const keyFor = async (host: string, salt: Uint8Array, signal: AbortSignal) => {
    const mac = createHmac('sha256', salt);
    if (await find(host, signal)) mac.update(seed);
    return ed25519(mac.digest());
  };
  return {
    [`${AUTH}/Credentials`]: unary(
      session.CredentialsRequestSchema,
      session.CredentialsResponseSchema,
      async ({ host }, signal) => {
        const found = await find(host, signal);
        if (!found) return {};
        return 'identityToken' in found
          ? { secret: found.identityToken }
          : { username: found.username, secret: found.secret };
      },
    ),
    [`${AUTH}/FetchToken`]: unary(
      session.FetchTokenRequestSchema,
      session.FetchTokenResponseSchema,
      async ({ host, realm, service, scopes }, signal) => {
        const who = await find(host, signal);
        const issuedAt = BigInt(Math.floor(Date.now() / 1000));
        try {
          const { token, seconds } = await fetchToken({ host, realm, service, scopes, who });
          return { token, expiresIn: seconds, issuedAt };
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          throw new GrpcError(code.unauthenticated, why);
        }
      },
    ),
    [`${AUTH}/GetTokenAuthority`]: unary(
      session.GetTokenAuthorityRequestSchema,
      session.GetTokenAuthorityResponseSchema,
      async ({ host, salt }, signal) => {
        const key = createPublicKey(await keyFor(host, salt, signal));
        return { publicKey: key.export({ format: 'der', type: 'spki' }).subarray(-32) };
      },
    ),
    [`${AUTH}/VerifyTokenAuthority`]: unary(
      session.VerifyTokenAuthorityRequestSchema,
      session.VerifyTokenAuthorityResponseSchema,
      async ({ host, salt, payload }, signal) => {
        const signature = sign(null, payload, await keyFor(host, salt, signal));
        // NaCl's form of a signed message: the signature, then what it signs.
        return { signed: Buffer.concat([signature, payload]) };
      },
    ),
  };
}

/** A key of 32 bytes, in the wrapping that node:crypto reads (RFC 8410, section 7). */
function ed25519(seed: Uint8Array): KeyObject {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' });
}
