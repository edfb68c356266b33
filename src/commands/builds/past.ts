import * as vscode from 'vscode';
import { forgetPastBuild, pastBuilds, pinPastBuild } from '../../engine/buildkit/engineHistory.ts';
import type { PastBuild } from '../../engine/buildkit/engineHistory.ts';
import type { Build } from '../../engine/builds/model.ts';
import { readPastBuild } from '../../engine/builds/past.ts';
import { secretValues } from '../../engine/builds/request.ts';
import { EngineError } from '../../engine/errors.ts';
import { formatDuration } from '../../util/duration.ts';
import { count, formatAge, noIcons, oneLine } from '../../util/format.ts';
import { choose, confirm } from '../ask.ts';
import type { Run } from '../services.ts';
import { pastText } from './pastText.ts';

/**
 * Lets the person choose one of the builds that the engine remembers, those made in a terminal among them, and shows its
 * steps with what they wrote.
 * @throws EngineError `not-supported` where the engine keeps no history
 */
export async function showPastBuild(run: Run<unknown>): Promise<void> {
  const { signal, busy, showDocument } = run;
  const engine = await run.client();
  const builds = await busy(pastBuilds(engine, signal));
  if (!builds)
    throw new EngineError(
      'not-supported',
      vscode.l10n.t(
        'This engine keeps no history of builds: that needs BuildKit of Docker 24 or later.',
      ),
    );
  if (!builds.length) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The engine remembers no build.'));
    return;
  }
  const now = Math.floor(Date.now() / 1000);
  const { past, name } = await choose(
    vscode.l10n.t('Builds that the engine remembers'),
    builds.map((past) => item(past, nameOfPast(past, run.builds.get(past.ref)), now)),
    { matchOnDescription: true, matchOnDetail: true },
  );
  const { act } = await choose(noIcons(name), [
    { label: vscode.l10n.t('Show Steps and Log'), act: 'show' as const },
    past.pinned
      ? { label: vscode.l10n.t('Let the Engine Forget It in Time'), act: 'unpin' as const }
      : { label: vscode.l10n.t('Have the Engine Keep It'), act: 'pin' as const },
    { label: vscode.l10n.t('Have the Engine Forget It…'), act: 'forget' as const },
  ]);
  if (act === 'forget') {
    await confirm(
      vscode.l10n.t(
        'Have the engine forget the build {0} of {1} ago?',
        name,
        formatAge(past.created / 1000, now),
      ),
      vscode.l10n.t('Forget'),
      vscode.l10n.t('Its steps and its log go; what it made stays.'),
    );
    await busy(forgetPastBuild(engine, past.ref, signal));
    return;
  }
  if (act !== 'show') {
    await busy(pinPastBuild(engine, past.ref, act === 'pin', signal));
    return;
  }
  await showDocument(`build/${past.ref}.log`, async () => {
    // The engine keeps what a step wrote as it was: of our own builds the secrets are known.
    const options = await run.builds.options(past.ref);
    const secrets = options ? await secretValues(options) : [];
    const { build, log } = await busy(readPastBuild(engine, past, secrets, signal));
    return pastText(build, log);
  });
}

/** Most engines don't tell what an image was called: of this workspace's own builds it is known. */
function nameOfPast({ tags, attrs }: PastBuild, own: Build | undefined): string {
  const [tag = own?.request.tags[0] ?? attrs['filename'] ?? 'Dockerfile'] = tags;
  return oneLine(attrs['target'] ? `${tag} (${attrs['target']})` : tag);
}

function item(
  past: PastBuild,
  name: string,
  now: number,
): vscode.QuickPickItem & { past: PastBuild; name: string } {
  const { created, completed, steps, warnings, error, cancelled, pinned } = past;
  const icon = cancelled
    ? 'circle-slash'
    : error === undefined
      ? completed === undefined
        ? 'loading~spin'
        : 'pass'
      : 'error';
  const words = [
    ...(completed === undefined ? [] : [formatDuration(completed - created)]),
    `${steps.cached}/${steps.total} cached`,
    ...(warnings ? [count(warnings, 'warning')] : []),
    ...(pinned ? ['pinned'] : []),
    `${formatAge(created / 1000, now)} ago`,
  ];
  return {
    label: `$(${icon}) ${noIcons(name)}`,
    description: words.join('  '),
    ...(error === undefined || cancelled ? {} : { detail: noIcons(oneLine(error)) }),
    past,
    name,
  };
}
