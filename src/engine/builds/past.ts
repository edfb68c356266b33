import { pastBuildStatus } from '../buildkit/engineHistory.ts';
import type { PastBuild } from '../buildkit/engineHistory.ts';
import type { Client } from '../client.ts';
import type { Build, BuildFailure } from './model.ts';
import { createBuildRecord } from './record.ts';
import type { BuildRecord, BuildResult } from './record.ts';

/**
 * A build that the engine remembers in the form of our own, without its steps: those are to be asked for. Its Dockerfile
 * and context are named as the engine has them, which may be on another machine.
 */
export function pastAsBuild(past: PastBuild): Build {
  const { completed } = past;
  const { state } = resultOf(past) ?? { state: 'running' };
  const failure = failureOf(past);
  return {
    id: past.ref,
    request: {
      dockerfile: past.attrs['filename'] ?? 'Dockerfile',
      context: past.attrs['context'] ?? '',
      ...(past.attrs['target'] && { target: past.attrs['target'] }),
      tags: past.tags,
      buildArgs: past.buildArgs,
      platforms: (past.attrs['platform'] ?? '').split(',').filter(Boolean),
      secrets: [],
      ...('no-cache' in past.attrs && { noCache: true }),
    },
    builder: 'buildkit',
    state,
    started: past.created,
    ...(completed !== undefined && { ended: completed }),
    steps: [],
    warnings: [],
    ...(failure && state === 'failed' && { failure }),
    ...(past.image && { image: past.image }),
  };
}

/**
 * Reads a build that the engine remembers, with its steps and what they wrote. For one that runs it waits for its end.
 * @param secrets values that the engine may have kept in what the steps wrote, and that are not to be shown
 * @throws EngineError as pastBuildStatus
 */
export async function readPastBuild(
  client: Pick<Client, 'request'>,
  past: PastBuild,
  secrets: readonly string[],
  signal?: AbortSignal,
): Promise<Pick<BuildRecord, 'log'> & { readonly build: Build }> {
  const bare = pastAsBuild(past);
  const record = createBuildRecord(past.ref, bare.request, {
    now: () => past.created,
    secrets,
  });
  for await (const update of pastBuildStatus(client, past.ref, signal)) record.update(update);
  record.finish(resultOf(past) ?? { state: 'completed' });
  const { steps, warnings } = record.build();
  return { build: { ...bare, steps, warnings }, log: record.log };
}

const failureOf = ({ error }: PastBuild): BuildFailure | undefined =>
  error === undefined ? undefined : { message: error };

/** Undefined while it runs. */
function resultOf(past: PastBuild): BuildResult | undefined {
  const failure = failureOf(past);
  if (past.cancelled) return { state: 'cancelled' };
  if (failure) return { state: 'failed', failure };
  return past.completed === undefined ? undefined : { state: 'completed', image: past.image };
}
