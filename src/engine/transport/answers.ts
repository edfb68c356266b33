import type { IncomingMessage } from 'node:http';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import type { Endpoint } from '../endpoint.ts';
import { EngineError, type Reason } from '../errors.ts';
import { cancelled, connectionError, dropped, where } from './failures.ts';

/** No answer that is held in memory may be larger: longer ones are to be read as streams. Bytes. */
const LARGEST_ANSWER = 256 * 1024 * 1024;
/** As much of an error's body is read. Bytes. */
const LARGEST_ERROR = 64 * 1024;

/** A response body as a stream. Its errors are EngineErrors, and it ends with the signal. */
export type EngineStream = PassThrough & Pick<IncomingMessage, 'headers' | 'statusCode'>;

/**
 * Reads a response to its end.
 * @throws EngineError `dropped` when it was cut off, `cancelled`, or `server` when it is larger than 256 MiB.
 */
export function readBody(
  response: IncomingMessage,
  endpoint: Endpoint,
  signal?: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (act: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const onAbort = () => {
      settle(() => reject(cancelled(signal?.reason)));
      response.destroy();
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= LARGEST_ANSWER) return;
      settle(() => reject(new EngineError('server', 'The answer is larger than 256 MiB.')));
      response.destroy();
    });
    response.on('end', () => settle(() => resolve(Buffer.concat(chunks))));
    response.on('error', (error) => settle(() => reject(connectionError(error, endpoint))));
    // After `end` or `error` this changes nothing; without either the connection went away in silence.
    response.on('close', () => settle(() => reject(dropped(endpoint))));
  });
}

/** Hands a response body over as a stream that is destroyed when the signal fires, with the connection below it. */
export function asStream(
  response: IncomingMessage,
  endpoint: Endpoint,
  signal?: AbortSignal,
): EngineStream {
  const out = new PassThrough();
  endWith(out, signal);
  response.on('error', (error) => out.destroy(connectionError(error, endpoint)));
  response.on('close', () => {
    if (!response.readableEnded) out.destroy(dropped(endpoint));
  });
  out.on('close', () => response.destroy());
  response.pipe(out);
  return Object.assign(out, { headers: response.headers, statusCode: response.statusCode });
}

/** Ties a stream to a signal: when it fires, the stream is destroyed with a `cancelled` error. */
export function endWith(stream: Duplex, signal?: AbortSignal): void {
  // Whoever reads the stream hears of its error; one that isn't read yet must not bring the process down.
  stream.on('error', () => {});
  if (!signal) return;
  const onAbort = () => void stream.destroy(cancelled(signal.reason));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  stream.on('close', () => signal.removeEventListener('abort', onAbort));
}

/** Reads the start of an error's body; a connection that breaks off meanwhile is no further news. */
export async function readError(response: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      size += chunk.length;
      if (size >= LARGEST_ERROR) break;
    }
  } catch {
    // The status is what counts, and that is known: the text read so far will do.
    response.destroy();
  }
  return Buffer.concat(chunks).subarray(0, LARGEST_ERROR).toString();
}

const REASONS: Readonly<Record<number, Reason>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  408: 'timeout',
  409: 'conflict',
  429: 'rate-limited',
  501: 'not-supported',
  504: 'timeout',
};

/**
 * Turns an answer that says no into an error.
 * @param body Docker sends `{message}`, Podman `{cause, message, response}`, a proxy sends anything
 */
export function answerError(
  status: number,
  body: string,
  call: { readonly method: string; readonly path: string },
  endpoint: Endpoint,
): EngineError {
  const at = where(endpoint);
  const path = call.path.split('?')[0];
  const more = {
    status,
    detail: `${call.method} ${path} at ${at}: ${status} ${body.trim()}`.trim(),
  };
  if (/HTTP request to an HTTPS server/i.test(body))
    return new EngineError('tls', `The engine at ${at} wants TLS.`, more);
  if (status < 400)
    return new EngineError(
      'not-an-engine',
      `What answers at ${at} is not a container engine.`,
      more,
    );
  const message = messageOf(body);
  // An engine says which object is missing; for a path that it doesn't know it has its web server's stock words.
  const unknownPath = status === 404 && (!message || /^(404 )?(page )?not found$/i.test(message));
  if (unknownPath)
    return new EngineError('not-supported', `The engine at ${at} does not offer ${path}.`, more);
  const reason = isMissing(status, message)
    ? 'not-found'
    : (REASONS[status] ?? (status < 500 ? 'bad-request' : 'server'));
  return new EngineError(reason, message ?? `The engine at ${at} answered with status ${status}.`, {
    ...more,
    wordless: message === undefined,
  });
}

/** Podman answers 500 where what it looked up is removed while it looks at it. */
const isMissing = (status: number, message = ''): boolean =>
  status === 500 && /\bno such (?:container|image|network|volume)$/i.test(message);

function messageOf(body: string): string | undefined {
  const value = parse(body);
  if (typeof value !== 'object' || value === null) {
    // Attaching answers its errors as plain text. A page made for a browser is nothing to show.
    const line = body.trim();
    return line && line.length < 500 && !line.startsWith('<') ? line : undefined;
  }
  for (const key of ['message', 'cause', 'error']) {
    const text = (value as Record<string, unknown>)[key];
    if (typeof text === 'string' && text.trim()) return text.trim();
  }
  return undefined;
}

/** JSON, or undefined when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not being JSON is an answer, which the caller acts upon.
    return undefined;
  }
}
