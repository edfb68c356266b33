import { createReadStream } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { Readable, type Duplex } from 'node:stream';
import type Dockerode from 'dockerode';
import { demuxTo } from './demux.ts';
import { EngineError } from './errors.ts';
import { ndjson } from './ndjson.ts';
import type { Lane, Transport } from './transport/agent.ts';
import {
  answerError,
  asStream,
  endWith,
  parse,
  readBody,
  readError,
  type EngineStream,
} from './transport/answers.ts';
import { exchange, type Call } from './transport/exchange.ts';
import { cancelled, connectionError, where } from './transport/failures.ts';

/** What an answer can be read as. */
export interface ResultOf {
  json: unknown;
  bytes: Buffer;
  stream: EngineStream;
  upgrade: Duplex;
}

/** A call of the Engine API. */
export interface EngineCall<As extends keyof ResultOf = keyof ResultOf> {
  /** Default GET. */
  readonly method?: string;
  /** Percent-encoded, with its query, without the API version: `/containers/json?all=1`. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Anything but a string, buffer or stream is sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly as: As;
  /** The protocol to change to, for `as: 'upgrade'`. Default `tcp`. */
  readonly upgrade?: string;
  /** True for `/_ping` and `/version`, which have no version. */
  readonly unversioned?: boolean;
}

/**
 * Makes one call.
 * @param version such as `1.41`; undefined before it is negotiated
 * @returns the parsed body (`json`; an empty body gives an empty Buffer, as docker-modem does), the body as it came
 *   (`bytes`), a stream of it, or the connection after an upgrade
 * @throws EngineError always, whatever went wrong.
 */
export async function callEngine<As extends keyof ResultOf>(
  transport: Transport,
  version: string | undefined,
  call: EngineCall<As>,
): Promise<ResultOf[As]>;
export async function callEngine(
  transport: Transport,
  version: string | undefined,
  call: EngineCall,
): Promise<ResultOf[keyof ResultOf]> {
  const { endpoint } = transport;
  const method = call.method ?? 'GET';
  const { body, headers } = encodeBody(call.body, call.headers);
  const sent: Call = {
    method,
    path: version === undefined || call.unversioned ? call.path : `/v${version}${call.path}`,
    headers,
    body,
    signal: call.signal,
    lane: laneOf(method, call, body),
    ...(call.as === 'upgrade' && { upgrade: call.upgrade ?? 'tcp' }),
  };
  try {
    const { response, socket } = await exchange(transport, sent);
    if (socket) {
      endWith(socket, call.signal);
      return socket;
    }
    const status = response.statusCode ?? 0;
    // 304 is the engine's way to say that the container was started, or stopped, already.
    if (!((status >= 200 && status < 300) || status === 304)) {
      const said = await readError(asStream(response, endpoint, call.signal));
      if (call.signal?.aborted) throw cancelled(call.signal.reason);
      throw answerError(status, said, sent, endpoint);
    }
    if (call.as === 'stream') return asStream(response, endpoint, call.signal);
    if (call.as === 'upgrade') {
      response.destroy();
      throw new EngineError(
        'not-supported',
        `Something between here and the engine at ${where(endpoint)} keeps interactive connections from passing.`,
        { status },
      );
    }
    const bytes = await readBody(response, endpoint, call.signal);
    if (call.as === 'bytes' || bytes.length === 0) return bytes;
    const value = parse(bytes.toString());
    if (value !== undefined) return value;
    throw new EngineError(
      'not-an-engine',
      `What answers at ${where(endpoint)} is not a container engine.`,
      { status, detail: `${method} ${sent.path}: ${bytes.subarray(0, 500).toString()}` },
    );
  } catch (error) {
    throw connectionError(error, endpoint);
  }
}

/** Which lane a call travels in, so that one that takes long keeps no short one waiting. */
function laneOf(method: string, call: EngineCall, body: Call['body']): Lane {
  const lasting = call.as === 'stream' || call.as === 'upgrade' || body instanceof Readable;
  if (lasting || /\/wait(\?|$)/.test(call.path)) return 'stream';
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

function encodeBody(
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): { body: Call['body']; headers: OutgoingHttpHeaders } {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body))
    return { body, headers };
  if (body instanceof Readable) return { body, headers };
  return {
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...headers },
  };
}

type Dial = Dockerode['modem']['dial'];
type DialOptions = Parameters<Dial>[0];
type Dialled = Parameters<NonNullable<Parameters<Dial>[1]>>[1];
type Options = Record<string, unknown>;

/** The part of docker-modem that dockerode's objects call. */
export interface Modem {
  /** Such as `1.41`; undefined: paths go out without a version. */
  version: string | undefined;
  dial(
    options: DialOptions,
    callback: (error: EngineError | null, result: Dialled | undefined) => void,
  ): void;
  buildQuerystring(options: object): string;
  demuxStream(
    stream: NodeJS.ReadableStream,
    stdout: NodeJS.WritableStream,
    stderr: NodeJS.WritableStream,
  ): void;
  followProgress(
    stream: NodeJS.ReadableStream,
    onFinished: (error: Error | null, result: unknown[]) => void,
    onProgress?: (value: unknown) => void,
  ): void;
}

/**
 * Carries dockerode's calls over our transport. Unlike docker-modem it reads no environment variable, never leaves a
 * call unsettled, and rejects with nothing but EngineErrors.
 */
