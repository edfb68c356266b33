import type { PastBuild } from '../buildkit/historyRecord.ts';
import type { Build, BuildFailure, StatusUpdate } from './model.ts';
import { createBuildRecord } from './record.ts';
import type { BuildRecord, BuildResult } from './record.ts';

/**
 * A build that the engine remembers in the form of our own, without its steps: those are to be asked for. Its Dockerfile
 * and context are named as the engine has them, which may be on another machine.
 * @param tag of its image, where that is known otherwise
 */
export function pastAsBuild(past: PastBuild, tag?: string): Build {
  const { attrs, completed, failure, tags } = past;
  const file = attrs['filename'] ?? 'Dockerfile';
  // Clients tell of the folder within a git repository.
  const folder = attrs['vcs:localdir:dockerfile'] ?? attrs['vcs:localdir:context'];
  const state = stateOf(past);
  return {
    id: past.ref,
    request: {
      dockerfile: folder === undefined || folder === '.' ? file : `${folder}/${file}`,
      context: attrs['context'] ?? '',
      ...(attrs['target'] && { target: attrs['target'] }),
      tags: tags.length || tag === undefined ? tags : [tag],
      buildArgs: past.buildArgs,
      platforms: (attrs['platform'] ?? '').split(',').filter(Boolean),
      secrets: [],
      ...('no-cache' in attrs && { noCache: true }),
    },
    builder: 'buildkit',
    state,
    started: past.created,
    ...(completed !== undefined && { ended: completed }),
    steps: [],
    warnings: [],
    ...(failure && state === 'failed' && { failure }),
    ...(past.image && { image: past.image }),
    elsewhere: true,
  };
}

function stateOf({ cancelled, completed, failure }: PastBuild): Build['state'] {
  if (cancelled) return 'cancelled';
  if (failure) return 'failed';
  return completed === undefined ? 'running' : 'completed';
}

/**
 * Reads the steps of a build that the engine remembers, and what they wrote. For one that runs it waits for its end.
 * @param bare the build without them
 * @param secrets values that the engine may have kept in what the steps wrote, and that are not to be shown
 * @throws what `status` throws
 */
export async function readSteps(
  bare: Build,
  status: AsyncIterable<StatusUpdate>,
  secrets: readonly string[] = [],
): Promise<BuildRecord> {
  const { id, request, started } = bare;
  const record = createBuildRecord(id, request, { now: () => started, secrets, started });
  for await (const update of status) record.update(update);
  record.finish(resultOf(bare));
  return record;
}

/** What a build came to; one that runs counts as completed. */
export function resultOf({ state, failure, image }: Build): BuildResult {
  if (state === 'cancelled') return { state };
  if (state === 'failed') return { state, failure: failure ?? UNKNOWN };
  return { state: 'completed', image };
}

const UNKNOWN: BuildFailure = { message: 'The build failed.' };

/** A build with the steps that its record has. */
export function withSteps(bare: Build, record: BuildRecord): Build {
  const { steps, warnings, failure, skew } = record.build();
  return {
    ...bare,
    steps,
    warnings,
    ...(skew !== undefined && bare.state === 'running' && { skew }),
    ...(bare.failure && failure && { failure }),
  };
}
