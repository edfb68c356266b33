import { createEmitter } from '../../util/emitter.ts';
import type { Disposable, Event } from '../../util/emitter.ts';
import { count, formatBytes } from '../../util/format.ts';
import { systemClock } from '../coalesce.ts';
import type { Clock } from '../coalesce.ts';
import type { EngineEvent } from '../events.ts';
import type { Container } from '../model.ts';
import type { Figures } from './figures.ts';
import type { OutOfMemory } from './outOfMemory.ts';

export type AlertKind = 'memory' | 'outOfMemory' | 'restarts' | 'unhealthy';

/** Something about a container that somebody should know. */
export interface Alert {
  readonly kind: AlertKind;
  /** Id of the container. */
  readonly container: string;
  /** What is the matter, to be put behind its name: `is unhealthy`. */
  readonly text: string;
}

/** When there is something to be told. */
export interface AlertRules {
  /** Percent of its limit from which a container's memory is told of; 0: never. */
  readonly memory: number;
  /** Restarts within five minutes that make a loop; 0: none does. */
  readonly restarts: number;
  readonly unhealthy: boolean;
  /** Whether it is told that one ran out of memory. */
  readonly outOfMemory: boolean;
}

export interface Alerts extends Disposable {
  /** What is the matter with a container now. */
  of(id: string): readonly Alert[];
  /** Ids of all containers that something is the matter with. */
  ids(): readonly string[];
  /** An event of the engine. One that comes again counts once. */
  event(event: EngineEvent): void;
  /** A container as it is now; `changed` when it was otherwise before, so that this is news. */
  container(item: Container, changed: boolean): void;
  /** The kernel killed something in a container for want of memory. What comes again, or late, counts once. */
  ranOut(occasion: OutOfMemory): void;
  /** What a container uses now. */
  figures(id: string, figures: Figures): void;
  gone(id: string): void;
  /** Begins anew: with another engine, or other rules. */
  clear(): void;
  /** Something has become, or is no longer, the matter. */
  readonly onDidChange: Event<void>;
  /** Something has become the matter while we looked. */
  readonly onDidRaise: Event<Alert>;
}

/** Seconds within which restarts are counted, and for which one that runs on is marked as having run out of memory. */
const WINDOW = 300;
/** Milliseconds, by the samples' times, for which memory has to be used up: a moment of it is no news. */
const SUSTAINED = 10_000;
/** Percent of the limit that memory has to fall below the threshold, so that it doesn't come and go with each sample. */
const RELIEF = 5;

/** What is remembered of a container's runs. */
interface Runs {
  /** Time of the last event, nanoseconds. */
  last: number;
  /** It ended, and nobody has been seen to ask for that. */
  ended: boolean;
  /** When it was started again, in engine's seconds. */
  starts: number[];
  /** Calls off the end of the alert. */
  stop: () => void;
}

/** What is remembered of a container that ran out of memory. */
interface Shortage {
  /** When it did last, in engine's seconds. */
  last: number;
  /** It is long ago, and only still told because the container does not run. */
  isOld: boolean;
  /** Calls off the end of the alert. */
  stop: () => void;
}

