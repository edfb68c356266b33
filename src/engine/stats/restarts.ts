import type { Client } from '../client.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import { pathText } from '../path.ts';

/**
 * How often the engine has started a container again by itself, since a person last did; undefined where it doesn't tell.
 * @throws EngineError
 */
export async function readRestarts(
  client: Pick<Client, 'request'>,
  id: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const answer = await client.request({
    path: `/containers/${pathText(id)}/json`,
    as: 'json',
    signal,
  });
  return readFields(isRaw(answer) ? answer : {}).number('RestartCount');
}
