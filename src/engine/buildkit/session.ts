import type { OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Client } from '../client.ts';
import { buildError } from './failure.ts';
import type { Services } from './grpc/exchange.ts';
import { grpcClient } from './grpc/client.ts';
import type { GrpcClient } from './grpc/client.ts';
import { serveGrpc } from './grpc/server.ts';
import { GrpcError } from './grpc/status.ts';
import { unary } from './grpc/unary.ts';
import { EmptySchema } from './proto/common_pb.ts';
import { HealthCheckResponseSchema } from './proto/session_pb.ts';
import { newRef } from './ids.ts';

/** What the builder may ask of us while it builds. */
export interface SessionOptions {
  /** For people who look at the builder's state. */
  readonly name: string;
  /** Builds with the same key reuse what was sent before; see sharedKey. */
  readonly sharedKey: string;
  readonly services: Services;
  /** Told of what went wrong in a service. */
  readonly onProblem: (error: unknown) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface BuildSession {
  readonly id: string;
  close(): void;
}

/** Engines look whether a session is still there by this method (grpc.health.v1); 1 is SERVING. */
const HEALTH = '/grpc.health.v1.Health/Check';

/**
 * Offers services to the engine's builder over a connection of its own (Engine API, `POST /session`, 1.39 and later).
 * @throws EngineError: of lacksBuildkit where the engine has no BuildKit
 */
export async function openSession(
  client: Pick<Client, 'request'>,
  { name, sharedKey, services, onProblem, signal }: SessionOptions,
): Promise<BuildSession> {
  const id = newRef();
  const socket = await upgrade(client, '/session', signal, {
    'X-Docker-Expose-Session-Uuid': id,
    // A header holds no more than Latin-1.
    'X-Docker-Expose-Session-Name': name.replace(/[^\x20-\x7e]/g, '_'),
    'X-Docker-Expose-Session-Sharedkey': sharedKey,
    'X-Docker-Expose-Session-Grpc-Method': Object.keys(services),
  });
  const health = unary(EmptySchema, HealthCheckResponseSchema, async () => ({ status: 1 }));
  const close = serveGrpc(socket, { ...services, [HEALTH]: health }, (error) => {
    // That a connection breaks which we have broken is no news.
    if (!signal?.aborted) onProblem(error);
  });
  return { id, close };
}

/**
 * Opens a connection to the engine's builder (Engine API, `POST /grpc`, 1.39 and later).
 * @throws EngineError: of lacksBuildkit where the engine has no BuildKit
 */
export async function openBuilder(
  client: Pick<Client, 'request'>,
  signal?: AbortSignal,
): Promise<GrpcClient> {
  return grpcClient(await upgrade(client, '/grpc', signal));
}

/**
 * Asks the engine's builder something over a connection that lasts as long as `work` does.
 * @throws what `work` throws, a GrpcError as the EngineError that buildError makes of it; as {@link openBuilder}
 */
export async function withBuilder<T>(
  client: Pick<Client, 'request'>,
  signal: AbortSignal | undefined,
  work: (builder: GrpcClient) => Promise<T>,
): Promise<T> {
  const builder = await openBuilder(client, signal);
  try {
    return await work(builder);
  } catch (error) {
    throw error instanceof GrpcError ? buildError(error) : error;
  } finally {
    builder.close();
  }
}

function upgrade(
  client: Pick<Client, 'request'>,
  path: string,
  signal: AbortSignal | undefined,
  headers: OutgoingHttpHeaders = {},
): Promise<Duplex> {
  const call = { method: 'POST', path, headers, signal, unversioned: true };
  return client.request({ ...call, as: 'upgrade', upgrade: 'h2c' });
}
