import { groupRecords, total } from '../../engine/buildkit/cacheModel.ts';
import type { CacheKind, CacheRecord } from '../../engine/buildkit/cacheModel.ts';
import { recordNames } from '../../engine/buildkit/cacheNames.ts';
import { count, formatAge, formatBytes, md } from '../../util/format.ts';
import type { Row } from '../row.ts';
import { besides } from './fit.ts';

const groups: Readonly<Record<CacheKind, { readonly label: string; readonly icon: string }>> = {
  step: { label: 'Steps', icon: 'layers' },
  image: { label: 'Base Images', icon: 'package' },
  context: { label: 'Build Contexts', icon: 'folder' },
  mount: { label: 'Cache Mounts', icon: 'database' },
  git: { label: 'Git Checkouts', icon: 'git-commit' },
  frontend: { label: 'Frontends', icon: 'file-code' },
  internal: { label: 'Internal', icon: 'gear' },
  other: { label: 'Others', icon: 'question' },
};

/**
 * The rows of the Build Cache view: kinds of records, the one that takes most first, and the records below them.
 * @param records in the order that they have in their group
 * @param now in seconds since the epoch
 */
export function cacheRows(records: readonly CacheRecord[], now: number): Row[] {
  const nameOf = recordNames(records);
  return groupRecords(records).map(({ kind, records: members }) => {
    const { label, icon } = groups[kind];
    const description = [formatBytes(total(members)), count(members.length, 'record')].join('  ');
    return {
      key: `cache/${kind}`,
      noun: 'cacheGroup',
      facts: [],
      label,
      description,
      icon: { id: icon },
      spoken: `${label}, ${description}`,
      children: members.map((record) => recordRow(record, nameOf(record), now)),
    };
  });
}

function recordRow(record: CacheRecord, name: string, now: number): Row {
  const { id, description, size, inUse, shared, created, lastUsed, uses, kind, parents } = record;
  const used = `${formatAge((lastUsed ?? created) / 1000, now)} ago`;
  const words = [
    formatBytes(size),
    used,
    ...(shared ? ['shared'] : []),
    ...(inUse ? ['in use'] : []),
  ];
  return {
    key: `cache/${kind}/${id}`,
    noun: 'cacheRecord',
    facts: [...(inUse ? ['inUse'] : []), ...(shared ? ['shared'] : [])],
    label: name,
    short: besides(name, words),
    description: words.join('  '),
    icon: { id: groups[kind].icon, ...(inUse ? { color: 'charts.green' } : {}) },
    spoken: [name, ...words].join(', '),
    tooltip: () =>
      [
        `**${md(name)}**`,
        ...(description && description !== name ? ['', md(description)] : []),
        '',
        `${formatBytes(size)}, used ${count(uses, 'time')}, last ${used}`,
        '',
        `Id: ${md(id)}`,
        ...(parents.length ? ['', `Made upon: ${parents.map(md).join(', ')}`] : []),
        ...(shared ? ['', 'An image has it, too: removing it frees nothing.'] : []),
        ...(inUse ? ['', 'In use: it cannot be removed.'] : []),
      ].join('\n'),
    target: record,
  };
}
