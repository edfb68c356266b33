import { createHash } from 'node:crypto';
import type { Endpoint } from '../endpoint.ts';

/** Whose files are meant. */
export interface FileSource {
  readonly kind: 'container' | 'image' | 'volume';
  /** Full id; the name of a volume. Names of containers may pass to others, so they are not taken. */
  readonly id: string;
}

/** What containers that exist for their files alone are labelled with. */
export const HELPER_LABEL = 'dev.stevedore.files';

/** A source on an engine, as one word that a URI's authority can be: lower case, for editors take authorities to have none. */
export function toAuthority(source: FileSource, endpoint: Endpoint): string {
  const id = source.id.replace(
    /[^a-z0-9-]/g,
    (mark) => `_${mark.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `${source.kind}.${id}.${engineMark(endpoint)}`;
}

/** Reads what `toAuthority` wrote; undefined for anything else. */
export function fromAuthority(
  authority: string,
): { readonly source: FileSource; readonly engine: string } | undefined {
  const match = /^(container|image|volume)\.([a-z0-9_-]+)\.([0-9a-f]{8})$/.exec(authority);
  if (!match) return undefined;
  const [, kind, id = '', engine = ''] = match;
  return {
    source: {
      kind: kind as FileSource['kind'],
      id: id.replace(/_([0-9a-f]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    },
    engine,
  };
}

/** Tells engines apart in few letters. */
export const engineMark = ({ url }: Endpoint): string =>
  createHash('sha256').update(url).digest('hex').slice(0, 8);
