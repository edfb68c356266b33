import { oneLine } from '../../util/format.ts';
import { shownReference } from '../reference.ts';
import type { CacheRecord } from './cacheModel.ts';

/** What the builder takes from images: `from local `, with or without the image's name, or `pulled from …`. */
const OF_IMAGE = /^(?:from local|pulled from)(?: (\S+))?\s*$/;

/** Whether a record is a layer of an image that something was built upon, which is told by nothing but its description. */
export const isOfImage = (description: string): boolean => OF_IMAGE.test(description);

/**
 * Makes names for records, in one line as their Dockerfile has it: the engine says `[build 2/5] COPY . .`, and of commands
 * `mount / from exec /bin/sh -c make`. A layer of an image without a name is called by what was made upon it.
 * @param records all that are known
 */
export function recordNames(
  records: readonly CacheRecord[],
): (record: Pick<CacheRecord, 'id' | 'description'>) => string {
  const above = new Map(
    records.flatMap((record) => record.parents.map((parent) => [parent, record] as const)),
  );
  return ({ id, description }) => {
    const [ofImage, image] = OF_IMAGE.exec(description) ?? [];
    if (image) return oneLine(shownReference(image));
    if (ofImage === undefined) return stepName(description) || id;
    const next = above.get(id);
    return next && !isOfImage(next.description)
      ? `Below ${stepName(next.description) || next.id}`
      : 'Layer of a local image';
  };
}

function stepName(description: string): string {
  const named = description
    .replace(/^\[(?:[^\]]+ )?\s*\d+\/\d+\] /, '')
    .replace(/^local source for (.*)$/s, (_, name: string) => sources[name] ?? name)
    .replace(
      /^(?:cached )?mount (\S+) from exec (?:\/bin\/sh -c )?(.*?)(?: with id ".*")?$/s,
      (_, path: string, command: string) =>
        path === '/' ? `RUN ${command}` : `${path} of RUN ${command}`,
    );
  return oneLine(named);
}

/** What clients call that which every build is sent. */
const sources: Readonly<Record<string, string>> = { context: 'Context', dockerfile: 'Dockerfile' };
