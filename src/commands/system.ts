import * as vscode from 'vscode';
import {
  diskUsage,
  pruneBuildCache,
  pruneSystem,
  systemInfo,
  systemVersion,
} from '../engine/system.ts';
import type { PruneSpec, Usage } from '../engine/system.ts';
import { fullId } from '../manifest/commands.ts';
import type { CommandId } from '../manifest/commands.ts';
import { formatBytes } from '../util/format.ts';
import { choose, confirm } from './ask.ts';
import { withProgress } from './progress.ts';
import type { Handlers } from './run.ts';

const describe = ({ count, active, size, reclaimable }: Usage) => ({
  description: formatBytes(size),
  detail: vscode.l10n.t(
    '{0}, {1} in use; {2} can be reclaimed',
    count,
    active,
    formatBytes(reclaimable),
  ),
});

/** What everything unused is, kind by kind; what is ticked to begin with loses nothing that has a name. */
const prunable: readonly {
  readonly label: string;
  readonly description: string;
  readonly picked: boolean;
  readonly spec: PruneSpec;
}[] = [
  {
    label: 'Stopped containers',
    description: '',
    picked: true,
    spec: { containers: true },
  },
  { label: 'Unused networks', description: '', picked: true, spec: { networks: true } },
  {
    label: 'Dangling images',
    description: 'those without a tag',
    picked: true,
    spec: { images: 'dangling' },
  },
  {
    label: 'All unused images',
    description: 'tagged ones too',
    picked: false,
    spec: { images: 'all' },
  },
  { label: 'Build cache', description: '', picked: true, spec: { buildCache: true } },
  {
    label: 'Anonymous volumes',
    description: 'unused ones, with all that is in them',
    picked: false,
    spec: { volumes: 'anonymous' },
  },
  {
    label: 'All unused volumes',
    description: 'named ones too, with all that is in them',
    picked: false,
    spec: { volumes: 'all' },
  },
];

export const systemHandlers = {
  async 'system.info'({ client, signal, showDocument }) {
    const engine = await client();
    await showDocument('engine/information.json', async () => ({
      version: await systemVersion(engine, signal),
      information: await systemInfo(engine, signal),
    }));
  },

  async 'system.diskUsage'({ client }) {
    const engine = await client();
    const usage = await withProgress(
      vscode.l10n.t('The engine is adding up what it keeps'),
      (_, signal) => diskUsage(engine, signal),
    );
    const rows: (vscode.QuickPickItem & { prune: CommandId | 'cache' })[] = [
      { label: vscode.l10n.t('Images'), prune: 'image.prune', ...describe(usage.images) },
      {
        label: vscode.l10n.t('Containers'),
        prune: 'container.prune',
        ...describe(usage.containers),
      },
      { label: vscode.l10n.t('Volumes'), prune: 'volume.prune', ...describe(usage.volumes) },
      { label: vscode.l10n.t('Build cache'), prune: 'cache', ...describe(usage.buildCache) },
    ];
    const { prune } = await choose(vscode.l10n.t('Disk usage'), rows, {
      placeHolder: vscode.l10n.t('Choose a kind to remove what is unused of it'),
    });
    if (prune !== 'cache') {
      await vscode.commands.executeCommand(fullId(prune));
      return;
    }
    await confirm(
      vscode.l10n.t(
        'Remove the whole build cache ({0})?',
        formatBytes(usage.buildCache.reclaimable),
      ),
      vscode.l10n.t('Remove'),
      vscode.l10n.t('The next builds do every step anew.'),
    );
    const { bytes } = await withProgress(vscode.l10n.t('Removing the build cache'), (_, signal) =>
      pruneBuildCache(engine, { all: true }, signal),
    );
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} reclaimed.', formatBytes(bytes)));
  },

  async 'system.prune'({ client, signal, busy }) {
    const engine = await client();
    const picked = await vscode.window.showQuickPick(prunable, {
      title: vscode.l10n.t('Remove everything unused'),
      canPickMany: true,
      ignoreFocusOut: true,
    });
    if (!picked?.length) return;
    await confirm(
      vscode.l10n.t('Remove from this engine: {0}?', picked.map(({ label }) => label).join(', ')),
      vscode.l10n.t('Remove'),
      vscode.l10n.t('This cannot be undone.'),
    );
    // Later entries are the wider ones, so of two for one kind the wider is taken.
    const spec: PruneSpec = Object.assign({}, ...picked.map((item) => item.spec));
    const results = Object.values(await busy(pruneSystem(engine, spec, signal)));
    const bytes = results.reduce((sum, result) => sum + result.bytes, 0);
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} reclaimed.', formatBytes(bytes)));
  },
} satisfies Partial<Handlers>;
