import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { EngineError } from '../errors.ts';
import { createLimiter } from '../limit.ts';
import { abortable } from './abortable.ts';
import { isCertificateError, networkError } from './failures.ts';
import { retryAfter } from './headers.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Most bytes the answer may have; 8 MiB by default. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** Where it came from in the end, redirects followed. */
  readonly url: URL;
}

export interface TransportOptions {
  /** Asked once, when the first TLS connection is made. */
  readonly trust: () => Promise<tls.SecureContext>;
  readonly skipVerify: boolean;
  /** Whether plain HTTP may be spoken with this host. */
  readonly allowHttp: (hostname: string) => boolean;
  /** Milliseconds for one whole answer; 15,000 by default. */
  readonly timeoutMs?: number | undefined;
}

export interface Transport {
  /** Sends a request and reads its whole answer, whatever the status. @throws EngineError for a failure of the connection */
  send(request: HttpRequest): Promise<HttpReply>;
  dispose(): void;
}

const MAX_REDIRECTS = 5;
/** A 429 that ends within this many milliseconds is waited for, once. */
const PATIENCE_MS = 3000;

const cancelled = (host: string) =>
  new EngineError('cancelled', `The request to ${host} was cancelled.`);

/** Reads the certificate that a host presents, for the message about it. Nothing is sent over that connection. */
function describeCertificate(url: URL): Promise<string | undefined> {
  return new Promise((resolve) => {
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    const socket = tls.connect({
      host: hostname,
      port: Number(url.port || 443),
      rejectUnauthorized: false,
      ...(/^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname }),
    });
    const end = (text?: string) => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(3000, () => end());
    // Without a description the message still says what is wrong.
    socket.on('error', () => end());
    socket.on('secureConnect', () => {
      const { subject, issuer, valid_to: expires, fingerprint256 } = socket.getPeerCertificate();
      const name = (of: typeof subject | undefined) =>
        [of?.CN ?? of?.O ?? 'no name'].flat().join(' ');
      end(
        subject &&
          `${name(subject)}, issued by ${name(issuer)}, valid to ${expires}, SHA-256 ${fingerprint256.slice(0, 23)}…`,
      );
    });
  });
}

/** The client of one registry: bounded, kept-alive connections, redirects, limits of time and size. */
export function createTransport(options: TransportOptions): Transport {
  const timeoutMs = options.timeoutMs ?? 15_000;
  const limit = createLimiter(6);
  const plain = new http.Agent({ keepAlive: true, maxFreeSockets: 2 });
  let secure: Promise<https.Agent> | undefined;
  const agentFor = (url: URL): Promise<http.Agent> => {
    if (url.protocol === 'http:') return Promise.resolve(plain);
    secure ??= options
      .trust()
      .then(
        (secureContext) =>
          new https.Agent({
            keepAlive: true,
            maxFreeSockets: 2,
            secureContext,
            rejectUnauthorized: !options.skipVerify,
          }),
      )
      .catch((error: unknown) => {
        // A certificate put right must be read at the next try.
        secure = undefined;
        throw error;
      });
    return secure;
  };

  async function exchange(request: HttpRequest, retried = false): Promise<HttpReply> {
    const { url, signal } = request;
    const agent = await agentFor(url);
    if (signal?.aborted) throw cancelled(url.host);
    const maxBytes = request.maxBytes ?? 8 << 20;
    let reused = false;
    try {
      return await new Promise<HttpReply>((resolve, reject) => {
        const outgoing = (url.protocol === 'http:' ? http : https).request(url, {
          method: request.method,
          agent,
          headers: {
            'user-agent': 'stevedore',
            ...request.headers,
            ...(request.body === undefined
              ? {}
              : { 'content-length': Buffer.byteLength(request.body) }),
          },
        });
        const settle = (end: () => void) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
          end();
        };
        const fail = (error: unknown) => {
          settle(() => reject(error));
          outgoing.destroy();
        };
        const abort = () => fail(cancelled(url.host));
        const timer = setTimeout(() => {
          fail(
            new EngineError(
              'timeout',
              `${url.host} did not answer within ${timeoutMs / 1000} s: try again, and check your network if it stays so.`,
            ),
          );
        }, timeoutMs);
        signal?.addEventListener('abort', abort, { once: true });
        outgoing.on('error', (error) => {
          reused = outgoing.reusedSocket;
          fail(error);
        });
        outgoing.on('response', (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            chunks.push(chunk);
            if (size > maxBytes)
              fail(
                new EngineError(
                  'server',
                  `${url.host} sent more than ${maxBytes >> 20} MB where less was due: it was not read further.`,
                ),
              );
          });
          const broken = () =>
            fail(
              new EngineError(
                'dropped',
                `${url.host} broke off its answer after ${size} bytes: try again.`,
                { status: response.statusCode ?? 0 },
              ),
            );
          response.on('error', broken);
          response.on('close', () => response.complete || broken());
          response.on('end', () => {
            settle(() =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks),
                url,
              }),
            );
          });
        });
        outgoing.end(request.body);
      });
    } catch (error) {
      // The other side may close a kept-alive connection in the moment we use it again; a new one then serves.
      if (reused && !retried && request.method !== 'POST' && !(error instanceof EngineError))
        return exchange(request, true);
      throw networkError(
        error,
        url.host,
        isCertificateError(error) ? await describeCertificate(url) : undefined,
      );
    }
  }

  /** The request that a redirect leads to: without our credential when it leads to another host. */
  function redirected(request: HttpRequest, reply: HttpReply): HttpRequest | undefined {
    const location = reply.headers.location;
    if (
      ![301, 302, 303, 307, 308].includes(reply.status) ||
      !location ||
      request.method === 'POST' ||
      request.method === 'DELETE'
    )
      return undefined;
    if (!URL.canParse(location, request.url.href)) return undefined;
    const url = new URL(location, request.url);
    if (
      url.protocol !== 'https:' &&
      !(url.protocol === 'http:' && options.allowHttp(url.hostname))
    ) {
      throw new EngineError(
        'tls',
        `${request.url.host} sends on to ${url.host} without TLS, which was not followed.`,
        { status: reply.status },
      );
    }
    const headers = Object.entries(request.headers ?? {}).filter(
      ([name]) => url.origin === request.url.origin || name.toLowerCase() !== 'authorization',
    );
    return { ...request, url, headers: Object.fromEntries(headers) };
  }

  async function follow(request: HttpRequest): Promise<HttpReply> {
    let next = request;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const reply = await exchange(next);
      const further = redirected(next, reply);
      if (!further) return reply;
      next = further;
    }
    throw new EngineError(
      'not-an-engine',
      `${request.url.host} sends in circles: check the registry's address.`,
    );
  }

  function pause(ms: number, request: HttpRequest): Promise<void> {
    const { signal, url } = request;
    return new Promise((resolve, reject) => {
      const abort = () => {
        clearTimeout(timer);
        reject(cancelled(url.host));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  return {
    async send(request) {
      const once = () =>
        abortable(
          limit(() => follow(request)),
          `${request.method} ${request.url.host}`,
          request.signal,
        );
      const reply = await once();
      const wait = reply.status === 429 ? retryAfter(reply.headers, Date.now()) : undefined;
      if (wait === undefined || wait > PATIENCE_MS) return reply;
      await pause(wait, request);
      return once();
    },
    dispose() {
      plain.destroy();
      secure?.then(
        (agent) => agent.destroy(),
        // Without an agent there is nothing to end; who asked for it was told why.
        () => undefined,
      );
    },
  };
}
