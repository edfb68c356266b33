import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { pastBuildStatus } from '../../engine/buildkit/engineHistory.ts';
import type { Build } from '../../engine/builds/model.ts';
import { readSteps, withSteps } from '../../engine/builds/past.ts';
import { lacksSecrets } from '../../engine/builds/request.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Event } from '../../util/emitter.ts';
import type { Run } from '../services.ts';
import type { WorkspaceBuilds } from './parts.ts';
import { pastText } from './pastText.ts';

/** A build of ours or of the engine's, as it is now. */
export const findBuild = (builds: WorkspaceBuilds, id: string): Build | undefined =>
  builds.get(id) ?? builds.engine.get(id);

/** The path of a build's Dockerfile. @throws EngineError `not-found` where it is in the address that is the context */
export function dockerfileOf({ request: { dockerfile, context } }: Build): string {
  if (isAbsolute(dockerfile)) return dockerfile;
  throw new EngineError(
    'not-found',
    vscode.l10n.t(
      'The Dockerfile {0} of this build is in {1}, not on this machine.',
      dockerfile,
      context,
    ),
  );
}

/** What keeps the output of a build. */
export const keeperOf = (builds: WorkspaceBuilds, id: string) =>
  builds.get(id) ? builds : builds.engine;

/** Tells what a build does while it runs; undefined for one that has ended. The engine is listened to for those of others. */
export function changesOf(
  builds: Pick<WorkspaceBuilds, 'get' | 'onDidChange'> & {
    readonly engine: Pick<WorkspaceBuilds['engine'], 'get' | 'hasLogs' | 'onDidChange' | 'watch'>;
  },
  id: string,
): Event<void> | undefined {
  const { engine } = builds;
  if (builds.get(id)?.state === 'running')
    return (listener) =>
      builds.onDidChange(({ what, build }) => {
        if (build.id === id && what !== 'removed') listener();
      });
  if (engine.get(id)?.state !== 'running') return undefined;
  return (listener) => {
    const watching = engine.watch(id);
    const changes = engine.onDidChange((ids) => {
      // Where the connection broke off nothing is known of it: what is seen stays.
      if (ids.includes(id) && engine.hasLogs(id)) listener();
    });
    return {
      dispose() {
        changes.dispose();
        watching.dispose();
      },
    };
  };
}

/** A build with its steps: those of others are asked of the engine. Throws EngineError as EngineBuilds.load. */
export const complete = (run: Run<unknown>, build: Build): Promise<Build> =>
  build.elsewhere
    ? run.busy(run.builds.engine.load(build.id, run.signal))
    : Promise.resolve(run.builds.get(build.id) ?? build);

/**
 * All that a build has done and written so far, as a text. The engine is asked for what is not known here any more.
 * @throws EngineError `not-found` where nobody knows it, or its secrets
 */
export async function wholeLog(run: Run<unknown>, build: Build): Promise<string> {
  const { builds, signal } = run;
  const { id } = build;
  const known = await complete(run, build);
  const keeper = keeperOf(builds, id);
  if (keeper.hasLogs(id)) return pastText(known, (step) => keeper.log(id, step));
  if (build.builder === 'classic')
    throw new EngineError(
      'not-found',
      vscode.l10n.t('What the steps of earlier sessions have written is not kept.'),
    );
  // The engine keeps what a step wrote as it was: of our own builds the secrets are taken out, or nothing is shown.
  const options = await builds.options(id);
  const { secrets: ids } = build.request;
  if (!options && !build.elsewhere && ids.length > 0) throw lacksSecrets(ids);
  const secrets = options ? await run.busy(builds.secretsOf(options, signal)) : [];
  const engine = await run.client();
  const record = await run.busy(readSteps(known, pastBuildStatus(engine, id, signal), secrets));
  return pastText(withSteps(known, record), record.log);
}
