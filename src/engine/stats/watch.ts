import { createEmitter } from '../../util/emitter.ts';
import type { Disposable, Event } from '../../util/emitter.ts';
import type { Client } from '../client.ts';
import { systemClock } from '../coalesce.ts';
import type { Clock } from '../coalesce.ts';
import { readContainer } from '../containers.ts';
import type { CurrentEngine } from '../current.ts';
import { createLimiter } from '../limit.ts';
import type { Container } from '../model.ts';
import { figuresOf } from './figures.ts';
import type { Figures } from './figures.ts';
import { createHistory } from './history.ts';
import type { History } from './history.ts';
import { readStats } from './read.ts';
import type { Sample } from './sample.ts';

/** The engine, as far as this needs it. */
export type StatsEngine = Pick<
  CurrentEngine,
  'state' | 'store' | 'endpoint' | 'onDidChange' | 'onDidChangeItems'
>;

/** What the running containers use, read only while somebody looks. */
export interface StatsWatch extends Disposable {
  /**
   * Begins to read, one stream for each container that runs, whoever else looks; comes and goes with them. Disposing of what is
   * returned ends those that nobody else looks at. What is known stays.
   * @param wants which of them are looked at, asked whenever containers change; all by default
   */
  open(wants?: (container: Container) => boolean): Disposable;
  /** The latest figures of a container that is read; undefined before the first. */
  figures(id: string): Figures | undefined;
  history(id: string): History | undefined;
  /** How often the engine has started it again by itself; undefined until that is known, which is asked when it is first wanted. */
  restarts(id: string): number | undefined;
  /** Why there are no figures of it, in a sentence. */
  failure(id: string): string | undefined;
  /** When the latest sample of all was taken, by the engine's clock, milliseconds; 0 before the first. */
  readonly latest: number;
  /** How many streams are open. */
  readonly streams: number;
  /** There are new figures of a container: its id. */
  readonly onDidSample: Event<string>;
}

interface Reading {
  readonly ending: AbortController;
  before: Sample | undefined;
  figures: Figures | undefined;
  failure: string | undefined;
  /** Times that the stream has ended by itself since it last gave a figure. */
  ends: number;
  /** Calls off the next attempt. */
  stop: () => void;
}

/** Every stream over ssh is a process here and two there. */
const MOST_OVER_SSH = 24;
/** Of containers that are gone so many histories are kept: one may be looked at. */
const MOST_GONE = 20;
/** Milliseconds before a stream that ended is asked for again; the longest. */
const PAUSE = 500;
const LONGEST_PAUSE = 15_000;

