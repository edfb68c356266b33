import { createEmitter } from '../../util/emitter.ts';
import type { Event } from '../../util/emitter.ts';
import { readOutline } from '../../util/dockerfileOutline.ts';
import type { Outline } from '../../util/dockerfileOutline.ts';
import { failureWords } from '../buildkit/failureWords.ts';
import { stepLines } from './lines.ts';
import { ownStages } from './ownStage.ts';
import { withMeant } from './meant.ts';
import type {
  Build,
  BuildFailure,
  BuildRequest,
  BuildStep,
  StatusUpdate,
  StepUpdate,
} from './model.ts';
import { notStarted } from './notStarted.ts';
import { createRedactor } from './redact.ts';
import { addWarnings, redactedFailure, redactedStep, redactedTransfer } from './redacted.ts';
import { lastLines, LOG_LIMITS } from './stepLog.ts';
import type { LogLimits, StepLog } from './stepLog.ts';
import { createStepOutput } from './stepOutput.ts';
import type { LogPiece } from './stepOutput.ts';
import { createStepRecord } from './stepRecord.ts';
import type { StepRecord } from './stepRecord.ts';

export interface RecordOptions {
  /** Text of the Dockerfile, so that steps can say which lines they are. */
  readonly dockerfile?: string | undefined;
  /** Values that are never to be shown, whoever prints them. */
  readonly secrets?: readonly string[] | undefined;
  readonly limits?: LogLimits | undefined;
  /** This computer's clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
  /** What the difference between this clock and the engine's is at most, as {@link Build.skew}, where that is known. */
  readonly skew?: number | undefined;
  /** When the build began by the engine's clock, where that is known. */
  readonly started?: number | undefined;
}

export interface BuildChange {
  readonly build: Build;
  /** Ids of steps that were not there before. */
  readonly added: readonly string[];
  /** Ids of steps that differ, those added among them. */
  readonly changed: readonly string[];
  /** What steps have written, in the order in which they did. */
  readonly logs: readonly LogPiece[];
}

export type BuildResult =
  | { readonly state: 'completed'; readonly image?: string | undefined }
  | { readonly state: 'failed'; readonly failure: BuildFailure }
  | { readonly state: 'cancelled' };

/** A build under way, as the engine tells of it. */
export interface BuildRecord {
  /** The build as it is now. Objects within it stay the same as long as nothing of them changes. */
  build(): Build;
  log(step: string): StepLog;
  /** Has a value never be shown from now on: a secret that the build is about to get. */
  hide(secret: string): void;
  /** Tells which builder it is: BuildKit until then. To be called before its steps are told. */
  builtBy(builder: Build['builder']): void;
  /** Tells that the engine answers nothing any more, or does again. */
  silent(isSilent: boolean): void;
  /** Takes in what the engine told. Nothing happens once the build is finished. */
  update(update: StatusUpdate): void;
  /** Ends the build: what still runs was cancelled, or is completed if the build is. Only the first end counts. */
  finish(result: BuildResult): void;
  readonly onDidChange: Event<BuildChange>;
}

