import { EngineError } from '../errors.ts';
import type { Reason } from '../errors.ts';
import type { BuildFailure } from './model.ts';

/** A build that failed: what is thrown, with what a line of the Dockerfile can be marked by. */
export class BuildError extends EngineError {
  readonly failure: BuildFailure;

  constructor(
    failure: BuildFailure,
    reason: Reason,
    more: { readonly detail?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(reason, failure.message, more);
    this.name = 'BuildError';
    this.failure = failure;
  }
}
