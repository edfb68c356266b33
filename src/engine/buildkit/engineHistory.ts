import type { Client } from '../client.ts';
import type { StatusUpdate } from '../builds/model.ts';
import { EngineError } from '../errors.ts';
import { Control } from './control.ts';
import { buildError } from './failure.ts';
import type { GrpcClient } from './grpc/client.ts';
import { code, GrpcError } from './grpc/status.ts';
import type { BuildHistoryRecord } from './proto/control_pb.ts';
import { lacksBuildkit } from './lacking.ts';
import { openBuilder, withBuilder } from './session.ts';
import { milliseconds, statusUpdate } from './updates.ts';

/** A build that the engine remembers, whoever asked for it. Times are milliseconds since the epoch. */
export interface PastBuild {
  /** What it is asked for by. */
  readonly ref: string;
  /** `dockerfile.v0`; empty where the client took its part, as buildx does. */
  readonly frontend: string;
  /** Attributes of the frontend; of build arguments, labels and secrets only the names. */
  readonly attrs: Readonly<Record<string, string>>;
  /** Names of build arguments. */
  readonly buildArgs: readonly string[];
  /** References that the image got, by engines that tell: Docker's own exporter leaves them out. */
  readonly tags: readonly string[];
  /** `sha256:…`, of the image that came of it, by engines that tell. */
  readonly image?: string;
  readonly created: number;
  /** Absent while it runs. */
  readonly completed?: number;
  /** Why it failed; one sentence. */
  readonly error?: string;
  readonly cancelled: boolean;
  readonly steps: { readonly total: number; readonly completed: number; readonly cached: number };
  readonly warnings: number;
  /** Whether the engine keeps it beyond its limits. */
  readonly pinned: boolean;
}

type Asker = Pick<Client, 'request'>;

/**
 * The builds that an engine remembers, the latest first, running ones included (moby.buildkit.v1.Control,
 * ListenBuildHistory; Docker 24 and later). Builds made by others are among them.
 * @returns undefined where the engine keeps no history
 * @throws EngineError of the connection
 */
export async function pastBuilds(
  client: Asker,
  signal?: AbortSignal,
): Promise<readonly PastBuild[] | undefined> {
  const found = new Map<string, PastBuild>();
  return asking(client, signal, async (builder) => {
    for await (const { type, record } of builder.stream(
      Control.ListenBuildHistory,
      { earlyExit: true },
      { signal },
    )) {
      if (!record) continue;
      if (type === 2) found.delete(record.ref);
      else found.set(record.ref, pastBuild(record));
    }
    return [...found.values()].sort((a, b) => b.created - a.created);
  });
}

/**
 * The steps and the log of a past build, as Control.Status tells them; those of one that runs go on until it ends.
 * @throws EngineError `not-found` when the engine doesn't know the build; others of the connection
 */
export async function* pastBuildStatus(
  client: Asker,
  ref: string,
  signal?: AbortSignal,
): AsyncGenerator<StatusUpdate> {
  const builder = await openBuilder(client, signal);
  try {
    for await (const message of builder.stream(Control.Status, { ref }, { signal }))
      yield statusUpdate(message);
  } catch (error) {
    const unknown = error instanceof GrpcError && /no such job|not found/i.test(error.message);
    if (unknown)
      throw new EngineError('not-found', 'The engine no longer remembers this build.', {
        cause: error,
      });
    throw plain(error);
  } finally {
    builder.close();
  }
}

/** Makes the engine keep a past build beyond its limits, or no longer. Throws EngineError, `not-found` for one that it doesn't know. */
export function pinPastBuild(
  client: Asker,
  ref: string,
  pinned: boolean,
  signal?: AbortSignal,
): Promise<void> {
  return change(client, { ref, pinned }, signal);
}

/** Makes the engine forget a past build; what it made stays. Throws as {@link pinPastBuild}. */
export function forgetPastBuild(client: Asker, ref: string, signal?: AbortSignal): Promise<void> {
  return change(client, { ref, delete: true }, signal);
}

async function change(
  client: Asker,
  request: { ref: string; pinned?: boolean; delete?: boolean },
  signal?: AbortSignal,
): Promise<void> {
  const done = await asking(client, signal, async (builder) => {
    try {
      await builder.call(Control.UpdateBuildHistory, request, { signal });
      return true;
    } catch (error) {
      if (!(error instanceof GrpcError) || !/not found|not exist/i.test(error.message)) throw error;
      throw new EngineError('not-found', 'The engine no longer remembers this build.', {
        cause: error,
      });
    }
  });
  if (!done) throw new EngineError('not-supported', 'This engine keeps no history of builds.');
}

/** Asks the builder something; resolves with undefined where there is no builder, or it doesn't know the method. */
async function asking<T>(
  client: Asker,
  signal: AbortSignal | undefined,
  ask: (builder: GrpcClient) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withBuilder(client, signal, async (builder) => {
      try {
        return await ask(builder);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  } catch (error) {
    if (lacksBuildkit(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown) =>
  error instanceof GrpcError && error.code === code.unimplemented;

const plain = (error: unknown) => (error instanceof GrpcError ? buildError(error) : error);

/** Attributes whose values are of the person's own choosing, and may be secret; as part of a name they are told. */
const VALUED = /^(build-arg|label|attest|secret):/;

/** @param record of ListenBuildHistory */
export function pastBuild(record: BuildHistoryRecord): PastBuild {
  const attrs = Object.entries(record.frontendAttrs);
  const completed = milliseconds(record.completedAt);
  const { error } = record;
  const image =
    record.exporterResponse['containerimage.config.digest'] ??
    record.exporterResponse['containerimage.digest'];
  const names = record.exporters.flatMap(({ attrs: { name = '' } }) => name.split(','));
  return {
    ref: record.ref,
    frontend: record.frontend,
    attrs: Object.fromEntries(
      attrs.map(([name, value]) => [name, VALUED.test(name) ? '' : withoutPassword(value)]),
    ),
    buildArgs: attrs.flatMap(([name]) =>
      name.startsWith('build-arg:') ? [name.slice('build-arg:'.length)] : [],
    ),
    tags: [...new Set(names.map((name) => name.trim()))].filter(Boolean),
    ...(image && { image }),
    created: milliseconds(record.createdAt) ?? 0,
    ...(completed !== undefined && { completed }),
    ...(error?.message && {
      error: buildError(new GrpcError(code.unknown, error.message)).message,
    }),
    cancelled: error?.code === code.cancelled || /context canceled/.test(error?.message ?? ''),
    steps: {
      total: record.numTotalSteps,
      completed: record.numCompletedSteps,
      cached: record.numCachedSteps,
    },
    warnings: record.numWarnings,
    pinned: record.pinned,
  };
}

/** A remote context may be an address with a password in it. */
const withoutPassword = (value: string) => value.replace(/(:\/\/)[^/@\s]+@/g, '$1');
