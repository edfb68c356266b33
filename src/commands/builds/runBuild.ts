import * as vscode from 'vscode';
import type { BuildOptions } from '../../engine/buildkit/request.ts';
import type { Build } from '../../engine/builds/model.ts';
import { activity, shareDone } from '../../engine/builds/stages.ts';
import { formatDuration } from '../../util/duration.ts';
import { withProgress } from '../progress.ts';
import type { Run } from '../services.ts';
import { ContextChanged, contextAllowance } from './checkContext.ts';
import { demandTrust } from './trust.ts';

/** What a build is called in messages: its first tag, else its Dockerfile's folder. */
export const nameOf = ({ request }: Build): string =>
  request.tags[0] ?? request.dockerfile.split(/[/\\]/).at(-2) ?? request.dockerfile;

/**
 * Builds, with a terminal that shows how it goes and a notification that can cancel it. Asks before much is sent.
 * Resolves with the build that is completed; throws what made it fail.
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
  const name = nameOf(builds.get(id) ?? (await done));
  const build = await withProgress(vscode.l10n.t('Building {0}', name), async (report, signal) => {
    signal.addEventListener('abort', () => builds.cancel(id), { once: true });
    const following = builds.onDidChange(({ build }) => {
      if (build.id === id) report(activity(build), shareDone(build));
    });
    return done.finally(() => following.dispose());
  });
  const time = formatDuration((build.ended ?? build.started) - build.started);
  void vscode.window.showInformationMessage(vscode.l10n.t('Built {0} in {1}.', name, time));
  return build;
}