/** Makes alerts that know of nothing yet. `rules` is asked whenever something happens. */
export function createAlerts(rules: () => AlertRules, clock: Clock = systemClock): Alerts {
  const changed = createEmitter<void>();
  const raised = createEmitter<Alert>();
  const alerts = new Map<string, Map<AlertKind, Alert>>();
  const runs = new Map<string, Runs>();
  const shortages = new Map<string, Shortage>();
  /** From when until when, by the engine's clock, a container's memory has been seen to be used up. */
  const full = new Map<string, { since: number; last: number }>();

  function raise(container: string, kind: AlertKind, text: string, isNews = true): void {
    const own = alerts.get(container) ?? new Map<AlertKind, Alert>();
    const before = own.get(kind);
    if (before?.text === text) return;
    const alert = { kind, container, text };
    own.set(kind, alert);
    alerts.set(container, own);
    changed.fire();
    if (!before && isNews) raised.fire(alert);
  }

  function end(container: string, kind: AlertKind): void {
    const own = alerts.get(container);
    if (!own?.delete(kind)) return;
    if (own.size === 0) alerts.delete(container);
    changed.fire();
  }

  function forgetRuns(id: string): void {
    runs.get(id)?.stop();
    runs.delete(id);
    end(id, 'restarts');
  }

  /** Nothing more is to be said of the shortage; when it was is kept, for the engine may tell of it again. */
  function endShortage(id: string): void {
    const own = shortages.get(id);
    if (!own) return;
    own.stop();
    own.isOld = false;
    end(id, 'outOfMemory');
  }

  /** One that lies where it was killed is marked until somebody does something about it. */
  function shortageAged(id: string, own: Shortage): void {
    if (runs.get(id)?.ended) own.isOld = true;
    else endShortage(id);
  }

  function forgetShortage(id: string): void {
    endShortage(id);
    shortages.delete(id);
  }

  function startedAgain(id: string, own: Runs, time: number): void {
    own.starts = [...own.starts.filter((start) => start > time - WINDOW), time];
    own.stop();
    own.stop = clock.later(WINDOW * 1000, () => forgetRuns(id));
    const { restarts } = rules();
    if (restarts > 0 && own.starts.length >= restarts)
      raise(id, 'restarts', `was restarted ${count(own.starts.length, 'time')} within 5 minutes`);
  }

  return {
    of: (id) => [...(alerts.get(id)?.values() ?? [])],
    ids: () => [...alerts.keys()],
    event({ kind, id, action, time, timeNano }) {
      if (kind !== 'container' || !id) return;
      const own = runs.get(id) ?? { last: 0, ended: false, starts: [], stop: () => {} };
      // After a reconnect the last events come again.
      if (timeNano <= own.last) return;
      own.last = timeNano;
      switch (action) {
        case 'die':
        case 'died':
          own.ended = true;
          runs.set(id, own);
          full.delete(id);
          end(id, 'memory');
          return;
        case 'stop':
          // Somebody wanted it: what was counted until then is no loop any more.
          forgetRuns(id);
          endShortage(id);
          return;
        case 'start':
          if (shortages.get(id)?.isOld) endShortage(id);
          if (own.ended) startedAgain(id, own, time);
          own.ended = false;
          return;
        case 'destroy':
        case 'remove':
          forgetRuns(id);
          return;
        default:
          return;
      }
    },
    container({ id, state, health }, isChange) {
      const is = state === 'running' && health === 'unhealthy' && rules().unhealthy;
      if (is) raise(id, 'unhealthy', 'is unhealthy', isChange);
      else end(id, 'unhealthy');
    },
    ranOut({ id, time }) {
      if (!rules().outOfMemory) return;
      const own = shortages.get(id) ?? { last: -Infinity, isOld: false, stop: () => {} };
      if (time <= own.last) return;
      own.stop();
      own.last = time;
      own.isOld = false;
      own.stop = clock.later(WINDOW * 1000, () => shortageAged(id, own));
      shortages.set(id, own);
      raise(id, 'outOfMemory', 'ran out of memory, and the kernel killed a process of it');
    },
    figures(id, { at, memory, limit }) {
      const most = rules().memory;
      if (limit === undefined || most <= 0) return;
      const percent = (memory / limit) * 100;
      if (percent < most) {
        full.delete(id);
        if (percent < most - RELIEF) end(id, 'memory');
        return;
      }
      const before = full.get(id);
      // What it was while nobody looked is not known.
      const since = before && at - before.last < SUSTAINED ? before.since : at;
      full.set(id, { since, last: at });
      if (at - since < SUSTAINED) return;
      raise(
        id,
        'memory',
        `uses over ${most}% of the ${formatBytes(limit)} of memory that it may use`,
      );
    },
    gone(id) {
      forgetRuns(id);
      forgetShortage(id);
      full.delete(id);
      if (alerts.delete(id)) changed.fire();
    },
    clear() {
      for (const id of runs.keys()) forgetRuns(id);
      for (const id of shortages.keys()) forgetShortage(id);
      full.clear();
      if (alerts.size === 0) return;
      alerts.clear();
      changed.fire();
    },
    onDidChange: changed.event,
    onDidRaise: raised.event,
    dispose() {
      for (const { stop } of [...runs.values(), ...shortages.values()]) stop();
      runs.clear();
      shortages.clear();
      changed.dispose();
      raised.dispose();
    },
  };
}
