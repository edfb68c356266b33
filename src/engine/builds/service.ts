import { readFile } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { createEmitter } from '../../util/emitter.ts';
import type { Disposable, Event } from '../../util/emitter.ts';
import type { Allowance } from '../allowance.ts';
import type { BuildOptions } from '../buildkit/request.ts';
import { EngineError } from '../errors.ts';
import { BuildError } from './buildError.ts';
import { addPast, readHistory, storeHistory, toPast } from './history.ts';
import type { PastBuild } from './history.ts';
import type { Build, BuildFailure, StatusUpdate } from './model.ts';
import { createBuildRecord } from './record.ts';
import type { BuildRecord } from './record.ts';
import type { LogPiece } from './stepOutput.ts';
import { requestOf } from './request.ts';
import type { StepLog } from './stepLog.ts';
import type { DockerfileText } from './terminalEnd.ts';
import { lastLines, NO_LOG } from './stepLog.ts';

/** What is told while the engine builds. */
export interface BuildHooks {
  /** The reference that the engine is to know the build by. */
  readonly ref: string;
  readonly onStatus: (update: StatusUpdate) => void;
  /** Told when the engine answers nothing any more, and when it does again. */
  readonly onSilence?: ((isSilent: boolean) => void) | undefined;
  /**
   * Called with all that is secret before anything is told, and again before a step gets the value of a secret, which may not
   * be what it was when the build began.
   */
  readonly onSecret: (value: Buffer) => void;
  /** Called once, when it is known. */
  readonly onBuilder: (builder: Build['builder']) => void;
  /** What of the context may be sent without a question. Default: all. */
  readonly allowance?: Allowance | undefined;
}

/**
 * Builds on the engine at hand. Resolves with the image's id where an image came of it, `sha256:…`; rejects with an
 * EngineError, `cancelled` when the signal fired.
 */
export type BuildOnEngine = (
  options: BuildOptions,
  hooks: BuildHooks,
  signal: AbortSignal,
) => Promise<string | undefined>;

/** Where builds are kept from one session to the next: a value for JSON, without anything secret. */
export interface BuildHistory {
  load(): unknown;
  save(value: unknown): void;
}

/** Keeps what may be secret: arguments' values, addresses. */
export interface OptionStore {
  get(build: string): Promise<BuildOptions | undefined>;
  /** Undefined forgets them. */
  set(build: string, options: BuildOptions | undefined): Promise<void>;
}

export interface StartOptions {
  /** Somebody else makes problems of what it says of its Dockerfile. */
  readonly matched?: boolean;
  /** What of the context may be sent without a question: what that throws cancels the build, and `done` rejects with it. */
  readonly allowance?: Allowance | undefined;
}

export interface BuildsChange {
  readonly what: 'started' | 'changed' | 'ended' | 'removed';
  readonly build: Build;
  /** Somebody else makes problems of what it says of its Dockerfile. */
  readonly matched: boolean;
  /** What steps have written since the change before. */
  readonly logs: readonly LogPiece[];
}

export interface StartedBuild {
  readonly id: string;
  /** Resolves with the build that is completed; rejects with what made it fail, or with its being cancelled. */
  readonly done: Promise<Build>;
}

/** The builds of a workspace: those that run, and those of before. */
export interface Builds extends Disposable {
  readonly onDidChange: Event<BuildsChange>;
  /** The newest first. */
  list(): readonly Build[];
  get(id: string): Build | undefined;
  /** What a step has written. Empty for builds of an earlier session, whose output is not kept. */
  log(id: string, step: string): StepLog;
  /** Whether the output of a build is still there. */
  hasLogs(id: string): boolean;
  /** The last lines that a step has written: for builds of an earlier session those of the steps that failed. */
  tail(id: string, step: string, lines: number): readonly string[];
  /** The text of the Dockerfile that a build of this session was made of. */
  dockerfile(id: string): DockerfileText | undefined;
  /** What a build was asked for with, to do the same again. */
  options(id: string): Promise<BuildOptions | undefined>;
  start(options: BuildOptions, more?: StartOptions): Promise<StartedBuild>;
  /** Ends a build that runs; the others go on. */
  cancel(id: string): void;
  /** Forgets builds that have ended, and what was kept with them. */
  remove(ids: readonly string[]): Promise<void>;
}

/** Of so many builds what the steps have written is kept, in memory. */
const KEPT_LOGS = 8;

interface Live {
  readonly record: BuildRecord;
  readonly controller: AbortController;
  readonly dockerfile: DockerfileText | undefined;
}

/**
 * Makes the service that starts builds and remembers them.
 * @param newId makes a reference that no other build has
 * @param report told of what could not be kept
 */
