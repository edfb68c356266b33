import { setTimeout as pause } from 'node:timers/promises';
import { createEmitter } from '../../util/emitter.ts';
import type { Disposable, Event } from '../../util/emitter.ts';
import type { EngineHistory, HistoryEvent } from '../buildkit/engineHistory.ts';
import type { PastBuild } from '../buildkit/historyRecord.ts';
import type { Client } from '../client.ts';
import type { CurrentEngine } from '../current.ts';
import { EngineError } from '../errors.ts';
import { pastAsBuild, readSteps, resultOf, withSteps } from './past.ts';
import { imageNames, nameIn } from './pastNames.ts';
import type { Build, StatusUpdate } from './model.ts';
import { createBuildRecord } from './record.ts';
import type { BuildRecord } from './record.ts';
import { lastLines, NO_LOG } from './stepLog.ts';
import type { StepLog } from './stepLog.ts';

/** A build that the engine remembers and that was not made here. */
export interface EngineBuild {
  readonly past: PastBuild;
  /** With its steps while it runs, and once these were read. */
  readonly build: Build;
}

/** The builds that the engine remembers, as far as they were made by others: in a terminal, by another window. */
export interface EngineBuilds extends Disposable {
  /** Told the ids of builds that differ, came or went. */
  readonly onDidChange: Event<readonly string[]>;
  /** Running ones and the latest of those that ended, the newest first; none before somebody watches. */
  list(): readonly EngineBuild[];
  get(id: string): Build | undefined;
  /**
   * Listens to the engine until the last who does so lets go: there is no connection otherwise.
   * @param id a build whose steps are kept meanwhile, though it may not be in the list
   */
  watch(id?: string): Disposable;
  /**
   * Reads the steps of a build that has ended, where they are not known yet.
   * @throws EngineError `not-found` when the engine doesn't know it; others of the connection
   */
  load(id: string, signal?: AbortSignal): Promise<Build>;
  /** What a step has written, where it was read. */
  log(id: string, step: string): StepLog;
  tail(id: string, step: string, lines: number): readonly string[];
  hasLogs(id: string): boolean;
}

/** So many builds that have ended are shown. */
const SHOWN = 20;
/** So many that run are followed step by step. */
const FOLLOWED = 8;
/** Milliseconds: how long the connection has to stand to be a good one, and how long is waited after one that was not. */
const STEADY = 5000;
const WAITS = { first: 1000, longest: 60_000 };

/** The steps of a build, and whether the engine has told all of them. */
interface Kept {
  readonly record: BuildRecord;
  over: boolean;
}

/**
 * The steps of a build are kept while it is in the list or watched. So there are no more than SHOWN + FOLLOWED records beside
 * those of open panels and of one that was asked for last, each with at most 8,388,608 characters of logs (LOG_LIMITS): 28 of
 * them, each as long as may be, come to 235 million characters.
 * @param current the engine at hand: it is listened to whenever it is connected
 * @param open undefined where the engine keeps no history
 * @param status the steps of a build of the engine at hand
 * @param isOwn whether a build was made here, and stands elsewhere
 * @param report told of a connection that failed though the engine is there
 */
