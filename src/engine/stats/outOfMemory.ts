import { createEmitter } from '../../util/emitter.ts';
import type { Disposable, Event } from '../../util/emitter.ts';
import type { CurrentEngine } from '../current.ts';
import { EngineError } from '../errors.ts';

/** A container in which the kernel killed something, because it wanted more memory than it may have. */
export interface OutOfMemory {
  /** Id of the container. */
  readonly id: string;
  /** By the engine's clock, seconds since the epoch. */
  readonly time: number;
}

export interface MemoryWatch extends Disposable {
  /** It has happened. May be told twice of one occasion, with times that differ by a moment. */
  readonly onDidRunOut: Event<OutOfMemory>;
}

/** What a program ends with that SIGKILL ended: 128 + 9. */
const KILLED = '137';

/**
 * Follows the engine's events for containers that run out of memory. Docker has an event for it, `oom`, also for a process
 * whose container goes on. Podman has none, and Docker's may be lost when the engine is restarted; so one that was killed is
 * asked about once.
 * @param report told of a question that failed
 */
export function createMemoryWatch(
  current: Pick<CurrentEngine, 'onEvent' | 'client'>,
  report: (error: unknown) => void,
): MemoryWatch {
  const ranOut = createEmitter<OutOfMemory>();
  const over = new AbortController();
  /** Containers of whose run it has been told already. */
  const known = new Set<string>();

  async function look(id: string, time: number): Promise<void> {
    try {
      const { readRunState } = await import('../logs/state.ts');
      const state = await readRunState(await current.client(over.signal), id, over.signal);
      if (state.oom && !over.signal.aborted) ranOut.fire({ id, time });
    } catch (error) {
      // It was removed at its end, as by `--rm`: nobody can look at it any more.
      const isGone = error instanceof EngineError && error.reason === 'not-found';
      if (!isGone && !over.signal.aborted) report(error);
    }
  }

  const subscription = current.onEvent(({ kind, id, action, attributes, time }) => {
    if (kind !== 'container' || !id) return;
    if (action === 'oom') {
      known.add(id);
      ranOut.fire({ id, time });
    }
    if (action === 'start' || action === 'destroy' || action === 'remove') known.delete(id);
    if (action !== 'die' && action !== 'died') return;
    // Docker says the first, Podman the second.
    const code = attributes['exitCode'] ?? attributes['containerExitCode'];
    if (code === KILLED && !known.has(id)) void look(id, time);
  });

  return {
    onDidRunOut: ranOut.event,
    dispose() {
      over.abort();
      subscription.dispose();
      ranOut.dispose();
    },
  };
}