export function createBuilds(parts: {
  readonly build: BuildOnEngine;
  readonly history: BuildHistory;
  readonly options: OptionStore;
  readonly newId: () => string;
  readonly report: (error: unknown) => void;
}): Builds {
  const { build: onEngine, history, options: store, newId, report } = parts;
  const changes = createEmitter<BuildsChange>();
  let running: readonly Build[] = [];
  let known: readonly PastBuild[] | undefined;
  /** Read when somebody asks for it: a window that builds nothing has no use for it. */
  const past = () => (known ??= readHistory(history.load()).history);
  /** Those of this session, in the order of their beginning. */
  const live = new Map<string, Live>();

  const list = () => [...running, ...past().map(({ build }) => build)];
  const get = (id: string) => list().find((build) => build.id === id);
  const logOf = (id: string, step: string) => live.get(id)?.record.log(step) ?? NO_LOG;

  const save = () => history.save(storeHistory(past(), running));

  /** Keeps a build that has ended; what finds no room is forgotten with all that belongs to it. */
  function keep(build: Build): void {
    running = running.filter(({ id }) => id !== build.id);
    const before = past();
    known = addPast(
      before,
      toPast(build, (step) => logOf(build.id, step)),
    );
    save();
    const kept = new Set(known.map(({ build }) => build.id));
    for (const { build } of before) if (!kept.has(build.id)) forget(build).catch(report);
    const idle = [...live.keys()].filter((id) => !running.some((build) => build.id === id));
    for (const id of idle.slice(0, Math.max(0, idle.length - KEPT_LOGS))) live.delete(id);
  }

  async function forget(build: Build): Promise<void> {
    live.delete(build.id);
    changes.fire({ what: 'removed', build, matched: false, logs: [] });
    await store.set(build.id, undefined);
  }

  function follow(record: BuildRecord, matched: boolean): void {
    record.onDidChange(({ build, logs }) => {
      const what = build.state === 'running' ? 'changed' : 'ended';
      if (what === 'ended') keep(build);
      else running = running.map((one) => (one.id === build.id ? build : one));
      changes.fire({ what, build, matched, logs });
    });
  }

  async function run(
    id: string,
    options: BuildOptions,
    { record, controller }: Live,
    allowance: Allowance | undefined,
  ): Promise<Build> {
    let declined: { readonly error: unknown } | undefined;
    const hooks: BuildHooks = {
      ref: id,
      onStatus: record.update,
      onSilence: record.silent,
      onSecret: (value: Buffer) => record.hide(value.toString()),
      onBuilder: record.builtBy,
      allowance: allowance && {
        ...allowance,
        ask: () =>
          allowance.ask().catch((error: unknown) => {
            declined = { error };
            controller.abort();
            throw error;
          }),
      },
    };
    try {
      const image = await onEngine(options, hooks, controller.signal);
      record.finish({ state: 'completed', image });
    } catch (error) {
      const cancelled = error instanceof EngineError && error.reason === 'cancelled';
      record.finish(
        cancelled || controller.signal.aborted
          ? { state: 'cancelled' }
          : { state: 'failed', failure: failureOf(error) },
      );
      throw declined ? declined.error : error;
    }
    return get(id) ?? record.build();
  }

  return {
    onDidChange: changes.event,
    list,
    get,
    log: logOf,
    hasLogs: (id) => live.has(id),
    tail: (id, step, lines) =>
      live.has(id)
        ? lastLines(logOf(id, step), lines)
        : (past()
            .find(({ build }) => build.id === id)
            ?.tails[step]?.slice(-lines) ?? []),
    dockerfile: (id) => live.get(id)?.dockerfile,
    options: (id) => store.get(id),
    async start(options, { matched = false, allowance } = {}) {
      const id = newId();
      const dockerfile = options.dockerfileText ?? (await textOf(options.dockerfile));
      const record = createBuildRecord(id, requestOf(options), { dockerfile });
      const one: Live = {
        record,
        controller: new AbortController(),
        dockerfile:
          dockerfile === undefined
            ? undefined
            : { name: basename(options.dockerfile), text: dockerfile },
      };
      live.set(id, one);
      running = [record.build(), ...running];
      save();
      follow(record, matched);
      changes.fire({ what: 'started', build: record.build(), matched, logs: [] });
      // The text of an editor is of that moment; the next build takes what stands there then.
      const { dockerfileText: _, ...rest } = options;
      store.set(id, rest).catch(report);
      const done = run(id, options, one, allowance);
      // Whoever waits for it hears of it; whoever does not has the view.
      done.catch(() => {});
      return { id, done };
    },
    cancel: (id) => live.get(id)?.controller.abort(),
    async remove(ids) {
      const gone = past().filter(({ build }) => ids.includes(build.id));
      known = past().filter((one) => !gone.includes(one));
      save();
      await Promise.all(gone.map(({ build }) => forget(build)));
    },
    dispose() {
      for (const { id } of running) live.get(id)?.controller.abort();
      changes.dispose();
    },
  };
}

/** What is known of a failure: the builder may tell the step and the lines, anything else a message. */
function failureOf(error: unknown): BuildFailure {
  if (error instanceof BuildError) return error.failure;
  return { message: error instanceof Error ? error.message : String(error) };
}

/** Undefined for a file that cannot be read: then the build itself says so; and for one that is in an address. */
async function textOf(file: string): Promise<string | undefined> {
  if (!isAbsolute(file)) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Without it steps only lack their lines.
    return undefined;
  }
}