/** Makes the record of a build that begins now. `id` is the reference by which the engine is asked for it. */
export function createBuildRecord(
  id: string,
  request: BuildRequest,
  options: RecordOptions = {},
): BuildRecord {
  const { now = Date.now } = options;
  const redactor = createRedactor(options.secrets ?? []);
  const outline = options.dockerfile === undefined ? undefined : readOutline(options.dockerfile);
  const own = outline && ownStages(outline);
  const changes = createEmitter<BuildChange>();
  const steps = new Map<string, StepRecord>();
  const output = createStepOutput(redactor, options.limits ?? LOG_LIMITS);
  const begun = now();
  let { skew } = options;
  let build: Build = {
    id,
    request,
    builder: 'buildkit',
    state: 'running',
    started: options.started ?? begun,
    steps: [],
    warnings: [],
  };

  /** What was told just now happened a moment ago at least: the least difference is the best. */
  function tellTime(update: StatusUpdate): void {
    const times = [
      ...update.steps.flatMap(({ started, completed }) => [started, completed]),
      ...update.logs.map(({ time }) => time),
    ].filter((time) => time !== undefined);
    if (times.length === 0) return;
    const difference = now() - Math.max(...times);
    if (skew === undefined) {
      skew = difference;
      const started = options.started ?? Math.min(begun - skew, ...times);
      build = { ...build, started, skew };
    } else if (difference < skew) {
      skew = difference;
      build = { ...build, skew };
    }
  }

  function stepOf(update: StepUpdate, added: string[]): StepRecord {
    const known = steps.get(update.id);
    if (known) return known;
    const made = createStepRecord(update.id, (name) =>
      own && build.builder === 'buildkit' ? own(name) : name,
    );
    steps.set(update.id, made);
    added.push(update.id);
    return made;
  }

  /** Has the build show what its steps have become; answers which differ. */
  function renew(): readonly string[] {
    const changed = Array.from(steps).filter(([, step]) => step.renew());
    if (changed.length > 0)
      build = { ...build, steps: Array.from(steps.values(), (step) => step.step()) };
    return changed.map(([id]) => id);
  }

  function failure(told: BuildFailure): BuildFailure {
    const clean = redactedFailure(told, redactor);
    const step = clean.step ?? culprit(build.steps, clean)?.id;
    const found = build.steps.find((one) => one.id === step);
    const placed = {
      ...clean,
      ...(step !== undefined && { step }),
      ...(!clean.lines && found?.lines && { lines: found.lines }),
    };
    const [last] = step === undefined ? [] : lastLines(output.log(step), 1);
    return withMeant(notStarted(placed, last), found, outline);
  }

  return {
    build: () => build,
    log: output.log,
    hide: (secret) => redactor.add(secret),
    builtBy: (builder) => void (build = { ...build, builder }),
    onDidChange: changes.event,
    silent(isSilent) {
      if (build.state !== 'running') return;
      const { unanswered: _, ...rest } = build;
      build = isSilent ? { ...rest, unanswered: true } : rest;
      changes.fire({ build, added: [], changed: [], logs: [] });
    },
    update(told) {
      if (build.state !== 'running') return;
      const update = told.isOurs ? shifted(told, -(skew ?? 0)) : told;
      const before = build;
      const added: string[] = [];
      const logs: LogPiece[] = [];
      if (!told.isOurs) tellTime(update);
      for (const one of update.steps) {
        stepOf(one, added).tell(redactedStep(sinceThen(one, build.started), redactor));
      }
      for (const transfer of update.transfers)
        steps.get(transfer.step)?.transfer(redactedTransfer(transfer, redactor));
      for (const log of update.logs) {
        const step = steps.get(log.step);
        if (!step) continue;
        step.wrote(log.data.length);
        output.write(log, logs);
      }
      for (const { id } of update.steps) if (steps.get(id)?.resting()) output.flush(id, logs);
      const warnings = addWarnings(build.warnings, update.warnings, redactor);
      if (warnings !== build.warnings) build = { ...build, warnings };
      if (added.length > 0 && outline) locate(outline, steps, build.builder);
      const changed = renew();
      if (build !== before) changes.fire({ build, added, changed, logs });
    },
    finish(result) {
      if (build.state !== 'running') return;
      const logs: LogPiece[] = [];
      const times = [...steps.values()].map((step) => step.last());
      const ended = Math.max(now() - (skew ?? 0), build.started, ...times);
      for (const [id, step] of steps) {
        step.end(ended, result.state === 'completed');
        output.flush(id, logs);
      }
      const changed = renew();
      const { unanswered: _, ...answered } = build;
      build = {
        ...answered,
        state: result.state,
        ended,
        ...(result.state === 'completed' && result.image !== undefined && { image: result.image }),
        ...(result.state === 'failed' && { failure: failure(result.failure) }),
      };
      changes.fire({ build, added: [], changed, logs });
    },
  };
}

/** The step that made a build fail, where that is not told; the builder goes on without a cache that it cannot have. */
function culprit(steps: readonly BuildStep[], failure: BuildFailure): BuildStep | undefined {
  const failed = steps.filter(
    ({ state, name }) => state === 'failed' && !name.startsWith('importing cache manifest '),
  );
  return failed.find(({ error }) => error !== undefined && saysOf(error, failure)) ?? failed.at(-1);
}

/** Whether what a step says is what made the build fail, of which more may be told, such as for which platforms. */
function saysOf(error: string, { message, image }: BuildFailure): boolean {
  if (message.includes(error)) return true;
  const told = failureWords(error);
  return told.message === message || (told.image !== undefined && told.image === image);
}

function locate(
  outline: Outline,
  steps: ReadonlyMap<string, StepRecord>,
  builder: Build['builder'],
): void {
  const found = stepLines(
    outline,
    Array.from(steps.values(), (step) => step.name()),
    builder,
  );
  for (const [id, step] of steps) step.locate(found.get(id));
}

/** A step that another build had begun before: this one has waited for it from its own begin on. */
function sinceThen(update: StepUpdate, begin: number): StepUpdate {
  const { started, completed } = update;
  if (started === undefined || started >= begin) return update;
  return {
    ...update,
    started: begin,
    completed: completed === undefined ? undefined : Math.max(completed, begin),
  };
}

/** An update with other times; it has no logs. */
function shifted(update: StatusUpdate, by: number): StatusUpdate {
  const shift = <
    T extends { readonly started?: number | undefined; readonly completed?: number | undefined },
  >(
    one: T,
  ): T => ({
    ...one,
    ...(one.started !== undefined && { started: one.started + by }),
    ...(one.completed !== undefined && { completed: one.completed + by }),
  });
  return { ...update, steps: update.steps.map(shift), transfers: update.transfers.map(shift) };
}
