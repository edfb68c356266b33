import { spawn } from 'node:child_process';
import * as vscode from 'vscode';
import type { ConnectionState } from '../engine/connection.ts';
import { EngineError } from '../engine/errors.ts';
import { starterOf } from '../engine/starter.ts';
import { noIcons, oneLine } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { openSettings } from './openSettings.ts';
import type { Handlers } from './run.ts';
import type { Services } from './services.ts';

function describeState(state: ConnectionState, { current }: Services): string {
  const where = current.endpoint
    ? vscode.l10n.t(
        '{0} at {1}, found by: {2}.',
        oneLine(current.endpoint.name),
        current.endpoint.url,
        oneLine(current.endpoint.source),
      )
    : '';
  switch (state.name) {
    case 'connected':
      return `${vscode.l10n.t('Connected to {0} {1}, API {2}.', state.client.engine.name, state.client.engine.version, state.client.apiVersion)} ${where}`;
    case 'connecting':
      return `${vscode.l10n.t('Connecting.')} ${where}`;
    case 'unreachable':
      return `${state.error.message} ${where}`;
  }
}

export const engineHandlers: Pick<
  Handlers,
  | 'engine.use'
  | 'engine.choose'
  | 'engine.reset'
  | 'engine.retry'
  | 'engine.explain'
  | 'engine.start'
  | 'engine.copyEndpoint'
  | 'engine.settings'
  | 'engine.refresh'
  | 'log.show'
> = {
  async 'engine.use'({ targets: [endpoint], chosen }) {
    if (endpoint) await chosen.set(endpoint);
  },

  async 'engine.choose'({ views, chosen }) {
    const rows = await views.rows('engines');
    const picked = await vscode.window.showQuickPick(
      rows.map((row) => ({
        label: noIcons(row.label),
        ...(row.description ? { description: noIcons(row.description) } : {}),
        iconPath: new vscode.ThemeIcon(row.icon.id.replace('~spin', '')),
        row,
      })),
      {
        title: vscode.l10n.t('Engine for this window'),
        placeHolder: vscode.l10n.t('Other windows and the docker command keep theirs'),
        matchOnDescription: true,
      },
    );
    if (picked) await chosen.set(picked.row.target as Parameters<typeof chosen.set>[0]);
  },

  async 'engine.reset'({ chosen }) {
    await chosen.set(undefined);
  },

  async 'engine.retry'({ current }) {
    current.retry();
  },

  async 'engine.explain'(run) {
    const { state } = run.current;
    const text = describeState(state, run);
    // A failure goes the way of all failures, so that it comes with its remedies.
    if (state.name === 'unreachable')
      throw new EngineError(state.error.reason, text, {
        cause: state.error,
        ...(state.error.detail ? { detail: state.error.detail } : {}),
      });
    await inform(text);
  },

  async 'engine.start'(run) {
    const { current } = run;
    if (current.state.name === 'connected') {
      await inform(describeState(current.state, run));
      return;
    }
    const url = current.endpoint?.url;
    if (url && !/^(unix|npipe):/.test(url))
      throw new EngineError(
        'not-supported',
        vscode.l10n.t(
          'How the engine at {0} is started is not known here: start it where it runs.',
          url,
        ),
      );
    const starter = starterOf(url, process.platform);
    if ('program' in starter) {
      const [program, ...args] = starter.program;
      await new Promise<void>((done, fail) => {
        // It outlives this window, so it is not ours to hold on to.
        const child = spawn(program, args, { detached: true, stdio: 'ignore' });
        child.once('spawn', done);
        child.once('error', (cause) =>
          fail(
            new EngineError(
              'not-found',
              vscode.l10n.t('Docker Desktop could not be started: is it installed?'),
              { cause, detail: cause.message },
            ),
          ),
        );
        child.unref();
      });
      current.retry();
      return;
    }
    // Starting a service may ask for a password, so the person runs it: the line is typed, not sent.
    const terminal = vscode.window.createTerminal({ name: vscode.l10n.t('Start the engine') });
    terminal.show();
    terminal.sendText(starter.line, false);
  },

  async 'engine.copyEndpoint'({ targets: [endpoint] }) {
    if (endpoint?.endpoint) await vscode.env.clipboard.writeText(endpoint.endpoint.url);
  },

  async 'engine.settings'() {
    await openSettings('stevedore.engine');
  },

  async 'engine.refresh'({ views }) {
    views.reload('engines');
  },

  async 'log.show'({ log }) {
    log.show();
  },
};
