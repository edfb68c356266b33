import Dockerode from 'dockerode';
import type { Endpoint } from './endpoint.ts';
import { EngineError } from './errors.ts';
import { callEngine, createModem, type EngineCall, type ResultOf } from './modem.ts';
import { createTransport, type TransportOptions } from './transport/agent.ts';
import { parse, readBody } from './transport/answers.ts';
import { exchange } from './transport/exchange.ts';
import { where } from './transport/failures.ts';
import { record, textOf } from './mapping/reader.ts';

/** The oldest Engine API spoken: that of Docker 19.03. */
const OLDEST_API = '1.40';
/** The newest Engine API spoken: that of Docker 28.5. */
const NEWEST_API = '1.51';

/** A connection to an engine that answered. */
export interface Client {
  readonly docker: Dockerode;
  readonly endpoint: Endpoint;
  /** Negotiated, such as `1.41`. */
  readonly apiVersion: string;
  readonly engine: EngineInfo;
  /** The engine's clock when it was first spoken to, milliseconds, rounded down to seconds; undefined when it told none. */
  readonly greetedAt: number | undefined;
  /**
   * A call of the Engine API that dockerode lacks, or that is to be read in another way.
   * @throws EngineError whatever goes wrong.
   */
  request<As extends keyof ResultOf>(call: EngineCall<As>): Promise<ResultOf[As]>;
  /** Ends every connection; calls under way fail as cancelled. */
  close(): void;
}

interface EngineInfo {
  /** `Docker Engine`, `Podman Engine` … */
  readonly name: string;
  readonly version: string;
  /** `linux` or `windows`. */
  readonly os: string;
  readonly arch: string;
  /** Podman's own API version, when it is Podman. */
  readonly podman: string | undefined;
}

export interface ConnectOptions extends TransportOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the engine to answer the first calls. Default 15,000; over ssh 40,000, of which ssh itself may take some. */
  readonly answerTimeout?: number;
}

/**
 * Asks who is there and agrees on a version of the Engine API.
 * @throws EngineError: why there is no connection, `not-an-engine` when something else answers, `too-old` when there
 *   is no API version that both speak.
 */
export async function connect(endpoint: Endpoint, options: ConnectOptions = {}): Promise<Client> {
  const transport = createTransport(endpoint, options);
  const limit = new AbortController();
  const patience = endpoint.url.startsWith('ssh:') ? 40_000 : 15_000;
  const timer = setTimeout(() => limit.abort(), options.answerTimeout ?? patience);
  const signal = options.signal ? AbortSignal.any([options.signal, limit.signal]) : limit.signal;
  try {
    const greeting = await exchange(transport, {
      method: 'GET',
      path: '/_ping',
      lane: 'read',
      signal,
    });
    if (!greeting.response) throw notAnEngine(endpoint);
    const { headers, statusCode = 0 } = greeting.response;
    const said = (await readBody(greeting.response, endpoint, signal)).toString();
    const offered = textOf(headers['api-version']);
    if (statusCode >= 500 || statusCode === 401 || statusCode === 403)
      throw refusal(statusCode, said, endpoint);
    if (/HTTP request to an HTTPS server/i.test(said))
      throw new EngineError('tls', `The engine at ${where(endpoint)} wants TLS.`, { detail: said });
    if (statusCode !== 200 || !offered || !/^\d+\.\d+$/.test(offered))
      throw notAnEngine(endpoint, `/_ping: ${statusCode} ${said.slice(0, 500)}`);
    const version = await callEngine(transport, undefined, {
      path: '/version',
      as: 'json',
      signal,
    });
    const { engine, oldest } = describe(version, textOf(headers['libpod-api-version']));
    const apiVersion = negotiate(offered, oldest, endpoint);

    const greetedAt = Date.parse(headers.date ?? '');
    const modem = createModem(transport);
    modem.version = apiVersion;
    return {
      docker: dockerOver(modem),
      endpoint,
      apiVersion,
      engine,
      greetedAt: Number.isNaN(greetedAt) ? undefined : greetedAt,
      request: (call) => callEngine(transport, apiVersion, call),
      close: () => transport.close(),
    };
  } catch (error) {
    transport.close();
    if (limit.signal.aborted && !options.signal?.aborted)
      throw new EngineError('timeout', `The engine at ${where(endpoint)} did not answer in time.`, {
        cause: error,
      });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** dockerode's types know no `modem` option, though it is how dockerode itself hands its transport on. */
function dockerOver(modem: object): Dockerode {
  const options: Dockerode.DockerOptions & { modem: object } = { modem };
  return new Dockerode(options);
}

/**
 * The API version to speak.
 * @param offered the newest that the engine speaks
 * @param oldest the oldest that it speaks, when it said so
 * @throws EngineError `too-old`
 */
function negotiate(offered: string, oldest: string | undefined, endpoint: Endpoint): string {
  const at = where(endpoint);
  if (compare(offered, OLDEST_API) < 0)
    throw new EngineError(
      'too-old',
      `The engine at ${at} speaks API ${offered}; at least ${OLDEST_API} (Docker 19.03) is needed.`,
    );
  if (oldest && compare(oldest, NEWEST_API) > 0)
    throw new EngineError(
      'too-old',
      `The engine at ${at} wants API ${oldest} or later; Stevedore speaks up to ${NEWEST_API}.`,
    );
  return compare(offered, NEWEST_API) > 0 ? NEWEST_API : offered;
}

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

function describe(
  version: unknown,
  podman: string | undefined,
): { engine: EngineInfo; oldest: string | undefined } {
  const fields = record(version);
  const components = Array.isArray(fields['Components']) ? fields['Components'].map(record) : [];
  const main = textOf(components[0]?.['Name']) ?? 'Engine';
  return {
    engine: {
      name: main === 'Engine' ? 'Docker Engine' : main,
      version: textOf(fields['Version']) ?? 'unknown',
      os: textOf(fields['Os']) ?? 'linux',
      arch: textOf(fields['Arch']) ?? 'unknown',
      podman,
    },
    oldest: textOf(fields['MinAPIVersion']),
  };
}

function notAnEngine(endpoint: Endpoint, detail?: string): EngineError {
  return new EngineError(
    'not-an-engine',
    `What answers at ${where(endpoint)} is not a container engine.`,
    detail === undefined ? {} : { detail },
  );
}

function refusal(status: number, said: string, endpoint: Endpoint): EngineError {
  const message = textOf(record(parse(said))['message']);
  const reason = status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : 'server';
  return new EngineError(
    reason,
    message ?? `The engine at ${where(endpoint)} answered with status ${status}.`,
    { status, detail: said.slice(0, 500) },
  );
}