/** Makes a watch that reads nothing yet. `log` is told of what could not be read. */
export function createStatsWatch(
  engine: StatsEngine,
  log: (line: string) => void = () => {},
  clock: Clock = systemClock,
): StatsWatch {
  const sampled = createEmitter<string>();
  const readings = new Map<string, Reading>();
  const histories = new Map<string, History>();
  /** By the containers of which it is wanted; undefined while it isn't known. */
  const restarts = new Map<string, number | undefined>();
  const looks = new Set<(container: Container) => boolean>();
  let store = engine.store;
  let client: Client | undefined;
  let latest = 0;
  let opening = createLimiter(8);
  let unread: ReadonlySet<string> = new Set();

  /** Brings the streams to what runs now. */
  function settle(): void {
    const { state } = engine;
    const now = looks.size > 0 && state.name === 'connected' ? state.client : undefined;
    if (engine.store !== store) {
      // Another engine: nothing that is known is about its containers.
      store = engine.store;
      endAll();
      for (const known of [histories, restarts]) known.clear();
      latest = 0;
    }
    if (now !== client) endAll();
    if (now && now !== client) {
      opening = createLimiter(isSsh(now) ? 2 : 8);
      // Nobody counted meanwhile.
      restarts.clear();
    }
    client = now;
    if (!client || !store?.loaded('container')) return;
    const seen = (container: Container) => [...looks].some((wants) => wants(container));
    const alive = store.list('container').filter((one) => isAlive(one) && seen(one));
    const wanted = isSsh(client) ? alive.slice(0, MOST_OVER_SSH) : alive;
    unread = new Set(alive.slice(wanted.length).map(({ id }) => id));
    const ids = new Set(wanted.map(({ id }) => id));
    for (const id of readings.keys()) if (!ids.has(id)) end(id);
    for (const { id } of wanted) if (!readings.has(id)) begin(client, id);
  }

  function begin(from: Client, id: string): void {
    const reading: Reading = {
      ending: new AbortController(),
      before: undefined,
      figures: undefined,
      failure: undefined,
      ends: 0,
      stop: () => {},
    };
    readings.set(id, reading);
    void follow(from, id, reading);
  }

  async function follow(from: Client, id: string, reading: Reading): Promise<void> {
    const { signal } = reading.ending;
    try {
      await opening(
        () =>
          new Promise<void>((stands, failed) => {
            const over = read(from, id, reading, stands);
            // The next may be opened once this one stands; it ends much later.
            over.then(stands, failed);
            over.then(again, again);
          }),
      );
    } catch (error) {
      // One whose stream has just ended may have ended itself: Podman refuses it then, before it tells of the end.
      if (signal.aborted || (histories.has(id) && reading.ends <= 2)) return;
      reading.failure = error instanceof Error ? error.message : String(error);
      log(`Stats of ${id.slice(0, 12)}: ${reading.failure}`);
      sampled.fire(id);
    }

    function again(): void {
      histories.get(id)?.pause();
      if (signal.aborted) return;
      // It runs, as far as is known: it may be between two runs, or the engine about to go.
      const pause = Math.min(PAUSE * 2 ** reading.ends++, LONGEST_PAUSE);
      reading.stop = clock.later(pause, () => void follow(from, id, reading));
    }
  }

  async function read(from: Client, id: string, reading: Reading, stands: () => void) {
    const { signal } = reading.ending;
    if (signal.aborted) return;
    reading.before = undefined;
    let isOdd = false;
    const sink = {
      stands,
      sample(sample: Sample | undefined) {
        if (signal.aborted) return;
        if (sample) take(id, reading, sample);
        else rest(id, reading);
      },
      odd(text: string) {
        if (!isOdd) log(`A sample of ${id.slice(0, 12)} could not be read: ${text}`);
        isOdd = true;
      },
    };
    await readStats(from, id, sink, signal);
  }

  function take(id: string, reading: Reading, sample: Sample): void {
    const figures = figuresOf(sample, reading.before);
    Object.assign(reading, { before: sample, figures, failure: undefined, ends: 0 });
    latest = Math.max(latest, sample.at);
    historyOf(id).push(figures);
    sampled.fire(id);
  }

  /** It doesn't run at the moment, though nobody has said so yet. */
  function rest(id: string, reading: Reading): void {
    if (!reading.figures) return;
    reading.figures = undefined;
    reading.before = undefined;
    histories.get(id)?.pause();
    sampled.fire(id);
  }

  function historyOf(id: string): History {
    const known = histories.get(id);
    if (known) return known;
    const made = createHistory();
    histories.set(id, made);
    return made;
  }

  function end(id: string): void {
    const reading = readings.get(id);
    readings.delete(id);
    if (restarts.get(id) === undefined) restarts.delete(id);
    reading?.stop();
    reading?.ending.abort();
    histories.get(id)?.pause();
  }

  function endAll(): void {
    for (const id of readings.keys()) end(id);
  }

  /** Asks how often a container was started again; that is told by nothing else. */
  function count(from: Client, id: string, signal: AbortSignal): void {
    const ask = async () => {
      const container = await opening(() => readContainer(from, id, signal));
      const number = container.number('RestartCount');
      if (number === undefined || signal.aborted) return;
      restarts.set(id, number);
      sampled.fire(id);
    };
    ask().catch((error: unknown) => {
      if (!signal.aborted) log(error instanceof Error ? error.message : String(error));
    });
  }

  function forgetGone(): void {
    const gone = [...histories.keys()].filter((id) => !store?.get('container', id));
    for (const id of gone.slice(0, -MOST_GONE)) histories.delete(id);
  }

  const subscriptions = [
    engine.onDidChange(settle),
    engine.onDidChangeItems(({ kind, added, changed, removed }) => {
      if (kind !== 'container') return;
      settle();
      for (const { id } of removed) restarts.delete(id);
      if (removed.length > 0) forgetGone();
      for (const item of [...added, ...changed] as Container[]) {
        const reading = readings.get(item.id);
        // It came up again, or was only just met.
        if (client && reading && restarts.has(item.id) && item.startedAt !== undefined)
          count(client, item.id, reading.ending.signal);
      }
    }),
  ];

  return {
    open(wants = () => true) {
      // Each look is one of its own, of the same containers too.
      const look = (container: Container) => wants(container);
      looks.add(look);
      settle();
      return {
        dispose() {
          if (looks.delete(look)) settle();
        },
      };
    },
    figures: (id) => readings.get(id)?.figures,
    history: (id) => histories.get(id),
    restarts(id) {
      const reading = readings.get(id);
      if (client && reading && !restarts.has(id)) {
        restarts.set(id, undefined);
        count(client, id, reading.ending.signal);
      }
      return restarts.get(id);
    },
    failure: (id) =>
      unread.has(id)
        ? `Not read: over ssh the first ${MOST_OVER_SSH} are.`
        : readings.get(id)?.failure,
    get latest() {
      return latest;
    },
    get streams() {
      return readings.size;
    },
    onDidSample: sampled.event,
    dispose() {
      looks.clear();
      for (const subscription of subscriptions) subscription.dispose();
      endAll();
      sampled.dispose();
    },
  };
}

const isSsh = ({ endpoint }: Client) => endpoint.url.startsWith('ssh:');

/** Whether it uses anything: a frozen one holds its memory. */
export const isAlive = ({ state }: Container) => state === 'running' || state === 'paused';