export function createEngineBuilds(parts: {
  readonly current: Pick<CurrentEngine, 'start' | 'state' | 'endpoint' | 'onDidChange'>;
  readonly open: (client: Client, signal: AbortSignal) => Promise<EngineHistory | undefined>;
  readonly status: (ref: string, signal?: AbortSignal) => AsyncIterable<StatusUpdate>;
  readonly isOwn: (ref: string) => boolean;
  readonly report: (error: unknown) => void;
}): EngineBuilds {
  const { current, isOwn, report } = parts;
  const changes = createEmitter<readonly string[]>();
  const known = new Map<string, PastBuild>();
  /** Of those that are followed or were read. */
  const records = new Map<string, Kept>();
  const names = new Map<string, string>();
  const watchers = new Set<{ readonly id: string | undefined }>();
  /** The engine that `known` is of. */
  let engine: string | undefined;
  let listening: { readonly client: Client; readonly controller: AbortController } | undefined;

  const bare = (past: PastBuild) => pastAsBuild(past, names.get(past.ref));
  const toBuild = (past: PastBuild): Build => {
    const kept = records.get(past.ref);
    return kept ? withSteps(bare(past), kept.record) : bare(past);
  };

  function forget(ref: string): void {
    known.delete(ref);
    records.delete(ref);
    names.delete(ref);
  }

  /** Begins to listen where it is wanted and the engine is there, and ends it where not. */
  function settle(): void {
    const { state, endpoint } = current;
    const client = watchers.size > 0 && state.name === 'connected' ? state.client : undefined;
    const isOther = engine !== undefined && endpoint !== undefined && endpoint.url !== engine;
    if (client === listening?.client && !isOther) return;
    listening?.controller.abort();
    listening = undefined;
    // What runs is not known any more without a connection: builds end with their engine. Of another engine nothing was said.
    const gone = [...known.values()].filter(({ completed }) => completed === undefined || isOther);
    for (const { ref } of gone) forget(ref);
    if (client || isOther) engine = endpoint?.url;
    if (client) {
      const controller = new AbortController();
      listening = { client, controller };
      void listen(client, controller.signal);
    }
    if (gone.length) changes.fire(gone.map(({ ref }) => ref));
  }

  async function listen(client: Client, signal: AbortSignal): Promise<void> {
    for (let failures = 0; ;) {
      const since = performance.now();
      try {
        if (!(await listenOnce(client, signal))) return;
      } catch (error) {
        const lost = error instanceof EngineError && error.reason === 'dropped';
        // That it broke off with the engine is told elsewhere.
        if (!signal.aborted && !lost) report(error);
      }
      failures = performance.now() - since > STEADY ? 1 : failures + 1;
      const wait = Math.min(WAITS.longest, WAITS.first * 2 ** (failures - 1));
      await pause(wait, undefined, { signal, ref: false }).catch(() => {
        // It is wanted no more, which is seen below.
      });
      if (signal.aborted) return;
    }
  }

  /** @returns false where there is nothing to be listened to */
  async function listenOnce(client: Client, signal: AbortSignal): Promise<boolean> {
    const history = await parts.open(client, signal);
    if (!history) return false;
    try {
      if (signal.aborted) return false;
      const now = new Set(history.builds.map(({ ref }) => ref));
      const gone = [...known.keys()].filter((ref) => !now.has(ref));
      for (const ref of gone) forget(ref);
      for (const past of history.builds) take(past);
      followNext(history);
      changes.fire([...gone, ...now]);
      askNames(history, signal);
      for await (const event of history.events()) {
        if (signal.aborted) break;
        hear(event, history);
      }
      return !signal.aborted;
    } finally {
      history.close();
    }
  }

  function hear(event: HistoryEvent, history: EngineHistory): void {
    const ref = event.kind === 'told' ? event.build.ref : event.ref;
    if (event.kind === 'told') {
      const before = known.get(ref);
      // All are told once more to begin with.
      if (before && JSON.stringify(before) === JSON.stringify(event.build)) return;
      take(event.build);
    } else if (known.has(ref)) forget(ref);
    else return;
    followNext(history);
    changes.fire([ref]);
  }

  function take(past: PastBuild): void {
    known.set(past.ref, past);
    const kept = records.get(past.ref);
    if (kept) finish(past.ref, kept);
  }

  /** Follows as many of those that run as there is room for, the newest first. */
  function followNext(history: EngineHistory): void {
    const waiting = shown().filter(({ ref }) => !hasEnded(ref) && !records.has(ref));
    for (const past of waiting.slice(0, Math.max(0, FOLLOWED - running().length)))
      void follow(past, history);
  }

  /** Ends the record of a build of which the engine has told both its end and all of its steps, in either order. */
  function finish(ref: string, { record, over }: Kept): void {
    const past = known.get(ref);
    if (over && past?.completed !== undefined) record.finish(resultOf(bare(past)));
  }

  const hasEnded = (ref: string) => known.get(ref)?.completed !== undefined;
  const running = () => [...records.keys()].filter((ref) => !hasEnded(ref));

  /** Takes in the steps of a build that runs, until the engine has told all. */
  async function follow(past: PastBuild, { status }: EngineHistory): Promise<void> {
    const { ref } = past;
    // Of a build that is joined late nothing may be told for long, by which its engine's clock could be known.
    const isLocal = /^(unix|npipe):/.test(engine ?? '');
    const { request, started } = bare(past);
    const record = createBuildRecord(ref, request, { started, ...(isLocal && { skew: 0 }) });
    const kept: Kept = { record, over: false };
    keep(ref, kept);
    record.onDidChange(() => {
      if (records.get(ref) === kept) changes.fire([ref]);
    });
    try {
      for await (const update of status(ref)) {
        const name = nameIn(update.transfers);
        if (name !== undefined) names.set(ref, name);
        record.update(update);
      }
    } catch (error) {
      // It is read anew when somebody looks at it.
      if (records.get(ref) === kept) records.delete(ref);
      if (!(error instanceof EngineError)) report(error);
      return;
    }
    kept.over = true;
    finish(ref, kept);
  }

  /** Keeps the steps of a build; those of builds that nobody sees any more go. */
  function keep(ref: string, kept: Kept): void {
    records.set(ref, kept);
    const seen = new Set([ref, ...shown().map(({ ref }) => ref)]);
    for (const { id } of watchers) if (id !== undefined) seen.add(id);
    for (const id of records.keys()) if (!seen.has(id)) records.delete(id);
  }

  function askNames(history: EngineHistory, signal: AbortSignal): void {
    const strange = shown().filter(({ ref }) => !names.has(ref));
    const onName = (ref: string, name: string) => {
      if (!known.has(ref)) return;
      names.set(ref, name);
      changes.fire([ref]);
    };
    imageNames(history.status, strange, onName).catch((error: unknown) => {
      if (!signal.aborted) report(error);
    });
  }

  function shown(): readonly PastBuild[] {
    const all = [...known.values()]
      .filter(({ ref }) => !isOwn(ref))
      .sort((a, b) => b.created - a.created);
    const running = all.filter(({ completed }) => completed === undefined);
    const ended = all.filter(({ completed }) => completed !== undefined);
    return [...running, ...ended.slice(0, SHOWN)];
  }

  const logOf = (id: string, step: string) => records.get(id)?.record.log(step) ?? NO_LOG;
  const subscription = current.onDidChange(settle);
  return {
    onDidChange: changes.event,
    list: () => shown().map((past) => ({ past, build: toBuild(past) })),
    get(id) {
      const past = known.get(id);
      return past && toBuild(past);
    },
    watch(id) {
      const watcher = { id };
      watchers.add(watcher);
      current.start();
      settle();
      return {
        dispose() {
          if (watchers.delete(watcher)) settle();
        },
      };
    },
    async load(id, signal) {
      const past = known.get(id);
      if (!past) throw new EngineError('not-found', 'The engine no longer remembers this build.');
      if (records.has(id) || past.completed === undefined) return toBuild(past);
      const record = await readSteps(bare(past), parts.status(id, signal));
      const { steps } = record.build();
      const name = nameIn(steps.flatMap(({ transfers }) => transfers));
      if (!known.has(id)) return withSteps(bare(past), record);
      if (name !== undefined) names.set(id, name);
      keep(id, { record, over: true });
      changes.fire([id]);
      return toBuild(past);
    },
    log: logOf,
    tail: (id, step, lines) => lastLines(logOf(id, step), lines),
    hasLogs: (id) => records.has(id),
    dispose() {
      watchers.clear();
      settle();
      subscription.dispose();
      changes.dispose();
    },
  };
}
