import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client.ts';
import type { CurrentEngine } from '../current.ts';
import { effectsOf } from '../effects.ts';
import { EngineError } from '../errors.ts';
import type { Reason } from '../errors.ts';
import type { EngineEvent } from '../events.ts';
import type { ReadLine } from './lines.ts';
import type { Mark } from './marks.ts';
import { readLog } from './read.ts';
import { createResume } from './resume.ts';
import { readRunEnd, readRunState } from './state.ts';
import type { RunState } from './state.ts';

/** The engine, as far as logs need it. */
export type LogEngine = Pick<
  CurrentEngine,
  'client' | 'endpoint' | 'state' | 'store' | 'onDidChange' | 'onDidChangeItems' | 'onEvent'
>;

/** Where the log of a container begins, and whether it goes on. */
export interface LogStart {
  readonly tail: number | 'all';
  /** Seconds since the epoch. */
  readonly since?: string;
  /** Goes on with what is written, over restarts of the container and of the engine. */
  readonly follow: boolean;
}

export type FollowState = 'reading' | 'waiting' | 'ended';

/** What is told of a container's log. */
export interface FollowSink {
  line(line: ReadLine): void;
  /** @param time when it happened, milliseconds since the epoch. */
  mark(mark: Mark, time: number): void;
  state(state: FollowState): void;
}

/** Reasons that say that the engine went, or is not there yet. */
const AWAY: ReadonlySet<Reason> = new Set([
  'no-socket',
  'permission',
  'refused',
  'dropped',
  'timeout',
  'tls',
  'ssh',
]);

/** Reasons that say that the container goes, or has gone. */
const GOING: ReadonlySet<Reason> = new Set(['not-found', 'conflict']);

/** Milliseconds before a broken log is asked for again, when nothing tells that the engine is back; the longest. */
const PAUSE = 250;
const LONGEST_PAUSE = 10_000;
/** Milliseconds after which a log that is read has come back, though it is silent. */
const STANDS = 1000;

/**
 * Reads a container's log for as long as there may be more of it: to the end of a run and on from its next start, and on
 * where it was broken off when the engine went. Resolves when no more can come: the container was removed, its log can't be
 * read, it ended and is not to be followed, or the signal fired. Never rejects for what the engine says.
 */
