import type { Client } from '../client.ts';
import { cacheKind, total } from './cacheModel.ts';
import type { CacheRecord, Pruned, PruneWish } from './cacheModel.ts';
import { Control } from './control.ts';
import type { UsageRecord } from './proto/control_pb.ts';
import { withBuilder } from './session.ts';
import { milliseconds } from './updates.ts';

type Asker = Pick<Client, 'request'>;

/**
 * All that the builder keeps, the largest first (moby.buildkit.v1.Control/DiskUsage).
 * @throws EngineError: of lacksBuildkit where the engine has no BuildKit
 */
export async function cacheRecords(
  client: Asker,
  signal?: AbortSignal,
): Promise<readonly CacheRecord[]> {
  return withBuilder(client, signal, async (builder) => {
    const { record } = await builder.call(Control.DiskUsage, {}, { signal });
    return record.map(cacheRecord).sort((a, b) => b.size - a.size || (a.id < b.id ? -1 : 1));
  });
}

/**
 * Removes of what the builder keeps, as Control/Prune does.
 * @param onRemoved told of each record once it is gone
 * @throws EngineError as {@link cacheRecords}; what was removed before stays removed
 */
export async function pruneCache(
  client: Asker,
  wish: PruneWish,
  onRemoved: (record: CacheRecord) => void = () => {},
  signal?: AbortSignal,
): Promise<Pruned> {
  return withBuilder(client, signal, async (builder) => {
    const records: CacheRecord[] = [];
    for await (const gone of builder.stream(Control.Prune, pruneRequest(wish), { signal })) {
      const record = cacheRecord(gone);
      records.push(record);
      onRemoved(record);
    }
    return { records, freed: total(records) };
  });
}

/** Words a wish for the builder. Filters are containerd's: one that matches is enough. */
export function pruneRequest(wish: PruneWish) {
  if ('olderThan' in wish) return { keepDuration: BigInt(Math.round(wish.olderThan * 1e6)) };
  if ('keepBytes' in wish) return { keepBytes: BigInt(Math.round(wish.keepBytes)) };
  // Without `all` records of these kinds are left alone, even when they are named.
  if ('ids' in wish) return { all: true, filter: wish.ids.map((id) => `id==${quote(id)}`) };
  return { all: true };
}

const quote = (text: string) => (/^[\w-]+$/.test(text) ? text : JSON.stringify(text));

/** @param record of DiskUsage or Prune */
export function cacheRecord(record: UsageRecord): CacheRecord {
  const lastUsed = milliseconds(record.lastUsedAt);
  const { recordType } = record;
  return {
    id: record.id,
    kind: cacheKind(recordType, record.description),
    description: record.description,
    // Unknown is told as -1.
    size: Math.max(0, Number(record.size)),
    created: milliseconds(record.createdAt) ?? 0,
    ...(lastUsed !== undefined && { lastUsed }),
    uses: record.usageCount,
    inUse: record.inUse,
    shared: record.shared,
    parents: record.parents.length ? record.parents : [record.parent].filter(Boolean),
  };
}
