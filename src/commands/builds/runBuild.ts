import * as vscode from 'vscode';
import type { BuildOptions } from '../../engine/buildkit/request.ts';
import type { Build } from '../../engine/builds/model.ts';
import { activity } from '../../engine/builds/stages.ts';
import { whyFailed } from '../../engine/builds/whyFailed.ts';
import { EngineError } from '../../engine/errors.ts';
import { formatDuration } from '../../util/duration.ts';
import { inform } from '../../views/notify.ts';
import { buildName } from '../../views/rows/builds.ts';
import { withQuietProgress } from '../progress.ts';
import type { Run } from '../services.ts';
import { ContextChanged, contextAllowance } from './checkContext.ts';
import { demandTrust } from './trust.ts';

/** How many characters the status bar has for what a build does. */
const STATUS_LENGTH = 40;

/**
 * Builds, with a terminal that shows how it goes, and the status bar while it does: the terminal, the Builds view and the
 * palette cancel it. Asks before much is sent. Resolves with the build that is completed; throws what made it fail.
 */
export async function runBuild(run: Run<unknown>, options: BuildOptions): Promise<Build> {
  demandTrust();
  await run.client();
  for (;;)
    try {
      return await runOnce(run, options);
    } catch (error) {
      if (!(error instanceof ContextChanged)) throw error;
    }
}

async function runOnce(run: Run<unknown>, options: BuildOptions): Promise<Build> {
  const { builds, terminals } = run;
  const allowance = await contextAllowance(run, options);
  const { id, done } = await builds.start(options, { allowance });
  terminals.show(id);
  const name = buildName(builds.get(id) ?? (await done));
  const build = await withQuietProgress(vscode.l10n.t('Building {0}', name), async (report) => {
    const following = builds.onDidChange(({ build }) => {
      if (build.id === id) report(activity(build, STATUS_LENGTH));
    });
    return done
      .catch((error: unknown) => {
        throw ofBuild(error, name, builds.get(id));
      })
      .finally(() => following.dispose());
  });
  const time = formatDuration((build.ended ?? build.started) - build.started);
  void inform(vscode.l10n.t('Built {0} in {1}.', name, time));
  return build;
}

/** What made a build fail, told as that build's, for several may run at once. */
function ofBuild(error: unknown, name: string, build: Build | undefined): unknown {
  if (!(error instanceof EngineError) || build?.state !== 'failed') return error;
  const { reason, status, detail } = error;
  const message = vscode.l10n.t('{0} was not built: {1}', name, whyFailed(build) ?? error.message);
  return new EngineError(reason, message, { status, detail, build: build.id, cause: error });
}
