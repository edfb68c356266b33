import type { Client } from '../client.ts';
import { readFields, record } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';
import { pathText } from '../path.ts';
import { duplicatesOf } from './duplicates.ts';
import type { Duplicates } from './duplicates.ts';
import { readExport } from './exportReader.ts';
import { imageOf } from './manifest.ts';
import type { ReadImage } from './manifest.ts';
import { stackUpTo } from './stack.ts';
import type { SizedStack } from './stack.ts';
import { wasteOf } from './wasted.ts';
import type { Waste } from './wasted.ts';

/** What is known of an image once its export was read. */
export interface Analysis {
  readonly image: ReadImage;
  /** What the engine says of it (`GET /images/{name}/json`). */
  readonly inspected: Raw;
  /** All layers on top of each other. */
  readonly whole: SizedStack;
  readonly waste: Waste;
  readonly duplicates: readonly Duplicates[];
}

/** What the engine says of an image, with its platforms from API 1.48 on. @throws EngineError */
export async function inspectRaw(
  client: Client,
  image: string,
  signal?: AbortSignal,
): Promise<Raw> {
  const path = `/images/${pathText(image)}/json?manifests=1`;
  const answer = await client.request({ path, as: 'json', signal });
  return record(answer);
}

/**
 * Reads all layers of an image from the engine's export, once and as it comes. Nothing of the contents is kept, neither in
 * memory nor on a disk. When the signal fires the request ends, and with it the engine's work.
 * @param onProgress told how many bytes have come; the engine doesn't tell how many there will be
 * @throws EngineError `cancelled`, `dropped` when the export was cut off, `not-found`
 */
export async function analyseImage(
  client: Client,
  image: string,
  onProgress: (bytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Analysis> {
  const inspected = await inspectRaw(client, image, signal);
  const rootfs = readFields(inspected).object('RootFS') ?? {};
  // A name may have moved on since, and not every engine takes every form of an id here that it takes elsewhere.
  const id = readFields(inspected).text('Id') || image;
  const path = `/images/${pathText(id)}/get`;
  const stream = await client.request({ path, as: 'stream', signal });
  const exported = await readExport(counted(stream, onProgress));
  return analysisOf(imageOf(exported, readFields(rootfs).strings('Layers')), inspected);
}

/** Makes an analysis of what was read. */
export function analysisOf(image: ReadImage, inspected: Raw): Analysis {
  const whole = stackUpTo(image, image.layers.length - 1);
  const waste = wasteOf(image);
  return { image, inspected, whole, waste, duplicates: duplicatesOf(image, whole) };
}

async function* counted(
  source: AsyncIterable<unknown>,
  onProgress: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of source) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    onProgress(bytes);
    yield piece;
  }
}
