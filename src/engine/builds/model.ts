/**
 * A build as it is shown and kept: plain data that survives JSON. Times are milliseconds since the epoch by the
 * engine's clock, with fractions; sizes are bytes; lines count from 1.
 */
export interface Build {
  /** The reference that the engine knows the build by; of our own making for the classic builder. */
  readonly id: string;
  readonly request: BuildRequest;
  readonly builder: 'buildkit' | 'classic';
  readonly state: BuildState;
  readonly started: number;
  readonly ended?: number;
  /**
   * What is to be added to times of the engine's clock to have this computer's, such as `Date.now()`; absent for 0. How
   * long something has been running is `Date.now() - skew - since`.
   */
  readonly skew?: number;
  /** In the order in which the engine told of them. */
  readonly steps: readonly BuildStep[];
  readonly warnings: readonly BuildWarning[];
  /** What made it fail. */
  readonly failure?: BuildFailure;
  /** `sha256:…`, of the image that came of it. */
  readonly image?: string;
  /** While it runs: the engine answers nothing, though the connection stands. */
  readonly unanswered?: true;
  /** Somebody else's build: it can neither be ended nor made again from here. */
  readonly elsewhere?: true;
}

export type BuildState = 'running' | 'completed' | 'failed' | 'cancelled';

/** What was asked for, without anything secret: of secrets their ids, of build arguments their names. */
export interface BuildRequest {
  /** Absolute path of the Dockerfile, for remote contexts and builds of others its name as the engine has it. */
  readonly dockerfile: string;
  /** Absolute path of the build context, or its URL. */
  readonly context: string;
  readonly target?: string;
  readonly tags: readonly string[];
  readonly buildArgs: readonly string[];
  readonly platforms: readonly string[];
  readonly secrets: readonly string[];
  readonly noCache?: boolean;
}

/** A step that waits once its build has ended was never run. */
export type StepState = 'waiting' | 'running' | 'cached' | 'completed' | 'failed' | 'cancelled';

export interface BuildStep {
  /**
   * The engine's digest of the step. In another build the same step has the same id as long as nothing before it changed;
   * but whatever depends on the build context has another one each time, even when it is cached.
   */
  readonly id: string;
  /** As the engine words it: `[build 2/5] RUN make`, `[internal] load build context`, `exporting to image`. */
  readonly name: string;
  /** Ids of the steps that it needs the results of. */
  readonly inputs: readonly string[];
  readonly state: StepState;
  /** The first time that it ran, and the last time that it stopped. */
  readonly started?: number;
  readonly ended?: number;
  /** Milliseconds that it ran: a step may be started more than once. */
  readonly duration: number;
  /** While it runs: since when, which `duration` doesn't count. */
  readonly since?: number;
  readonly error?: string;
  /** Pulls, uploads and the like within it, in the order in which they began. */
  readonly transfers: readonly Transfer[];
  /** Name of the stage, or its number where it has no name; absent for what belongs to none (`[internal]`, exporting). */
  readonly stage?: string;
  /** `2` of `[build 2/5]`. */
  readonly index?: number;
  /** `5` of `[build 2/5]`. */
  readonly total?: number;
  /** What remains of the name without its bracket: `RUN make`. */
  readonly instruction: string;
  /** `linux/arm64`, where a build for several platforms says so. */
  readonly platform?: string;
  /** Where the instruction stands in the Dockerfile, first and last line; absent where it isn't known. */
  readonly lines?: readonly [number, number];
  /** How much it wrote in all; what is kept of it is asked for apart. */
  readonly logBytes: number;
}

export interface Transfer {
  readonly id: string;
  readonly current: number;
  /** 0 while it isn't known. */
  readonly total: number;
  readonly started?: number;
  readonly completed?: number;
}

export interface BuildWarning {
  readonly message: string;
  readonly detail: readonly string[];
  readonly url?: string;
  readonly lines?: readonly [number, number];
}

export interface BuildFailure {
  /** One sentence fit to be shown. */
  readonly message: string;
  /** The step that failed. */
  readonly step?: string;
  /** Lines of the Dockerfile that the engine blames. */
  readonly lines?: readonly [number, number];
  readonly exitCode?: number;
  /** Why the command of the step did not begin; one sentence. */
  readonly notRun?: string;
  /** The path that an instruction did not find where it copies from. */
  readonly missing?: string;
  /** The image that could not be had, `app:latest`, or what was taken for one; empty where the builder does not say which. */
  readonly image?: string;
  /** The name of a stage to stop at that there is none of. */
  readonly noStage?: string;
  /** What the builder takes to be meant by the image's name. */
  readonly meant?: string;
}

/** What can be told of a failure by a builder's words alone. */
export type ToldFailure = Omit<BuildFailure, 'step' | 'lines'>;

/** What the engine tells while it builds: of BuildKit's Control.Status, times in milliseconds since the epoch. */
export interface StatusUpdate {
  readonly steps: readonly StepUpdate[];
  readonly transfers: readonly TransferUpdate[];
  readonly logs: readonly LogUpdate[];
  readonly warnings: readonly BuildWarning[];
  /** Its times are of this computer's clock, and not of the engine's. */
  readonly isOurs?: true;
}

/** An update to begin with, that tells nothing. */
export const NOTHING: StatusUpdate = { steps: [], transfers: [], logs: [], warnings: [] };

/** The present state of a step; told again whenever something of it changes. */
export interface StepUpdate {
  readonly id: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly cached: boolean;
  readonly started: number | undefined;
  readonly completed: number | undefined;
  readonly error: string | undefined;
  /** Steps of one group are parts of one instruction, such as the copying and the linking of a `COPY --link`. */
  readonly group?: StepGroup | undefined;
}

export interface StepGroup {
  readonly id: string;
  /** Worded like the name of a step. */
  readonly name: string;
}

export interface TransferUpdate extends Transfer {
  readonly step: string;
}

/** Output of a step, cut anywhere, in the middle of a character too. */
export interface LogUpdate {
  readonly step: string;
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
}
