import * as vscode from 'vscode';
import type { Build } from '../../engine/builds/model.ts';
import type { BuildOptions } from '../../engine/buildkit/request.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Session } from '../../engine/session.ts';
import type { Run } from '../services.ts';
import { openSession } from '../terminals.ts';
import type { TerminalSize } from '../terminals.ts';
import { demandTrust } from './trust.ts';

/**
 * Opens a terminal in what the failed step of a build has left behind. The step is run again to get there, and a
 * notification with a cancel button tells that while it takes long.
 * @param name of the build, for the terminal
 * @param options what it was asked for with
 * @throws EngineError as openDebugShell, and the `untrusted` of a workspace that is not trusted
 */
export async function openFailedStepShell(
  { builds, busy }: Pick<Run<unknown>, 'builds' | 'busy'>,
  name: string,
  options: BuildOptions,
  /** Ends the build that leads to the step, as closing the terminal does. */
  signal: AbortSignal,
): Promise<void> {
  demandTrust();
  const ended = new AbortController();
  const giveUp = () => ended.abort();
  signal.addEventListener('abort', giveUp, { once: true });
  const start = async (size: TerminalSize, closed: AbortSignal): Promise<Session> => {
    closed.addEventListener('abort', giveUp, { once: true });
    // Of the build nothing is shown, and what is printed in the shell is the person's own doing.
    const hooks = { onStatus: () => {}, onSecret: () => {} };
    const { session } = await builds.debug(options, hooks, size, ended.signal);
    // From now on the terminal says when it ends.
    signal.removeEventListener('abort', giveUp);
    return session;
  };
  const title = vscode.l10n.t('{0}: failed step', name);
  await busy(openSession(title, 'debug-console', start, { isShell: true }));
}

/** What a failed build can be debugged with. @throws EngineError `conflict` when it did not fail at a step */
export function demandFailedStep({ failure, builder }: Build): void {
  if (builder === 'classic')
    throw new EngineError(
      'not-supported',
      vscode.l10n.t(
        'The classic builder made this build: it does not keep what a failed step has written. A shell in it needs an engine with BuildKit.',
      ),
    );
  if (!failure)
    throw new EngineError('conflict', vscode.l10n.t('This build has not failed at a step.'));
}
