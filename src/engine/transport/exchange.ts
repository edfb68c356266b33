import { setMaxListeners } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { EngineError } from '../errors.ts';
import type { Lane, Transport } from './agent.ts';
import { cancelled, connectionError, dropped } from './failures.ts';

/** One HTTP request, ready to be sent. */
export interface Call {
  readonly method: string;
  /** Path and query, percent-encoded, with the API version where there is to be one. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** A stream is read to its end, and destroyed when the request ends before it. */
  readonly body?: string | Buffer | Readable | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly lane: Lane;
  /** The protocol to change to (`tcp`, `h2c`). */
  readonly upgrade?: string | undefined;
}

/** What came back: the head of a response, or the connection itself after `101 Switching Protocols`. */
export type Answer =
  | { readonly response: IncomingMessage; readonly socket?: undefined }
  | { readonly socket: Duplex; readonly response?: undefined };

/**
 * Sends a request and waits for the head of its response; the body is the caller's to read or destroy.
 * A read that fails on a connection which the engine had closed while it was idle is sent once more.
 * @throws EngineError for whatever went wrong with the connection; `cancelled` when the signal fired.
 */
export async function exchange(transport: Transport, call: Call): Promise<Answer> {
  const first: { request?: ClientRequest } = {};
  try {
    return await attempt(transport, call, (sent) => (first.request = sent));
  } catch (error) {
    const again =
      error instanceof EngineError &&
      error.reason === 'dropped' &&
      first.request?.reusedSocket === true &&
      (call.method === 'GET' || call.method === 'HEAD') &&
      call.body === undefined;
    if (!again) throw error;
    // That lane never reuses a connection: whatever happens now is news.
    return attempt(transport, { ...call, lane: 'stream' }, () => {});
  }
}

function attempt(
  transport: Transport,
  call: Call,
  sent: (request: ClientRequest) => void,
): Promise<Answer> {
  const { endpoint } = transport;
  const { signal, body } = call;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      if (typeof body === 'object' && 'pipe' in body) body.destroy();
      reject(cancelled(signal.reason));
      return;
    }
    const outgoing = request({
      method: call.method,
      path: call.path,
      agent: transport.agent(call.lane),
      // The agent's own dialer knows where to connect. This only keeps VS Code, which patches http.request, from
      // putting its proxy agent in the place of ours.
      socketPath: 'engine',
      headers: {
        Host: 'docker',
        ...call.headers,
        ...(call.upgrade && { Connection: 'Upgrade', Upgrade: call.upgrade }),
      },
    });
    sent(outgoing);

    let answered = false;
    const settle = () => {
      answered = true;
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: EngineError) => {
      if (answered) return;
      settle();
      reject(error);
      outgoing.destroy();
    };
    const onAbort = () => fail(cancelled(signal?.reason));
    // One signal may end any number of calls: Node's warning of a leak at eleven is beside the point.
    if (signal) setMaxListeners(0, signal);
    signal?.addEventListener('abort', onAbort, { once: true });

    outgoing.on('error', (error) => fail(connectionError(error, endpoint)));
    outgoing.on('close', () => fail(dropped(endpoint)));
    outgoing.on('response', (response) => {
      settle();
      resolve({ response });
    });
    if (call.upgrade)
      outgoing.on('upgrade', (_response, socket, head) => {
        settle();
        // Bytes that came in the same packet as the head belong to the new protocol.
        if (head.length) socket.unshift(head);
        resolve({ socket });
      });

    if (typeof body === 'object' && 'pipe' in body) send(body, outgoing, fail);
    else outgoing.end(body);
  });
}

/** Feeds an upload. The engine may answer, and even be done, before all of it is sent. */
function send(body: Readable, outgoing: ClientRequest, fail: (error: EngineError) => void): void {
  body.on('error', (error) => {
    fail(
      error instanceof EngineError
        ? error
        : new EngineError(
            'bad-request',
            `What was to be sent could not be read: ${error.message}.`,
            {
              cause: error,
            },
          ),
    );
    outgoing.destroy();
  });
  outgoing.on('close', () => {
    body.unpipe(outgoing);
    body.destroy();
  });
  body.pipe(outgoing);
}
