import type { Client } from '../client.ts';
import type { StatusUpdate } from '../builds/model.ts';
import { EngineError } from '../errors.ts';
import { Control } from './control.ts';
import { buildError } from './failure.ts';
import type { GrpcClient } from './grpc/client.ts';
import { code, GrpcError } from './grpc/status.ts';
import { pastBuild } from './historyRecord.ts';
import type { PastBuild } from './historyRecord.ts';
import type { BuildHistoryEvent } from './proto/control_pb.ts';
import { lacksBuildkit } from './lacking.ts';
import { openBuilder, withBuilder } from './session.ts';
import { statusUpdate } from './updates.ts';

type Asker = Pick<Client, 'request'>;

/** What an engine tells of the builds that it remembers. */
export type HistoryEvent =
  /** One has begun, has ended, or is kept or no longer. */
  | { readonly kind: 'told'; readonly build: PastBuild }
  | { readonly kind: 'forgotten'; readonly ref: string };

/** The builds that an engine remembers, over a connection of its own. All that is read throws EngineError. */
export interface EngineHistory {
  /** Those that it remembered when the connection was opened, running ones included, the latest first. */
  readonly builds: readonly PastBuild[];
  /** What happens, until the signal fires; those of `builds` are told once more. */
  events(): AsyncGenerator<HistoryEvent>;
  /** As {@link pastBuildStatus}, until the signal fires. */
  status(ref: string): AsyncGenerator<StatusUpdate>;
  close(): void;
}

/**
 * Opens the history of an engine's builds (moby.buildkit.v1.Control, ListenBuildHistory; Docker 24 and later). Builds made
 * by others are in it.
 * @param signal ends the connection
 * @returns undefined where the engine keeps no history
 * @throws EngineError of the connection
 */
export async function openHistory(
  client: Asker,
  signal?: AbortSignal,
): Promise<EngineHistory | undefined> {
  let builder: GrpcClient;
  try {
    builder = await openBuilder(client, signal);
  } catch (error) {
    if (lacksBuildkit(error)) return undefined;
    throw error;
  }
  try {
    const found = new Map<string, PastBuild>();
    for await (const event of listen(builder, true, signal))
      if (event.kind === 'told') found.set(event.build.ref, event.build);
      else found.delete(event.ref);
    return {
      builds: [...found.values()].sort((a, b) => b.created - a.created),
      events: () => plainly(listen(builder, false, signal)),
      status: (ref) => statusOf(builder, ref, signal),
      close: () => builder.close(),
    };
  } catch (error) {
    builder.close();
    if (isMissing(error)) return undefined;
    throw plain(error);
  }
}

async function* listen(
  builder: GrpcClient,
  earlyExit: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<HistoryEvent> {
  for await (const event of builder.stream(Control.ListenBuildHistory, { earlyExit }, { signal })) {
    const told = historyEvent(event);
    if (told) yield told;
  }
}

async function* plainly<T>(messages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw plain(error);
  }
}

const historyEvent = ({ type, record }: BuildHistoryEvent): HistoryEvent | undefined =>
  record &&
  (type === 2
    ? { kind: 'forgotten', ref: record.ref }
    : { kind: 'told', build: pastBuild(record) });

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
    yield* statusOf(builder, ref, signal);
  } finally {
    builder.close();
  }
}

async function* statusOf(
  builder: GrpcClient,
  ref: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<StatusUpdate> {
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
  const none = (cause: unknown) =>
    new EngineError('not-supported', 'This engine keeps no history of builds.', { cause });
  try {
    await withBuilder(client, signal, async (builder) => {
      try {
        await builder.call(Control.UpdateBuildHistory, request, { signal });
      } catch (error) {
        if (isMissing(error)) throw none(error);
        if (!(error instanceof GrpcError) || !/not found|not exist/i.test(error.message))
          throw error;
        throw new EngineError('not-found', 'The engine no longer remembers this build.', {
          cause: error,
        });
      }
    });
  } catch (error) {
    throw lacksBuildkit(error) ? none(error) : error;
  }
}

const isMissing = (error: unknown) =>
  error instanceof GrpcError && error.code === code.unimplemented;

const plain = (error: unknown) => (error instanceof GrpcError ? buildError(error) : error);
