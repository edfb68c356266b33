import type { Client } from '../client.ts';
import { readContainer } from '../containers.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import { ndjson } from '../ndjson.ts';
import { filtersText } from '../path.ts';

/** What of a container's state decides how its log goes on. Times are as the engine wrote them. */
export interface RunState {
  readonly tty: boolean;
  readonly running: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly exitCode: number | undefined;
  /** It was killed because it wanted more memory than it may have. */
  readonly oom: boolean;
  readonly logDriver: string;
}

/** Asks the engine for it. @throws EngineError `not-found` when there is no such container */
export async function readRunState(
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<RunState> {
  const reader = await readContainer(client, id, signal);
  const state = reader.inside('State');
  const driver = reader.inside('HostConfig').inside('LogConfig');
  return {
    tty: reader.inside('Config').flag('Tty'),
    running: state.flag('Running'),
    startedAt: state.text('StartedAt'),
    finishedAt: state.text('FinishedAt'),
    exitCode: state.number('ExitCode'),
    oom: state.flag('OOMKilled'),
    logDriver: driver.text('Type'),
  };
}

/** How a run of a container ended. */
export interface RunEnd {
  readonly exitCode: number | undefined;
  readonly oom: boolean;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Milliseconds that the engine's memory is searched for how a run ended. */
const PATIENCE = 1500;

/**
 * How the run ended that began at `startedAt`, by the engine's events: when the container has been started again already,
 * its state tells nothing of that any more. Undefined when the engine has forgotten it, as it keeps few.
 */
export async function readRunEnd(
  client: Client,
  id: string,
  startedAt: string,
  signal: AbortSignal,
): Promise<RunEnd | undefined> {
  const began = Date.parse(startedAt);
  if (Number.isNaN(began) || began <= 0) return undefined;
  const filters = filtersText({ type: ['container'], container: [id], event: ['die', 'oom'] });
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), PATIENCE);
  const either = AbortSignal.any([signal, enough.signal]);
  let oom = false;
  try {
    const path = `/events?since=${(began / 1000).toFixed(3)}&filters=${filters}`;
    const stream = await client.request({ path, as: 'stream', signal: either });
    for await (const line of ndjson(stream)) {
      if (!line.ok || !isRaw(line.value)) continue;
      const event = readFields(line.value);
      const action = event.text('Action') || event.text('status');
      if (action === 'oom') oom = true;
      if (action !== 'die') continue;
      const actor = event.inside('Actor');
      const code = Number(actor.labels('Attributes')['exitCode'] ?? Number.NaN);
      return {
        exitCode: Number.isNaN(code) ? undefined : code,
        oom,
        time: (event.number('timeNano') ?? 0) / 1e6 || (event.number('time') ?? 0) * 1000,
      };
    }
    return undefined;
  } catch (error) {
    if (enough.signal.aborted && !signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    enough.abort();
  }
}
