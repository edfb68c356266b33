import type { Client } from '../client.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import { pathText } from '../path.ts';

/** A path that differs from the image. */
export interface FileChange {
  readonly path: string;
  readonly what: 'added' | 'modified' | 'deleted';
}

const kinds: readonly FileChange['what'][] = ['modified', 'added', 'deleted'];

/**
 * What differs in a container from its image (Engine API: `GET /containers/{id}/changes`), sorted by path. Directories that are
 * told of because something in them differs are left out.
 */
export async function readChanges(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<readonly FileChange[]> {
  const path = `/containers/${pathText(id)}/changes`;
  const answer = await client.request({ path, as: 'json', signal });
  const changes = (Array.isArray(answer) ? answer.filter(isRaw) : []).map((raw): FileChange => {
    const reader = readFields(raw);
    return { path: reader.text('Path'), what: kinds[reader.number('Kind') ?? 0] ?? 'modified' };
  });
  return withoutParents(changes);
}

/** Drops directories that are modified only in what they hold. */
export function withoutParents(changes: readonly FileChange[]): FileChange[] {
  const parents = new Set(changes.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  return changes
    .filter(({ path, what }) => path !== '' && !(what === 'modified' && parents.has(path)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
