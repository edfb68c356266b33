import { noLinks } from '../util/format.ts';

/**
 * Why a call to an engine or a registry failed, in terms a remedy can be chosen by.
 * The first group says that there is no engine to talk to, the second what an engine or registry answered.
 */
export type Reason =
  | 'no-socket' // the socket, pipe or host does not exist
  | 'permission' // the socket exists and we may not open it
  | 'refused' // nobody listens behind the address
  | 'dropped' // the connection broke while in use
  | 'timeout'
  | 'tls' // certificate or handshake
  | 'ssh' // the ssh program failed
  | 'not-an-engine' // something answers, but not with the protocol we speak
  | 'too-old' // the API version is below what we support
  | 'config' // the endpoint, context or docker configuration cannot be read
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'rate-limited'
  | 'not-supported'
  | 'untrusted' // what the workspace says would be run, and it is not trusted
  | 'server' // 5xx, or an error reported in a progress stream
  | 'cancelled';

/** The one error type that the engine layer throws. `message` is one line fit to be shown; `detail` goes to the log. */
export class EngineError extends Error {
  readonly reason: Reason;
  /** HTTP status, where there was one. */
  readonly status: number | undefined;
  /** Raw text behind the message: response body, stderr of ssh. Never contains credentials. */
  readonly detail: string | undefined;
  /** The answer was a status alone, so that the words of the message are ours. */
  readonly wordless: boolean;
  /** Id of the build that failed by it: its log says more than ours. */
  readonly build: string | undefined;

  constructor(
    reason: Reason,
    message: string,
    more: {
      readonly status?: number | undefined;
      readonly detail?: string | undefined;
      readonly wordless?: boolean;
      readonly build?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    // Half of a message may be an engine's or a registry's own words, and those are text, in a terminal too, which obeys
    // escape sequences.
    super(noLinks(message), { cause: more.cause });
    this.name = 'EngineError';
    this.reason = reason;
    this.status = more.status;
    this.detail = more.detail;
    this.wordless = more.wordless ?? false;
    this.build = more.build;
  }
}
