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
import { formatBytes, listNames, noIcons } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { choose, confirm } from './ask.ts';
import { withProgress } from './progress.ts';
import type { Handlers } from './run.ts';
import { findUnused } from './unused.ts';
import type { Unused } from './unused.ts';

const describe = ({ count, active, size, reclaimable }: Usage) => ({
  description: formatBytes(size),
  detail: vscode.l10n.t(
    '{0}, {1} in use; {2} can be reclaimed',
    count,
    active,
    formatBytes(reclaimable),
  ),
});

interface Prunable extends vscode.QuickPickItem {
  readonly names: readonly string[] | undefined;
  readonly spec: PruneSpec;
}

/** What is unused, kind by kind; what is ticked to begin with loses nothing that has a name and content. */
function prunable(unused: Unused): readonly Prunable[] {
  const item = (
    label: string,
    names: readonly string[] | undefined,
    picked: boolean,
    spec: PruneSpec,
  ): Prunable => ({
    label,
    ...(names
      ? { description: noIcons(`${names.length}${names.length ? `: ${listNames(names)}` : ''}`) }
      : {}),
    picked: picked && names?.length !== 0,
    names,
    spec,
  });
  return [
    item('Stopped containers', unused.containers, true, { containers: true }),
    item('Unused networks', unused.networks, true, { networks: true }),
    item('Dangling images', unused.danglingImages, true, { images: 'dangling' }),
    item('All unused images', unused.images, false, { images: 'all' }),
    item('Build cache', undefined, true, { buildCache: true }),
    item('Anonymous volumes', unused.anonymousVolumes, false, { volumes: 'anonymous' }),
    item('All unused volumes', unused.volumes, false, { volumes: 'all' }),
  ];
}

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
    void inform(vscode.l10n.t('{0} reclaimed.', formatBytes(bytes)));
  },

  async 'system.prune'(run) {
    const unused = await findUnused(run);
    const picked = await vscode.window.showQuickPick(prunable(unused), {
      title: vscode.l10n.t('Remove everything unused'),
      canPickMany: true,
      ignoreFocusOut: true,
    });
    if (!picked?.length) return;
    // Containers go first, and what they alone had goes with the others of its kind.
    const gone = prunable(
      await findUnused(
        run,
        picked.some(({ spec }) => spec.containers),
      ),
    );
    const going = gone.filter(({ label }) => picked.some((item) => item.label === label));
    await confirm(
      vscode.l10n.t('Remove what this engine has no use for?'),
      vscode.l10n.t('Remove'),
      [
        ...going.map(({ label, names }) => (names ? `${label}: ${listNames(names, 10)}` : label)),
        vscode.l10n.t('This cannot be undone.'),
      ].join('\n'),
    );
    // Later entries are the wider ones, so of two for one kind the wider is taken.
    const spec: PruneSpec = Object.assign({}, ...picked.map((item) => item.spec));
    const engine = await unused.engine();
    const results = Object.values(await run.busy(pruneSystem(engine, spec, run.signal)));
    const bytes = results.reduce((sum, result) => sum + result.bytes, 0);
    void inform(vscode.l10n.t('{0} reclaimed.', formatBytes(bytes)));
  },
} satisfies Partial<Handlers>;
