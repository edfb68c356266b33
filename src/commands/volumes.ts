import * as vscode from 'vscode';
import type { Volume } from '../engine/model.ts';
import { createVolume, inspectVolume, pruneVolumes, removeVolume } from '../engine/volumes.ts';
import { count, formatBytes, listNames } from '../util/format.ts';
import { ask, choose, confirm, each } from './ask.ts';
import { copies } from './copy.ts';
import { checkName } from './names.ts';
import type { Handlers } from './run.ts';

const names = (targets: readonly Volume[]) => listNames(targets.map(({ name }) => name));

export const volumeHandlers = {
  async 'volume.create'({ client, signal }) {
    const engine = await client();
    const name = await ask(vscode.l10n.t('Create a volume'), {
      prompt: vscode.l10n.t('Its name'),
      check: checkName,
    });
    await createVolume(engine, { name }, signal);
  },

  async 'volume.inspect'({ targets: [volume], client, signal, showDocument }) {
    if (!volume) return;
    await showDocument(`volume/${volume.name}.json`, async () =>
      inspectVolume(await client(), volume.name, signal),
    );
  },

  'volume.copyName': copies(({ name }: Volume) => name),

  async 'volume.remove'({ targets, client, signal, busy }) {
    await confirm(
      targets.length === 1
        ? vscode.l10n.t('Remove the volume {0} and all that is in it?', names(targets))
        : vscode.l10n.t(
            'Remove {0} and all that is in them: {1}?',
            count(targets.length, 'volume'),
            names(targets),
          ),
      vscode.l10n.t('Remove'),
      vscode.l10n.t('This cannot be undone.'),
    );
    const engine = await client();
    await busy(
      each(
        targets,
        ({ name }) => name,
        ({ name }) => removeVolume(engine, name, {}, signal),
      ),
    );
  },

  async 'volume.prune'({ client, signal, busy }) {
    const { all, label } = await choose(vscode.l10n.t('Remove unused volumes'), [
      {
        label: vscode.l10n.t('Anonymous volumes'),
        description: vscode.l10n.t('unused ones without a name of their own'),
        all: false,
      },
      {
        label: vscode.l10n.t('All unused volumes'),
        description: vscode.l10n.t('named ones too'),
        all: true,
      },
    ]);
    await confirm(
      vscode.l10n.t('{0}: remove them and all that is in them?', label),
      vscode.l10n.t('Remove'),
      vscode.l10n.t('This cannot be undone.'),
    );
    const { removed, bytes } = await busy(pruneVolumes(await client(), { all }, signal));
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Removed {0}, {1} reclaimed.',
        count(removed.length, 'volume'),
        formatBytes(bytes),
      ),
    );
  },
} satisfies Partial<Handlers>;
