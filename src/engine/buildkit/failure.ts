import { withoutSignIns } from '../../util/signIns.ts';
import { BuildError } from '../builds/buildError.ts';
import type { BuildFailure } from '../builds/model.ts';
import { EngineError } from '../errors.ts';
import type { Reason } from '../errors.ts';
import { refineRegistryError } from '../progress.ts';
import { failureWords } from './failureWords.ts';
import { cancelled } from '../transport/failures.ts';
import { code } from './grpc/status.ts';
import type { GrpcError } from './grpc/status.ts';

/**
 * Says why the builder refused or broke off. Engines of Docker 26 and later tell the step, its exit code and the lines of
 * the Dockerfile in the error's details (moby/buildkit, solver/errdefs); of older ones there are only words.
 * @param platforms that were asked for, `linux/arm64,linux/amd64`
 * @returns EngineError `cancelled`, else a BuildError: `unauthorized`, `rate-limited` and the like where a registry is to blame
 */
export function buildError(error: GrpcError, platforms?: string): EngineError {
  if (error.code === code.cancelled) return cancelled(error);
  const failure = buildFailure(error, platforms);
  return new BuildError(failure, reasonOf(error.message, failure), {
    detail: withoutSignIns(error.message),
    cause: error,
  });
}

/** What is known of a build that the builder refused or broke off; as {@link buildError}. */
export function buildFailure(error: GrpcError, platforms?: string): BuildFailure {
  const detail = (type: string) => detailOf(error, type);
  const step = detail('errdefs.Vertex')['digest'];
  const lines = linesOf(detail('errdefs.Source')['ranges']) ?? linesInWords(error.message);
  const { Code: exitCode } = detail('gatewayapi.ExitMessage');
  return {
    ...failureWords(error.message, platforms),
    ...(typeof step === 'string' && { step }),
    ...(lines && { lines }),
    ...(Number.isSafeInteger(exitCode) && { exitCode: Number(exitCode) }),
  };
}

/**
 * Says why a build that was asked for has failed. The builder also says that it was cancelled when it lost its client, by
 * chance: nobody has cancelled it then.
 * @param isCancelled whether the person has
 * @param platforms as {@link buildError}'s
 */
export function solveError(
  error: GrpcError,
  isCancelled: boolean,
  platforms?: string,
): EngineError {
  if (error.code !== code.cancelled || isCancelled) return buildError(error, platforms);
  return new EngineError(
    'dropped',
    'The engine gave the build up, as it does when a connection to it breaks off. Build again.',
    { detail: error.message, cause: error },
  );
}

/** A detail of the error, which engines send as JSON, by the end of its type's name; empty where it isn't there. */
export function detailOf(error: GrpcError, type: string): Readonly<Record<string, unknown>> {
  const found = error.details.findLast(({ typeUrl }) => typeUrl.endsWith(`${type}+json`));
  if (!found) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(found.value).toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // The message says what is wrong without it.
    return {};
  }
}

/** First and last line, from 1, of ranges as engines write them in JSON. */
export function linesOf(ranges: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(ranges)) return undefined;
  const numbers = ranges.flatMap(
    (range: { start?: { line?: unknown }; end?: { line?: unknown } } | null) =>
      [range?.start?.line, range?.end?.line].filter((line) => typeof line === 'number' && line > 0),
  ) as number[];
  return numbers.length ? [Math.min(...numbers), Math.max(...numbers)] : undefined;
}

function linesInWords(message: string): readonly [number, number] | undefined {
  const line = Number(/dockerfile parse error (?:on )?line (\d+)/i.exec(message)?.[1]);
  return line > 0 ? [line, line] : undefined;
}

/** Of what a registry answered the reason has a remedy; the words of a command that failed mean nothing of the kind. */
function reasonOf(message: string, { exitCode }: BuildFailure): Reason {
  const ofRegistry = /source metadata|authoriz|pull access|too ?many ?requests|insufficient_scope/i;
  if (exitCode !== undefined || !ofRegistry.test(message)) return 'server';
  const refined = refineRegistryError(new EngineError('server', message, { status: 500 }));
  return refined instanceof EngineError ? refined.reason : 'server';
}
