import type { DescMessage } from '@bufbuild/protobuf';
import type { Client } from '../client.ts';
import { Bridge, Control } from './control.ts';
import type { Services } from './grpc/exchange.ts';
import type { CallOptions, Conversation, GrpcClient, Method } from './grpc/client.ts';
import { code, GrpcError } from './grpc/status.ts';
import { newRef } from './ids.ts';
import { openBuilder, openSession } from './session.ts';

/** A build whose frontend we are: what can be asked of the builder meanwhile. Calls throw as GrpcClient says. */
export interface Frontend extends Pick<GrpcClient, 'call' | 'stream'> {
  /** The builder's reference of it. */
  readonly ref: string;
  /** What the builder can do for a frontend, such as `gateway.exec` (moby/buildkit, frontend/gateway/pb/caps.go). */
  readonly capabilities: ReadonlySet<string>;
  converse<I extends DescMessage, O extends DescMessage>(method: Method<I, O>): Conversation<I, O>;
  /** Aborted when the build has ended, whoever ended it. */
  readonly signal: AbortSignal;
}

export interface FrontendOptions {
  /** For people who look at the builder's state. */
  readonly name: string;
  /** See SessionOptions. */
  readonly sharedKey: string;
  /** What the builder may ask of us meanwhile. */
  readonly services: Services;
  readonly entitlements?: readonly string[] | undefined;
  /** Told of what went wrong in a service. */
  readonly onProblem: (error: unknown) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes the part of a build's frontend: a Solve without one waits until its client has returned a result, and until then
 * the client may use moby.buildkit.v1.frontend.LLBBridge (moby/buildkit, frontend/gateway/forwarder). The build is not
 * put into the engine's history, makes nothing, and ends when `work` does.
 * @returns what `work` resolves with
 * @throws what `work` throws; GrpcError of the builder; EngineError: of lacksBuildkit where the engine has no
 *   BuildKit, `cancelled`, `dropped`
 */
export async function asFrontend<T>(
  client: Pick<Client, 'request'>,
  { name, sharedKey, services, entitlements = [], onProblem, signal }: FrontendOptions,
  work: (frontend: Frontend) => Promise<T>,
): Promise<T> {
  const builder = await openBuilder(client, signal);
  try {
    const session = await openSession(client, { name, sharedKey, services, onProblem, signal });
    try {
      const request = { session: session.id, entitlements: [...entitlements] };
      return await solveWith(builder, request, signal, work);
    } finally {
      session.close();
    }
  } finally {
    builder.close();
  }
}

async function solveWith<T>(
  builder: GrpcClient,
  request: { session: string; entitlements: string[] },
  outer: AbortSignal | undefined,
  work: (frontend: Frontend) => Promise<T>,
): Promise<T> {
  const ref = newRef();
  const metadata = { 'buildkit-controlapi-buildid': ref };
  const ended = new AbortController();
  const signal = outer ? AbortSignal.any([outer, ended.signal]) : ended.signal;
  const solving = builder.call(
    Control.Solve,
    { ...request, ref, internal: true, cache: {} },
    { signal: outer },
  );
  /** Rejects with what the builder broke the build off for. */
  const brokenOff = new Promise<never>((_resolve, reject) => {
    solving.catch((error: unknown) => {
      ended.abort();
      reject(error);
    });
  });
  const within = (options?: CallOptions) => ({ metadata, signal: options?.signal ?? signal });
  const calls: Pick<Frontend, 'call' | 'stream' | 'converse'> = {
    call: (method, message, options) => builder.call(method, message, within(options)),
    stream: (method, message, options) => builder.stream(method, message, within(options)),
    converse: (method) => builder.converse(method, within()),
  };
  const answer = async () => {
    // The builder answers once it waits for us; it may not have read the other call yet.
    const { frontendCaps } = await calls.call(Bridge.Ping, {});
    const enabled = frontendCaps.filter((one) => one.enabled).map((one) => one.id);
    return work({ ...calls, ref, signal, capabilities: new Set(enabled) });
  };
  try {
    const result = await Promise.race([answer(), brokenOff]);
    // There is nothing to export.
    await calls.call(Bridge.Return, { result: {} });
    await solving;
    return result;
  } catch (error) {
    if (!signal.aborted) await giveUp(calls, error, solving);
    throw error;
  } finally {
    ended.abort();
  }
}

/** Tells the builder that no result comes, for it waits for one as long as we are connected. */
async function giveUp(calls: Pick<Frontend, 'call'>, error: unknown, solving: Promise<unknown>) {
  const status =
    error instanceof GrpcError
      ? { code: error.code, message: error.message }
      : { code: code.unknown, message: 'the client gave up' };
  try {
    await calls.call(Bridge.Return, { error: status });
    await solving;
  } catch {
    // It fails for this very error, or the connection did.
  }
}
