import { EngineError } from '../errors.ts';

/**
 * Whether an error says that an engine has no BuildKit: it knows no such path, or does not change protocols. What is not
 * found otherwise, such as a file, has no status of HTTP.
 */
export const lacksBuildkit = (error: unknown): boolean =>
  error instanceof EngineError &&
  error.status !== undefined &&
  (error.reason === 'not-found' || error.reason === 'not-supported');