export async function followLog(
  engine: LogEngine,
  id: string,
  start: LogStart,
  sink: FollowSink,
  signal: AbortSignal,
): Promise<void> {
  const resume = createResume();
  let url = engine.endpoint?.url;
  let lost = false;
  let failures = 0;
  let before: RunState | undefined;
  /** When the run began of whose end it has been told. */
  let told: string | undefined;
  /** When the engine says that it was removed: its log may end much later than what has taken its place began to write. */
  let removedAt: number | undefined;
  const removal = engine.onEvent((event) => {
    if (event.kind === 'container' && event.id === id && isRemoval(event))
      removedAt = event.timeNano / 1e6;
  });

  const mark = (mark: Mark, time = Date.now()) => sink.mark(mark, time);
  /** An engine that is stopping still answers now and then: it is back when its log is. */
  const isBack = () => {
    if (lost) mark({ kind: 'back' });
    lost = false;
    failures = 0;
  };
  const take = (line: ReadLine) => {
    if (lost) isBack();
    if (resume.take(line)) sink.line(line);
  };

  /** What has not been read yet. */
  const from = () => {
    const since = resume.again();
    return since === undefined ? start : { tail: 'all' as const, since };
  };

  /** Reads one run to its end. Answers whether there may be another. */
  async function readRun(client: Client): Promise<boolean> {
    const run = await readRunState(client, id, signal);
    // It ended, or was started anew, while nobody could see it.
    if (before && run.startedAt !== before.startedAt) {
      isBack();
      await tellEnd(client, before, run);
      mark({ kind: 'started' }, Date.parse(run.startedAt) || Date.now());
    }
    before = run;
    sink.state('reading');
    const stands = setTimeout(isBack, STANDS);
    try {
      await readLog(client, id, { ...from(), follow: start.follow, tty: run.tty }, take, signal);
    } catch (error) {
      if (!(error instanceof EngineError) || error.reason !== 'not-supported') throw error;
      mark({ kind: 'unreadable', driver: run.logDriver });
      return false;
    } finally {
      clearTimeout(stands);
    }
    if (signal.aborted || !start.follow) return false;
    const changes = watchContainer(engine, id);
    try {
      const after = await readRunState(client, id, signal);
      const isNext = after.startedAt !== run.startedAt;
      try {
        // The next round reads it otherwise.
        if (!isNext && !after.running) await readRest(client, after);
      } finally {
        if (isNext || !after.running) await tellEnd(client, run, after);
      }
      // The next round says that it was started.
      if (isNext) return true;
      if (after.running) {
        // It has been read to its end though there is more to come: to ask again at once would be to ask for ever.
        await untilBack(engine, PAUSE, signal);
        return true;
      }
      isBack();
      sink.state('waiting');
      for (;;) {
        await changes.next(signal);
        if (signal.aborted) return false;
        const { state } = engine;
        if (state.name !== 'connected') continue;
        // The next round says so.
        if (engine.endpoint?.url !== url) return true;
        const now = await readRunState(state.client, id, signal);
        if (!now.running && now.startedAt === after.startedAt) continue;
        return true;
      }
    } finally {
      changes.dispose();
    }
  }

  /**
   * Reads what is left of a run that has ended: engines up to 20.10 may end a log that is followed with the container, though
   * they have not told all of it. Podman leaves lines out anywhere, and its whole seconds don't tell which.
   */
  async function readRest(client: Client, { tty, startedAt, finishedAt }: RunState): Promise<void> {
    if (client.engine.podman !== undefined) return;
    const end = Date.parse(finishedAt);
    /** What may be of the next run, should that have begun by now. */
    const late: ReadLine[] = [];
    const takeRest = (line: ReadLine) => {
      if (line.seconds * 1000 + line.nanos / 1e6 < end) take(line);
      else late.push({ ...line, text: Buffer.from(line.text) });
    };
    // It is being removed, which is told once it has been.
    const going = (error: unknown) => {
      if (!(error instanceof EngineError) || !GOING.has(error.reason)) throw error;
    };
    await readLog(client, id, { ...from(), follow: false, tty }, takeRest, signal).catch(going);
    const now = late.length ? await readRunState(client, id, signal).catch(going) : undefined;
    // What is left out here the next round reads.
    if (!now || now.startedAt === startedAt) for (const line of late) take(line);
  }

  /** Says how a run ended: by the engine's events, or by the container's state while that is still of the same run. */
  async function tellEnd(client: Client, run: RunState, after: RunState): Promise<void> {
    if (told === run.startedAt) return;
    const isOfRun = !after.running && after.startedAt === run.startedAt;
    const end = run.running ? await readRunEnd(client, id, run.startedAt, signal) : undefined;
    const { exitCode, oom, finishedAt } = after;
    if (end)
      mark({ kind: 'exited', code: end.exitCode, oom: end.oom || (isOfRun && oom) }, end.time);
    else if (isOfRun && Date.parse(finishedAt) > 0)
      mark({ kind: 'exited', code: exitCode, oom }, Date.parse(finishedAt));
    else return;
    told = run.startedAt;
  }

  /** What to do about a failure. Answers whether to go on. */
  async function failed(error: unknown): Promise<boolean> {
    if (signal.aborted) return false;
    const known = error instanceof EngineError ? error : undefined;
    if (known?.reason === 'not-found') {
      mark({ kind: 'removed' }, removedAt);
      return false;
    }
    if (!known || !AWAY.has(known.reason)) {
      mark({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      return false;
    }
    if (!start.follow) {
      mark({ kind: 'failed', message: known.message });
      return false;
    }
    if (!lost) mark({ kind: 'lost' });
    lost = true;
    sink.state('waiting');
    await untilBack(engine, Math.min(PAUSE * 2 ** failures++, LONGEST_PAUSE), signal);
    return true;
  }

  for (let goesOn = true; goesOn && !signal.aborted;) {
    try {
      const client = await engine.client(signal);
      url ??= engine.endpoint?.url;
      if (engine.endpoint?.url !== url) {
        mark({ kind: 'elsewhere' });
        break;
      }
      goesOn = await readRun(client);
    } catch (error) {
      goesOn = await failed(error);
    }
  }
  removal.dispose();
  if (!signal.aborted) sink.state('ended');
}

const isRemoval = (event: EngineEvent) =>
  effectsOf(event).some(({ do: what }) => what === 'remove');

/**
 * Tells of all that happens to a container, also between two questions. One that was restarted may look as before, so that the
 * store has no change to tell of.
 */
function watchContainer(engine: LogEngine, id: string) {
  let seen = false;
  let wake = () => {};
  const tell = () => {
    seen = true;
    wake();
  };
  const isIt = (item: { readonly id: string }) => item.id === id;
  const items = engine.onDidChangeItems(({ kind, added, changed, removed }) => {
    if (kind === 'container' && [added, changed, removed].some((all) => all.some(isIt))) tell();
  });
  const events = engine.onEvent((event) => event.kind === 'container' && isIt(event) && tell());
  const connection = engine.onDidChange(tell);
  return {
    /** Resolves at the next change, or when the signal fires. */
    async next(signal: AbortSignal): Promise<void> {
      if (!seen && !signal.aborted)
        await new Promise<void>((done) => {
          wake = done;
          signal.addEventListener('abort', () => done(), { once: true });
        });
      seen = false;
    },
    dispose() {
      items.dispose();
      events.dispose();
      connection.dispose();
    },
  };
}

/** Resolves when the engine is connected, `pause` milliseconds at the earliest, or when the signal fires. */
async function untilBack(engine: LogEngine, pause: number, signal: AbortSignal): Promise<void> {
  await sleep(pause, undefined, { signal }).catch(() => {
    // The signal: whoever waits looks at it.
  });
  if (signal.aborted || engine.state.name === 'connected') return;
  await new Promise<void>((done) => {
    const finish = () => {
      subscription.dispose();
      signal.removeEventListener('abort', finish);
      done();
    };
    const subscription = engine.onDidChange(() => {
      if (engine.state.name === 'connected') finish();
    });
    signal.addEventListener('abort', finish);
  });
}
