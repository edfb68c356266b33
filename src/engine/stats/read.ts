import type { Client } from '../client.ts';
import { ndjson } from '../ndjson.ts';
import { pathText } from '../path.ts';
import { readSample } from './sample.ts';
import type { Sample } from './sample.ts';

/** The longest line that is read; one of a host with 256 cores has 10 kB. Bytes. */
const LONGEST = 1_000_000;

/** Told of what a stream carries. */
export interface SampleSink {
  /** The stream stands. */
  stands(): void;
  /** What the container used; undefined while it doesn't run. */
  sample(sample: Sample | undefined): void;
  /** A line that could not be read. The next may be whole again. */
  odd(text: string): void;
}

/**
 * Follows what a container uses (`GET /containers/{id}/stats`): Docker tells once a second, Podman every five. Resolves when
 * the engine ends the stream, or when the signal fires.
 * @throws EngineError
 */
export async function readStats(
  client: Pick<Client, 'request'>,
  id: string,
  sink: SampleSink,
  signal: AbortSignal,
): Promise<void> {
  try {
    const path = `/containers/${pathText(id)}/stats?stream=true`;
    const stream = await client.request({ path, as: 'stream', signal });
    sink.stands();
    for await (const line of ndjson(stream, { maxLine: LONGEST })) {
      if (signal.aborted) return;
      if (line.ok) sink.sample(readSample(line.value));
      else sink.odd(line.text);
    }
  } catch (error) {
    // Being told to stop is how this ends.
    if (!signal.aborted) throw error;
  }
}
