import * as vscode from 'vscode';
import { forgetPastBuild, pastBuilds, pinPastBuild } from '../../engine/buildkit/engineHistory.ts';
import type { PastBuild } from '../../engine/buildkit/engineHistory.ts';
import { readPastBuild } from '../../engine/builds/past.ts';
import { imageNames } from '../../engine/builds/pastNames.ts';
import { secretValues } from '../../engine/builds/request.ts';
import { EngineError } from '../../engine/errors.ts';
import { formatAge, noIcons } from '../../util/format.ts';
import { choose, confirm } from '../ask.ts';
import type { Run } from '../services.ts';
import { pastText } from './pastText.ts';
import { pastFailure, pastName, pastWords } from './pastWords.ts';

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
  const own = (ref: string) => run.builds.get(ref)?.request.tags[0];
  const strange = builds.filter(({ ref }) => own(ref) === undefined);
  const names = await busy(imageNames(engine, strange, signal));
  const now = Math.floor(Date.now() / 1000);
  const { past, name } = await choose(
    vscode.l10n.t('Builds that the engine remembers'),
    builds.map((past) => item(past, pastName(past, own(past.ref) ?? names.get(past.ref)), now)),
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
  const file = name.replace(/[^\w.-]+/g, '-').replace(/^-|-$/g, '');
  await showDocument(`build/${past.ref}/${file}.log`, async () => {
    // The engine keeps what a step wrote as it was: of our own builds the secrets are known.
    const options = await run.builds.options(past.ref);
    const secrets = options ? await secretValues(options) : [];
    const { build, log } = await busy(readPastBuild(engine, past, secrets, signal));
    return pastText(build, log);
  });
}

function item(
  past: PastBuild,
  name: string,
  now: number,
): vscode.QuickPickItem & { past: PastBuild; name: string } {
  const { completed, error, cancelled } = past;
  const icon = cancelled
    ? 'circle-slash'
    : error === undefined
      ? completed === undefined
        ? 'loading~spin'
        : 'pass'
      : 'error';
  return {
    label: `$(${icon}) ${noIcons(name)}`,
    description: pastWords(past, now),
    ...(error === undefined || cancelled ? {} : { detail: noIcons(pastFailure(error)) }),
    past,
    name,
  };
}
