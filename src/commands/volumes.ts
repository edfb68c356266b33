import * as vscode from 'vscode';
import type { Volume } from '../engine/model.ts';
import { createVolume, inspectVolume, pruneVolumes, removeVolume } from '../engine/volumes.ts';
import { count, formatBytes, listNames } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { askFor, choose, confirm, each } from './ask.ts';
import { copies } from './copy.ts';
import { checkName } from './names.ts';
import type { Handlers } from './run.ts';
import { confirmPrune, findUnused } from './unused.ts';

const names = (targets: readonly Volume[]) => listNames(targets.map(({ name }) => name));

export const volumeHandlers = {
  async 'volume.create'({ client, signal, answers }) {
    const engine = await client();
    await askFor(
      answers,
      'volume.create',
      vscode.l10n.t('Create a volume'),
      { prompt: vscode.l10n.t('Its name'), check: checkName },
      (name) => createVolume(engine, { name }, signal),
    );
  },

  async 'volume.inspect'({ targets: [volume], client, signal, showDocument }) {
    if (!volume) return;
    await showDocument(`volume/${volume.name}.json`, async () =>
      inspectVolume(await client(), volume.name, signal),
    );
  },

  'volume.copyName': copies(({ name }: Volume) => name),

  async 'volume.remove'({ targets, client, signal, busy, files }) {
    const engine = await client();
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
    await busy(
      each(
        targets,
        ({ name }) => name,
        async ({ name }) => {
          await files.letGo({ kind: 'volume', id: name });
          await removeVolume(engine, name, {}, signal);
        },
      ),
    );
  },

  async 'volume.prune'(run) {
    const { anonymousVolumes, volumes, engine } = await findUnused(run);
    const { all } = await choose(vscode.l10n.t('Remove unused volumes'), [
      {
        label: vscode.l10n.t('Anonymous volumes'),
        description: vscode.l10n.t(
          '{0}, those without a name of their own',
          anonymousVolumes.length,
        ),
        all: false,
      },
      {
        label: vscode.l10n.t('All unused volumes'),
        description: vscode.l10n.t('{0}, named ones too', volumes.length),
        all: true,
      },
    ]);
    await confirmPrune(
      all ? volumes : anonymousVolumes,
      all ? 'unused volume' : 'anonymous volume',
      vscode.l10n.t('All that is in them goes too. This cannot be undone.'),
    );
    const { removed, bytes } = await run.busy(pruneVolumes(await engine(), { all }, run.signal));
    void inform(
      vscode.l10n.t(
        'Removed {0}, {1} reclaimed.',
        count(removed.length, 'volume'),
        formatBytes(bytes),
      ),
    );
  },
} satisfies Partial<Handlers>;
