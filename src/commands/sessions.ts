import * as vscode from 'vscode';
import { attachContainer } from '../engine/attach.ts';
import type { Client } from '../engine/client.ts';
import { startExec } from '../engine/exec.ts';
import { findShell } from '../engine/shell.ts';
import type { Run } from './services.ts';
import { openSession } from './terminals.ts';

/** The keys that the engine takes where none are given. */
const DOCKERS_OWN = 'ctrl-p,ctrl-q';

/** The part of a container that a terminal needs. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/** Opens the best shell that the container has. @throws EngineError `not-supported` when it has none */
export async function openShell(run: Run<unknown>, { id, name }: Named): Promise<void> {
  const client = await run.client();
  const shell = await run.busy(findShell(client, id, {}, run.signal));
  const env = ['TERM=xterm-256color'];
  await openSession(
    name,
    'terminal',
    ({ columns, rows }) =>
      startExec(client, id, { cmd: [shell], tty: true, env, cols: columns, rows }),
    { isShell: true },
  );
}

/**
 * Attaches a terminal to a container's main process, starting the container when asked to.
 * @param detachKeys in docker's notation; typing them leaves the process running
 */
export async function attachSession(
  client: Client,
  { id, name }: Named,
  detachKeys: string,
  start: boolean,
): Promise<void> {
  await openSession(name, 'debug-console', ({ columns, rows }) =>
    attachContainer(client, id, { start, cols: columns, rows, detachKeys, logs: !start }),
  );
}

/** Attaches to the main process of a running container, and says which keys leave it. */
export async function attachTo(
  run: Run<unknown>,
  container: Named,
  detachKeys: string,
): Promise<void> {
  await attachSession(await run.client(), container, detachKeys, false);
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Attached to {0}: {1} detaches.', container.name, detachKeys || DOCKERS_OWN),
    8000,
  );
}
