import type { Disposable } from '../../util/emitter.ts';
import type { Client } from '../client.ts';
import { readContainer } from '../containers.ts';
import type { CurrentEngine } from '../current.ts';
import { EngineError } from '../errors.ts';
import { createLimiter } from '../limit.ts';
import { isAlive } from './watch.ts';
import type { StatsWatch } from './watch.ts';

/** Reads what the containers with a limit of memory use, so that one near it is known though nobody looks at the figures. */
export interface LimitedReading extends Disposable {
  /** Begins: each container that runs is asked once whether it has a limit. */
  open(): void;
  close(): void;
}

/**
 * Makes a reading that has not begun. Lists and events tell of no limit, so that it is in the container's own description alone
 * (`HostConfig.Memory`), which changes with the event `update`.
 * @param watch reads the figures
 * @param report told of a question that failed
 */
export function createLimitedReading(
  engine: Pick<CurrentEngine, 'state' | 'store' | 'onEvent' | 'onDidChange' | 'onDidChangeItems'>,
  watch: Pick<StatsWatch, 'open'>,
  report: (error: unknown) => void,
): LimitedReading {
  /** Whether a container has a limit; false until that is known. */
  const known = new Map<string, boolean>();
  // The rows that are looked at come first.
  const limiter = createLimiter(2);
  let { store } = engine;
  let isOpen = false;
  let reading: Disposable | undefined;

  function settle(): void {
    const { state } = engine;
    if (engine.store !== store) {
      store = engine.store;
      known.clear();
    }
    if (!isOpen || state.name !== 'connected' || !store?.loaded('container')) return;
    for (const { id } of store.list('container').filter(isAlive)) {
      if (known.has(id)) continue;
      known.set(id, false);
      const from = store;
      void limiter(() => (isOpen && from === engine.store ? ask(state.client, id) : later(id)));
    }
  }

  /** It is asked when somebody looks again. */
  const later = async (id: string) => void known.delete(id);

  async function ask(client: Client, id: string): Promise<void> {
    try {
      const container = await readContainer(client, id);
      const memory = container.inside('HostConfig').number('Memory') ?? 0;
      if (!known.has(id)) return;
      known.set(id, memory > 0);
      if (memory > 0) read();
    } catch (error) {
      known.delete(id);
      if (!(error instanceof EngineError) || error.reason !== 'not-found') report(error);
    }
  }

  /** Reads what is known to have a limit now. The streams that go on are never ended between. */
  function read(): void {
    const before = reading;
    reading = isOpen ? watch.open(({ id }) => known.get(id) === true) : undefined;
    before?.dispose();
  }

  const subscriptions = [
    engine.onDidChange(settle),
    engine.onDidChangeItems(({ kind, removed }) => {
      if (kind !== 'container') return;
      for (const { id } of removed) known.delete(id);
      settle();
    }),
    engine.onEvent(({ kind, id, action }) => {
      if (kind !== 'container' || action !== 'update' || !id || !known.has(id)) return;
      const had = known.get(id);
      known.delete(id);
      if (had) read();
      settle();
    }),
  ];
  const show = (isShown: boolean) => {
    if (isOpen === isShown) return;
    isOpen = isShown;
    read();
    settle();
  };

  return {
    open: () => show(true),
    close: () => show(false),
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      show(false);
    },
  };
}
