import type { StatusUpdate } from '../builds/model.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import type { Session } from '../session.ts';
import { frontendRequest } from './attrs.ts';
import { Bridge, Control } from './control.ts';
import { buildError } from './failure.ts';
import { failedStep } from './failedStep.ts';
import type { FailedStep } from './failedStep.ts';
import { asFrontend } from './gateway.ts';
import type { Frontend } from './gateway.ts';
import type { Services } from './grpc/exchange.ts';
import { GrpcError } from './grpc/status.ts';
import { newRef } from './ids.ts';
import { runProcess, startProcess } from './process.ts';
import type { BuildOptions } from './request.ts';
import { lacksBuildkit } from './lacking.ts';
import { statusUpdate } from './updates.ts';

export interface DebugShellOptions {
  /** Those of the build that failed. */
  readonly build: BuildOptions;
  readonly sharedKey: string;
  /** The build's own: files, credentials, secrets, ssh agents. Served as long as the shell is open. */
  readonly services: Services;
  /** Told of what went wrong in a service. */
  readonly onProblem: (error: unknown) => void;
  /** Told how the build goes until the step has failed again. */
  readonly onStatus?: (update: StatusUpdate) => void;
  readonly size: { readonly columns: number; readonly rows: number };
  /** Ends the build, or the shell. */
  readonly signal?: AbortSignal | undefined;
}

export interface DebugShell {
  readonly session: Session;
  /** Program and arguments that failed. */
  readonly args: readonly string[];
  /** What the builder said of the failure. */
  readonly message: string;
}

/** Names the best shell there is. One that has no path is built into another, and can't be run from outside. */
const BEST = 'for shell in bash ash sh; do command -v "$shell" && exit; done';

/** Where shells are in images that have no `sh` on the path. */
const ELSEWHERE = ['bash', '/bin/bash', '/bin/sh', '/busybox/sh'];

/**
 * Builds until a RUN fails, and opens a shell in what that step has left behind: its filesystem and mounts, its user,
 * directory and environment. Steps that are cached take no time; the one that fails is run again. All of it is gone once
 * the session has ended or is closed.
 * @throws EngineError: `not-supported` where the engine can't (no BuildKit, or before Docker 25), where the step runs no
 *   command, or where there is no shell; `conflict` when the build doesn't fail; a BuildError when it fails before any step
 */
export function openDebugShell(
  client: Pick<Client, 'request'>,
  { build, sharedKey, services, onProblem, onStatus, size, signal }: DebugShellOptions,
): Promise<DebugShell> {
  // What is cached of the build that failed is what is to be looked at.
  const request = frontendRequest({
    ...build,
    noCache: false,
    noCacheFilter: [],
    pull: false,
  });
  const name = 'shell in a failed step';
  const { entitlements } = request;
  return new Promise<DebugShell>((resolve, reject) => {
    asFrontend(
      client,
      { name, sharedKey, services, entitlements, onProblem, signal },
      async (frontend) => {
        if (onStatus) void follow(frontend, onStatus);
        const { step, message } = await fail(frontend, request.attrs);
        const shell = await findShell(frontend, step);
        await inContainer(frontend, step, async (init) => {
          const meta = { ...init.meta, args: [shell], env: environment(step) };
          const { session, over } = await startProcess(frontend, { ...init, meta }, size);
          resolve({ session, args: step.args, message });
          // A session that nobody reads does not see its end.
          await Promise.race([over, aborted(frontend.signal)]);
        });
      },
    ).catch((error: unknown) => {
      // Without effect once the shell is open: then the session tells of its end.
      reject(explain(error));
    });
  });
}

/** Asks for the build, which is to fail. */
async function fail(
  frontend: Frontend,
  attrs: Readonly<Record<string, string>>,
): Promise<{ step: FailedStep; message: string }> {
  try {
    await frontend.call(Bridge.Solve, {
      frontend: 'dockerfile.v0',
      frontendOpt: { ...attrs },
      allowResultReturn: true,
      allowResultArrayRef: true,
      evaluate: true,
    });
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    const step = failedStep(error);
    const failure = buildError(error);
    if (step) return { step, message: failure.message };
    const ran = error.details.some(({ typeUrl }) => typeUrl.endsWith('errdefs.Vertex+json'));
    if (!ran) throw failure;
    throw new EngineError(
      'not-supported',
      'The step that failed runs no command, so that there is no place for a shell.',
      { cause: error, detail: error.message },
    );
  }
  // Engines that can't evaluate a result answer with what they have planned.
  if (!frontend.capabilities.has('gateway.evaluate')) throw tooOld();
  throw new EngineError('conflict', 'The build does not fail any more.');
}

const tooOld = (cause?: unknown) =>
  new EngineError(
    'not-supported',
    'This engine does not keep what a failed step has written: a shell in it needs BuildKit of Docker 25 or later.',
    { cause },
  );

function explain(error: unknown): unknown {
  if (error instanceof GrpcError) return buildError(error);
  return lacksBuildkit(error) ? tooOld(error) : error;
}

/**
 * The shell's program: the best that `sh` finds, else the first that can be run of the step's own and the usual ones.
 * @throws EngineError `not-supported` when there is none, `server` when nothing at all can be run, such as for a user
 *   that doesn't exist
 */
async function findShell(frontend: Frontend, step: FailedStep): Promise<string> {
  const run = (args: string[]) =>
    inContainer(frontend, step, (init) =>
      runProcess(frontend, { ...init, meta: { ...init.meta, args } }),
    );
  const best = await run(['sh', '-c', BEST]);
  const [path = ''] = best.output.trim().split('\n');
  // What a container prints is not to be trusted further than a program's path goes.
  if (best.exitCode === 0) return /^\/[\w./+-]+$/.test(path) ? path : 'sh';
  let { output } = best;
  for (const shell of [step.args[0] ?? 'sh', ...ELSEWHERE]) {
    const { exitCode, output: said } = await run([shell, '-c', 'exit 0']);
    if (exitCode === 0) return shell;
    output = said;
  }
  if (/executable file not found|no such file or directory/i.test(output))
    throw new EngineError(
      'not-supported',
      'What the step has left behind holds no shell: neither bash nor sh.',
      { detail: output },
    );
  throw new EngineError('server', `No shell could be started: ${output.trim()}`, {
    detail: output,
  });
}

type Init = FailedStep['process'] & { readonly containerId: string };

/** A container is made for each program, for it ends with its first process. */
async function inContainer<T>(
  frontend: Frontend,
  step: FailedStep,
  work: (init: Init) => Promise<T>,
): Promise<T> {
  const containerId = newRef();
  await frontend.call(Bridge.NewContainer, { ...step.container, containerId });
  try {
    return await work({ ...step.process, containerId });
  } finally {
    await release(frontend, containerId);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function environment({ process }: FailedStep): string[] {
  const env = process.meta?.env ?? [];
  return env.some((entry) => entry.startsWith('TERM=')) ? env : [...env, 'TERM=xterm-256color'];
}

async function release(frontend: Frontend, containerId: string): Promise<void> {
  try {
    await frontend.call(Bridge.ReleaseContainer, { containerId });
  } catch {
    // It reports how its process ended, which is told by the session; and it is gone with the build at the latest.
  }
}

/** Passes on what the builder tells. What ends it early ends the build, too, and is told by that. */
async function follow(
  { ref, stream }: Frontend,
  onStatus: (update: StatusUpdate) => void,
): Promise<void> {
  try {
    for await (const message of stream(Control.Status, { ref })) onStatus(statusUpdate(message));
  } catch {
    return;
  }
}
