import type { Client } from './client.ts';
import { isRaw, readFields } from './mapping/reader.ts';
import { pathText } from './path.ts';

/** An instruction that an image was made by. */
export interface HistoryEntry {
  /** As the builder wrote it down: `RUN /bin/sh -c make # buildkit`. */
  readonly createdBy: string;
  /** Bytes of its layer; 0 where it made none. */
  readonly size: number;
  /** What the builder remarked: where an import came from. */
  readonly comment?: string;
}

/** How an image came to be (`GET /images/{name}/history`), from the first instruction to the last. */
export async function imageHistory(
  client: Client,
  image: string,
  signal?: AbortSignal,
): Promise<HistoryEntry[]> {
  const path = `/images/${pathText(image)}/history`;
  const answer = await client.request({ path, as: 'json', signal });
  const entries = Array.isArray(answer) ? answer.filter(isRaw) : [];
  return entries
    .map((raw) => {
      const fields = readFields(raw);
      const comment = fields.text('Comment');
      return {
        createdBy: fields.text('CreatedBy'),
        size: fields.number('Size') ?? 0,
        ...(comment !== '' && { comment }),
      };
    })
    .reverse();
}
