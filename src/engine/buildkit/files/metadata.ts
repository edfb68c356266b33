import type { Filter } from './filter.ts';
import { nameOf } from './names.ts';

/** What the metadata of DiffCopy asks for. */
export interface FileSyncRequest {
  /** Name of the folder. */
  readonly name: string;
  readonly filter: Filter;
}

/**
 * Reads the metadata of `/moby.filesync.v1.FileSync/DiffCopy`. Values that are not ASCII come escaped as in the query of
 * a URL, and `<name>-encoded` says so; from old engines they come as bytes, which the transport reads as Latin-1.
 */
export function readRequest(metadata: ReadonlyMap<string, readonly string[]>): FileSyncRequest {
  const read = (key: string): string[] => {
    const encoded = isTrue(metadata.get(`${key}-encoded`)?.[0]);
    return (metadata.get(key) ?? []).map((value) =>
      nameOf(encoded ? unescape(value) : Buffer.from(value, 'latin1')),
    );
  };
  return {
    name: read('dir-name')[0] ?? '',
    filter: {
      include: read('include-patterns'),
      exclude: read('exclude-patterns'),
      follow: read('followpaths'),
    },
  };
}

/** As Go's `strconv.ParseBool`. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|t|T|TRUE|true|True)$/.test(value);
}

/** As Go's `url.QueryUnescape`, which gives nothing for what is malformed. */
function unescape(value: string): Buffer {
  if (/%(?![0-9A-Fa-f]{2})/.test(value)) return Buffer.alloc(0);
  const plain = value
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  return Buffer.from(plain, 'latin1');
}
