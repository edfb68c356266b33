import type { EngineError } from '../../engine/errors.ts';
import type { ImageDetails, Repository, Tag } from '../../engine/registry/model.ts';
import type {
  RegistryEntry,
  RemoteRepository,
  RemoteTag,
} from '../../engine/registry/registries.ts';
import { code, formatAge, formatBytes, md, oneLine } from '../../util/format.ts';
import type { Row } from '../row.ts';

/** A registry; its repositories are fetched when it is opened. */
export function registryRow(entry: RegistryEntry, children: () => Promise<readonly Row[]>): Row {
  return {
    key: `registry/${entry.host}`,
    noun: 'registry',
    facts: [
      ...(entry.hub ? ['hub'] : []),
      ...(entry.signedIn ? ['signedIn'] : []),
      ...(entry.removable ? ['removable'] : []),
    ],
    label: entry.hub ? 'Docker Hub' : oneLine(entry.host),
    description: entry.signedIn ? 'signed in' : '',
    icon: {
      id: entry.hub ? 'globe' : 'server',
      ...(entry.signedIn ? { color: 'charts.green' } : {}),
    },
    target: entry,
    children,
  };
}

/** A repository; `listed` is what the registry told of it, undefined for one that is only pinned. */
export function repositoryRow(
  { host, hub }: RegistryEntry,
  name: string,
  pinned: boolean,
  listed: Repository | undefined,
  now: number,
  children: () => Promise<readonly Row[]>,
): Row {
  const description = [
    ...(listed?.private ? ['private'] : []),
    ...(listed?.updated ? [formatAge(listed.updated, now)] : []),
  ].join('  ');
  return {
    key: `remote/${host}/${name}`,
    noun: 'remoteRepository',
    facts: [...(pinned ? ['pinned'] : []), ...(hub ? ['hub'] : [])],
    label: oneLine(name),
    description,
    icon: { id: pinned ? 'pinned' : 'repo' },
    ...(listed?.description ? { tooltip: () => md(listed.description ?? '') } : {}),
    target: { host, hub, name, pinned } satisfies RemoteRepository,
    children,
  };
}

/** A tag with what is known of it; `read` fetches the rest when the pointer rests on it. */
export function tagRow(
  repository: RemoteRepository,
  tag: Tag,
  details: ImageDetails | undefined,
  now: number,
  read: () => Promise<ImageDetails>,
): Row {
  const { host, hub, name } = repository;
  const updated = tag.updated ?? details?.created;
  const size = tag.size ?? details?.images[0]?.size;
  const platforms = tag.platforms ?? details?.images.flatMap(({ platform }) => platform ?? []);
  return {
    key: `tag/${host}/${name}:${tag.name}`,
    noun: 'tag',
    facts: hub ? ['hub'] : [],
    label: oneLine(tag.name),
    description: [
      ...(size === undefined ? [] : [formatBytes(size)]),
      ...(updated === undefined ? [] : [formatAge(updated, now)]),
      ...(platforms && platforms.length > 1
        ? [`${platforms.length} platforms`]
        : (platforms ?? [])),
    ]
      .map(oneLine)
      .join('  '),
    icon: { id: 'tag' },
    tooltip: async () => describeTag(`${host}/${name}:${tag.name}`, await read(), now),
    target: { host, hub, repository: name, tag: tag.name } satisfies RemoteTag,
  };
}

function describeTag(reference: string, details: ImageDetails, now: number): string {
  return [
    `**${md(reference)}**`,
    '',
    `Digest: ${code(details.digest)}`,
    '',
    '| Platform | Size | Created |',
    '|---|---|---|',
    ...details.images.map(
      ({ platform, size, created }) =>
        `| ${md(platform ?? '?')} | ${size === undefined ? '?' : md(formatBytes(size))} | ${created === undefined ? '?' : md(`${formatAge(created, now)} ago`)} |`,
    ),
  ].join('\n');
}

/** The row that fetches the next page into its parent. */
export const moreRow = (parent: string, load: () => Promise<void>): Row => ({
  key: `more/${parent}`,
  noun: 'more',
  facts: [],
  label: 'Show more…',
  icon: { id: 'ellipsis' },
  target: load,
  click: 'registry.more',
});

/** What stands where a listing failed: it says why, and a click on it offers the remedy. */
export function failureRow(parent: string, entry: RegistryEntry, error: EngineError): Row {
  const signIn = error.reason === 'unauthorized';
  const pin = error.reason === 'not-supported';
  return {
    key: `failure/${parent}`,
    // As a registry's own row it takes what a registry takes: signing in, pinning.
    noun: signIn || pin ? 'registry' : 'message',
    facts: [],
    label: signIn ? 'Sign in…' : pin ? 'Pin a repository by name…' : oneLine(error.message),
    ...(signIn || pin ? { description: oneLine(error.message) } : {}),
    icon: {
      id: signIn ? 'account' : pin ? 'pin' : 'error',
      ...(signIn || pin ? {} : { color: 'problemsErrorIcon.foreground' }),
    },
    tooltip: () => md(error.message),
    target: entry,
    click: signIn ? 'registry.signIn' : pin ? 'registry.pin' : 'registry.refresh',
  };
}

/** What stands where there is nothing. */
export const emptyRow = (parent: string, label: string): Row => ({
  key: `empty/${parent}`,
  noun: 'message',
  facts: [],
  label,
  icon: { id: 'circle-slash', color: 'disabledForeground' },
});
