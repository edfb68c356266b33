import { withAttributes } from './attributes.ts';
import type { AttributeReader, KnownFiles } from './attributes.ts';
import type { StatBatch, TracedBatch } from './statBatch.ts';
import { walk } from './walk.ts';
import type { WalkRequest } from './walk.ts';

export interface ListOptions {
  /** Milliseconds after which others have their turn. */
  readonly slice: number;
  /** Reads extended attributes, where that is possible. */
  readonly attributes: AttributeReader | undefined;
  /** Throws, or answers false, when the list is not wanted any more. */
  readonly check: () => boolean;
  /** Told which files need not be read again. */
  readonly onKnown: (known: KnownFiles) => void;
}

/** Lists a folder as {@link walk} does, with the extended attributes of its files where they are wanted and can be read. */
export function list(request: WalkRequest, options: ListOptions): AsyncIterable<StatBatch> {
  const { attributes, onKnown } = options;
  const batches = breathing(request, options);
  if (!attributes || !request.attributes) return plain(batches);
  const read = (paths: Uint8Array) => attributes(request.root, paths);
  return withAttributes(batches, read, request.known, onKnown);
}

async function* breathing(
  request: WalkRequest,
  { slice, check }: ListOptions,
): AsyncGenerator<TracedBatch> {
  for (const batch of walk(request, slice)) {
    yield batch;
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (!check()) return;
  }
}

async function* plain(batches: AsyncIterable<TracedBatch>): AsyncGenerator<StatBatch> {
  for await (const { bytes, bounds } of batches) yield { bytes, bounds };
}
