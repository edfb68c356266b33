import type { Client } from '../client.ts';
import { isCancelled } from '../builds/stepRecord.ts';
import type { StatusUpdate, StepUpdate } from '../builds/model.ts';
import { EngineError } from '../errors.ts';
import { Control } from './control.ts';
import type { Exporter } from './exporter.ts';
import { buildError, solveError } from './failure.ts';
import type { GrpcClient } from './grpc/client.ts';
import type { Services } from './grpc/exchange.ts';
import { code, GrpcError } from './grpc/status.ts';
import { openBuilder, openSession } from './session.ts';
import type { BuildSession } from './session.ts';
import { watchSilence } from './silence.ts';
import { statusUpdate } from './updates.ts';
import type { CacheSpec } from './request.ts';

/** A build as the engine's builder takes it (moby.buildkit.v1.Control/Solve). */
export interface SolveOptions {
  /** Names the build to the engine. */
  readonly ref: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly entitlements: readonly string[];
  /** None: what was built stays in the cache. Several since Docker 26. */
  readonly exporters: readonly Exporter[];
  readonly cacheFrom?: readonly CacheSpec[] | undefined;
  readonly cacheTo?: readonly CacheSpec[] | undefined;
  readonly session: {
    readonly name: string;
    readonly sharedKey: string;
    readonly services: Services;
  };
  readonly onStatus: (update: StatusUpdate) => void;
  /** Told when the engine answers nothing any more, and when it does again. */
  readonly onSilence?: ((isSilent: boolean) => void) | undefined;
  /** Told of what went wrong in a service of the session. */
  readonly onProblem: (error: unknown) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Milliseconds without a word of the status after which no more is waited for, once the build has ended. Of a build that has begun
 * the builder tells all and then says that it has; of one that it refused there is nothing to tell, and it may not say so for long.
 */
const LAST_WORDS = { begun: 30_000, refused: 1000 };

/**
 * Builds, and tells what happens meanwhile. Ending the call, by the signal or by a connection that breaks, ends the
 * build on the engine.
 * @returns what the exporter says of the result, such as `containerimage.digest`
 * @throws EngineError: of lacksBuildkit where the engine has no BuildKit, a BuildError for a build that failed
 */
export async function solve(
  client: Pick<Client, 'request'>,
  options: SolveOptions,
): Promise<Readonly<Record<string, string>>> {
  const { builder, session } = await openBoth(client, options);
  const silence = watchSilence(builder, (isSilent) => options.onSilence?.(isSilent));
  try {
    let told = 0;
    let hasBegun = false;
    let failed: StepUpdate | undefined;
    const onStatus = (update: StatusUpdate) => {
      told = performance.now();
      hasBegun = true;
      silence.heard();
      failed = update.steps.findLast(({ error }) => error && !isCancelled(error)) ?? failed;
      options.onStatus(update);
    };
    const following = follow(builder, { ...options, onStatus });
    try {
      const response = await request(builder, session.id, options);
      hasBegun = true;
      return response;
    } catch (error) {
      const dropped = error instanceof EngineError && error.reason === 'dropped';
      // The error of a long Dockerfile's build, which holds all of it, is more than HTTP/2 can carry here.
      throw dropped && failed ? buildError(stepError(failed), options.attrs['platform']) : error;
    } finally {
      await patiently(following, () => ({
        told,
        wait: hasBegun ? LAST_WORDS.begun : LAST_WORDS.refused,
      }));
    }
  } finally {
    silence.end();
    session.close();
    builder.close();
  }
}

/** Waits until all is told: the last that a step has written says why it failed, and may come late. */
async function patiently(
  following: Promise<void>,
  patience: () => { readonly told: number; readonly wait: number },
): Promise<void> {
  const end = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<void>((resolve) => {
    const look = () => {
      const { told, wait } = patience();
      const left = Math.max(end, told) + wait - performance.now();
      if (left <= 0) resolve();
      else timer = setTimeout(look, left);
    };
    look();
  });
  await Promise.race([following, silence]);
  clearTimeout(timer);
}

/** What the builder would say of a build that a step has made fail. */
const stepError = ({ id, error = '' }: StepUpdate): GrpcError =>
  new GrpcError(code.unknown, error, [
    { typeUrl: 'errdefs.Vertex+json', value: Buffer.from(JSON.stringify({ digest: id })) },
  ]);

/** Opens both connections at the same time; where one cannot be had the other is let go of. */
async function openBoth(
  client: Pick<Client, 'request'>,
  { session, onProblem, signal }: SolveOptions,
): Promise<{ builder: GrpcClient; session: BuildSession }> {
  const opened = [
    openBuilder(client, signal),
    openSession(client, { ...session, onProblem, signal }),
  ] as const;
  try {
    const [builder, own] = await Promise.all(opened);
    return { builder, session: own };
  } catch (error) {
    for (const one of opened)
      one.then(
        (connection) => connection.close(),
        () => {
          // Of two that fail the first says why.
        },
      );
    throw error;
  }
}

async function request(
  builder: GrpcClient,
  session: string,
  options: SolveOptions,
): Promise<Readonly<Record<string, string>>> {
  const { ref, attrs, entitlements, cacheFrom = [], cacheTo = [], signal } = options;
  const exporters = options.exporters.map(({ type, attrs }) => ({ type, attrs: { ...attrs } }));
  const [first] = exporters;
  const imports = cacheFrom.map(({ type, attrs }) => ({ type, attrs: { ...attrs } }));
  try {
    const { exporterResponse } = await builder.call(
      Control.Solve,
      {
        ref,
        session,
        frontend: 'dockerfile.v0',
        frontendAttrs: { ...attrs, ...cacheImports(cacheFrom) },
        entitlements: [...entitlements],
        cache: {
          imports,
          exports: cacheTo.map(({ type, attrs }) => ({ type, attrs: { ...attrs } })),
        },
        // Twice, for engines before Docker 26 and those since.
        ...(first && {
          exporterDeprecated: first.type,
          exporterAttrsDeprecated: first.attrs,
        }),
        exporters,
      },
      { signal },
    );
    return exporterResponse;
  } catch (error) {
    throw error instanceof GrpcError
      ? solveError(error, signal?.aborted ?? false, attrs['platform'])
      : error;
  }
}

/** The frontend looks for caches, too: it wants them in the JSON that BuildKit's own client makes. */
function cacheImports(caches: readonly CacheSpec[]): Record<string, string> {
  if (!caches.length) return {};
  return {
    'cache-imports': JSON.stringify(
      caches.map(({ type, attrs }) => ({ Type: type, Attrs: attrs })),
    ),
  };
}

/** Passes on what the builder tells until it has told all. What ends it early ends the build, too, and is told by that. */
async function follow(
  builder: GrpcClient,
  { ref, onStatus, onProblem, signal }: SolveOptions,
): Promise<void> {
  try {
    for await (const message of builder.stream(Control.Status, { ref }, { signal }))
      onStatus(statusUpdate(message));
  } catch (error) {
    if (!(error instanceof EngineError)) onProblem(error);
  }
}
