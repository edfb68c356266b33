import { pipeline, type Transform } from 'node:stream';
import { EngineError } from '../errors.ts';

/** What is said of a layer that doesn't come out of its compression. */
export const damaged = (cause?: unknown): EngineError =>
  new EngineError('dropped', 'A layer of the export cannot be decompressed.', { cause });

/**
 * What comes out of a decompressor.
 * @throws EngineError `dropped` for what is wrong with the data, and what `source` throws of that kind
 */
export async function* decompressed(
  source: AsyncIterable<Buffer>,
  decompressor: Transform,
): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  pipeline(source, decompressor, (error) => (failure = error));
  try {
    for await (const piece of decompressor) yield piece as Buffer;
  } catch (error) {
    const why = failure ?? error;
    throw why instanceof EngineError ? why : damaged(why);
  } finally {
    decompressor.destroy();
  }
}
