import { EngineError } from '../errors.ts';
import { padding, TAR_END, writeHeader } from './header.ts';
import type { TarHeader } from './header.ts';

/** An entry to be sent. */
export interface Sent {
  readonly header: TarHeader;
  /** As many bytes as the header says. */
  readonly content?: AsyncIterable<Uint8Array> | undefined;
}

/** A header of a file with everything left out as it is by default. */
export const newHeader = (header: Partial<TarHeader> & { readonly name: string }): TarHeader => ({
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: Date.now(),
  linkname: '',
  xattrs: new Map(),
  ...header,
});

/** A tar archive of the entries, made while it is read. @throws EngineError when a content has another size than its header says */
export async function* packed(
  entries: AsyncIterable<Sent> | Iterable<Sent>,
): AsyncGenerator<Uint8Array> {
  for await (const { header, content } of entries) {
    yield writeHeader(header);
    if (!content || header.type !== 'file') continue;
    let sent = 0;
    for await (const piece of content) {
      sent += piece.length;
      if (sent > header.size) break;
      yield piece;
    }
    if (sent !== header.size)
      throw new EngineError('conflict', `“${header.name}” changed while it was read.`);
    yield Buffer.alloc(padding(sent));
  }
  yield TAR_END;
}