export function createModem(transport: Transport): Modem {
  const modem: Modem = {
    version: undefined,
    dial(options, callback) {
      // The callback stands outside of `try`: one that throws is a bug which the process is to hear of.
      void (async () => {
        let result: Dialled;
        try {
          result = (await callEngine(transport, modem.version, translate(options))) as Dialled;
        } catch (error) {
          callback(connectionError(error, transport.endpoint), undefined);
          return;
        }
        callback(null, result);
      })();
    },
    buildQuerystring: (options) => query(options as Options),
    demuxStream(stream, stdout, stderr) {
      const source = Readable.prototype.iterator.call(stream) as AsyncIterable<Uint8Array>;
      const outputs = { stdout, stderr } as unknown as Parameters<typeof demuxTo>[1];
      demuxTo(source, outputs).catch((error: unknown) => {
        for (const output of [outputs.stdout, outputs.stderr])
          output.destroy(connectionError(error, transport.endpoint));
      });
    },
    followProgress(stream, onFinished, onProgress) {
      const seen: unknown[] = [];
      follow(stream as AsyncIterable<Uint8Array>, (value) => {
        seen.push(value);
        onProgress?.(value);
      }).then(
        () => onFinished(null, seen),
        (error: unknown) => onFinished(connectionError(error, transport.endpoint), seen),
      );
    },
  };
  return modem;
}

async function follow(
  source: AsyncIterable<Uint8Array>,
  onValue: (value: unknown) => void,
): Promise<void> {
  for await (const line of ndjson(source)) {
    if (!line.ok)
      throw new EngineError('not-an-engine', 'The progress arrived garbled.', {
        detail: line.text,
      });
    onValue(line.value);
    const message = (line.value as { error?: unknown } | null)?.error;
    if (typeof message === 'string') throw new EngineError('server', message);
  }
}

/** Paths whose answer is not one JSON value. */
const RAW = /\/(logs|push)$|^\/_ping$/;
/** Paths of POST that take a query and no body, though dockerode hands over one set of options for both. */
const QUERY_ONLY =
  /\/(start|stop|restart|kill|pause|unpause|wait|resize|rename|attach|tag|push|prune)$|^\/images\/create$/;

function translate(options: DialOptions): EngineCall {
  const method = options.method ?? 'GET';
  const marked = options.path.endsWith('?');
  const path = encodePath(marked ? options.path.slice(0, -1) : options.path);
  const { authconfig: _a, registryconfig: _r, abortSignal: _s, ...given } = options.options ?? {};
  const { asked, body } = split(path, method, marked, given, options);
  const upgrade = Boolean(options.hijack || options.openStdin);
  const headers = { ...options.headers, ...authHeaders(options) };
  if (options.file !== undefined) headers['Content-Type'] ??= 'application/tar';
  return {
    method,
    path: asked ? `${path}?${asked}` : path,
    headers,
    body,
    signal: options.abortSignal,
    as: upgrade ? 'upgrade' : options.isStream ? 'stream' : RAW.test(path) ? 'bytes' : 'json',
    ...(upgrade && { upgrade: String(options.headers?.['Upgrade'] ?? 'tcp') }),
  };
}

/** dockerode gives one bag of options: which of it is the query, and which the body. */
function split(
  path: string,
  method: string,
  marked: boolean,
  given: Options,
  options: DialOptions,
): { asked: string; body: unknown } {
  const { _query, _body } = given as { _query?: Options; _body?: unknown };
  const creates = path.endsWith('/create') && path !== '/images/create';
  const { name, platform } = given;
  const asked =
    _query ?? (creates ? (path === '/containers/create' ? { name, platform } : {}) : given);
  const text = marked ? query(asked) : '';
  if (options.file !== undefined) return { asked: text, body: fileOf(options.file) };
  if (method !== 'POST' || (marked && _body === undefined && QUERY_ONLY.test(path)))
    return { asked: text, body: undefined };
  const body = _body ?? given;
  const empty = typeof body === 'object' && body !== null && Object.keys(body).length === 0;
  return { asked: text, body: empty && !options.allowEmpty ? undefined : body };
}

function fileOf(file: string | Buffer | NodeJS.ReadableStream): Buffer | Readable {
  if (typeof file === 'string') return createReadStream(file);
  if (Buffer.isBuffer(file) || file instanceof Readable) return file;
  return new Readable().wrap(file);
}

/** Engine API, "Authentication": base64url JSON in a header. */
function authHeaders({ authconfig, registryconfig }: DialOptions): OutgoingHttpHeaders {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const padded = (text: string) => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
  return {
    ...(authconfig && {
      'X-Registry-Auth': authconfig.key ?? authconfig.base64 ?? padded(encode(authconfig)),
    }),
    ...(registryconfig && {
      'X-Registry-Config': registryconfig.base64 ?? padded(encode(registryconfig)),
    }),
  };
}

/** Makes any name safe in a path: dockerode puts names in as they are. `/`, `:` and `@` belong to image names. */
function encodePath(path: string): string {
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/]+/g, (text) => encodeURIComponent(text));
}

function query(options: Options): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(options)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (item === undefined || item === null) continue;
      params.append(key, typeof item === 'string' ? item : JSON.stringify(item));
    }
  }
  return params.toString();
}
