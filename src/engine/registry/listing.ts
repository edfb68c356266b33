import type { RegistryClient } from './client.ts';
import { nextLink } from './headers.ts';
import type { Page } from './model.ts';

export interface Names {
  readonly names: readonly string[];
  /** Path of the page after these; undefined at the end. */
  readonly next: string | undefined;
}

export interface NamesRequest {
  readonly path: string;
  /** The member of the answer that holds the names: `repositories` or `tags`. */
  readonly member: 'repositories' | 'tags';
  readonly what: string;
  readonly scope: string;
  /** Go on to following pages until there are this many names … */
  readonly want: number;
  /** … or this many pages were read. */
  readonly maxPages: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads names page by page along the Link headers (distribution-spec, "Listing Tags" and "Catalog").
 * A registry that names a page again that was read already has no more to tell: the reading ends there.
 */
export async function readNames(client: RegistryClient, request: NamesRequest): Promise<Names> {
  const names = new Set<string>();
  const seen = new Set<string>();
  let path: string | undefined = request.path;
  for (
    let pages = 0;
    path !== undefined && pages < request.maxPages && names.size < request.want;
    pages++
  ) {
    seen.add(path);
    const { value, reply } = await client.json({ ...request, path });
    const found: unknown = value[request.member];
    // `null` is how docker-registry says that there are none.
    for (const name of Array.isArray(found) ? found : [])
      if (typeof name === 'string' && name) names.add(name);
    const next = nextLink(reply.headers['link'], reply.url);
    path = next === undefined || seen.has(next) ? undefined : next;
  }
  return { names: [...names], next: path };
}

/** A page that shows `size` of the items at hand at a time, and turns to `rest` after the last. */
export function pageOf<T>(
  items: readonly T[],
  size: number,
  rest?: (signal?: AbortSignal) => Promise<Page<T>>,
): Page<T> {
  if (items.length <= size) return { items, more: rest };
  return {
    items: items.slice(0, size),
    more: () => Promise.resolve(pageOf(items.slice(size), size, rest)),
  };
}
