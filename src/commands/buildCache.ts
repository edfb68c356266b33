import * as vscode from 'vscode';
import { cacheRecords, pruneCache } from '../engine/buildkit/cache.ts';
import { total, wishedFor } from '../engine/buildkit/cacheModel.ts';
import type { CacheRecord, PruneWish } from '../engine/buildkit/cacheModel.ts';
import { recordNames } from '../engine/buildkit/cacheNames.ts';
import { groupBy } from '../util/multimap.ts';
import { shorten } from '../engine/builds/stages.ts';
import { count, formatBytes } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { ask, choose, confirm } from './ask.ts';
import type { Handlers } from './run.ts';
import type { Run } from './services.ts';

type CacheId = Extract<keyof Handlers, `buildCache.${string}`>;

const DAY = 86_400_000;
const GIGABYTE = 1_000_000_000;

/** What goes, a line for each name, the largest first: a build leaves several records of the same. */
function goingNames(records: readonly CacheRecord[]): string[] {
  const nameOf = recordNames(records);
  return [...groupBy(records, nameOf)]
    .map(([name, members]) => ({ name, size: total(members), count: members.length }))
    .sort((a, b) => b.size - a.size)
    .map(({ name, size, count }) =>
      [
        `• ${shorten(name, 40)}`,
        ...(count > 1 ? [` ×${count}`] : []),
        ...(size > 0 ? [`, ${formatBytes(size)}`] : []),
      ].join(''),
    );
}

/** Asks, naming what goes, and removes it. */
async function remove(
  { client, signal, busy, views }: Run<unknown>,
  records: readonly CacheRecord[],
  wish: PruneWish,
): Promise<void> {
  if (!records.length) {
    void inform(vscode.l10n.t('The build cache holds nothing of that kind that could go.'));
    return;
  }
  const names = goingNames(records);
  const shown = names.length > 10 ? [...names.slice(0, 9), `and ${names.length - 9} more`] : names;
  const going = [count(records.length, 'record'), formatBytes(total(records))] as const;
  // Of several that were used alike the builder takes any, so that what goes is not known before.
  const question =
    'keepBytes' in wish
      ? vscode.l10n.t('Remove about {0} from the build cache, {1}?', ...going)
      : vscode.l10n.t('Remove {0} from the build cache, {1}?', ...going);
  await confirm(
    question,
    vscode.l10n.t('Remove'),
    vscode.l10n.t('{0}\n\nBuilds that need them do these steps anew.', shown.join('\n')),
  );
  const engine = await client();
  try {
    const { records: gone, freed } = await busy(pruneCache(engine, wish, undefined, signal));
    void inform(
      vscode.l10n.t(
        'Removed {0}, {1} reclaimed.',
        count(gone.length, 'record'),
        formatBytes(freed),
      ),
    );
  } finally {
    views.reload('buildCache');
  }
}

/** Lets the person say what may go, of wishes that would remove something. @throws vscode.CancellationError */
async function askWish(records: readonly CacheRecord[], now: number): Promise<PruneWish> {
  const item = (label: string, wish: PruneWish) => {
    const goes = wishedFor(records, wish, now);
    if (!goes.length) return [];
    const words = `${count(goes.length, 'record')}, ${formatBytes(total(goes))}`;
    const description = 'keepBytes' in wish ? vscode.l10n.t('about {0}', words) : words;
    return [{ label, description, wish }];
  };
  const gigabytes = (size: number) =>
    item(vscode.l10n.t('All but {0}, the latest and most used', formatBytes(size * GIGABYTE)), {
      keepBytes: size * GIGABYTE,
    });
  const { wish } = await choose<vscode.QuickPickItem & { wish: PruneWish | undefined }>(
    vscode.l10n.t('Remove from the build cache'),
    [
      ...item(vscode.l10n.t('Not used for a day'), { olderThan: DAY }),
      ...item(vscode.l10n.t('Not used for a week'), { olderThan: 7 * DAY }),
      ...item(vscode.l10n.t('Not used for a month'), { olderThan: 30 * DAY }),
      ...gigabytes(20),
      ...gigabytes(5),
      ...gigabytes(1),
      { label: vscode.l10n.t('All but another size…'), wish: undefined },
      ...item(vscode.l10n.t('Everything that is not in use'), { all: true }),
    ],
  );
  if (wish) return wish;
  const text = await ask(vscode.l10n.t('How much may stay?'), {
    prompt: vscode.l10n.t('In gigabytes'),
    check: (given) =>
      /^\d+([.,]\d+)?$/.test(given.trim())
        ? undefined
        : vscode.l10n.t('A number of gigabytes, such as 2.5'),
  });
  return { keepBytes: Number(text.trim().replace(',', '.')) * GIGABYTE };
}

export const buildCacheHandlers: Pick<Handlers, CacheId> = {
  async 'buildCache.refresh'({ views }) {
    views.reload('buildCache');
  },

  async 'buildCache.prune'(run) {
    const records = await run.busy(cacheRecords(await run.client(), run.signal));
    const now = Date.now();
    if (!wishedFor(records, { all: true }, now).length) {
      void inform(vscode.l10n.t('The build cache holds nothing that could go.'));
      return;
    }
    const wish = await askWish(records, now);
    await remove(run, wishedFor(records, wish, now), wish);
  },

  async 'buildCache.remove'(run) {
    const wish = { ids: run.targets.map(({ id }) => id) };
    const records = await run.busy(cacheRecords(await run.client(), run.signal));
    const going = wishedFor(records, wish, Date.now());
    if (going.length) await remove(run, going, wish);
    else
      void inform(
        vscode.l10n.t(
          'Nothing of it can go: other records are made of it, a build uses it, or it is gone already.',
        ),
      );
  },
};
