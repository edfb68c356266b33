import * as vscode from 'vscode';
import type { BuildOptions } from '../../engine/buildkit/request.ts';
import type { Build } from '../../engine/builds/model.ts';
import { activity, shareDone } from '../../engine/builds/stages.ts';
import { formatDuration } from '../../util/duration.ts';
import { withProgress } from '../progress.ts';
import type { Run } from '../services.ts';
import { checkContext } from './checkContext.ts';
import { demandTrust } from './trust.ts';

/** What a build is called in messages: its first tag, else its Dockerfile's folder. */
export const nameOf = ({ request }: Build): string =>
  request.tags[0] ?? request.dockerfile.split(/[/\\]/).at(-2) ?? request.dockerfile;

/**
 * Builds, with a terminal that shows how it goes and a notification that can cancel it. Asks first when much would be
 * sent. Resolves with the build that is completed; throws what made it fail.
 */
export async function runBuild(run: Run<unknown>, options: BuildOptions): Promise<Build> {
  const { builds, terminals } = run;
  demandTrust();
  await run.client();
  await checkContext(run, options);
  const { id, done } = await builds.start(options);
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
