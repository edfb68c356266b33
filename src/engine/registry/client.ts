import type { Credential } from '../credentials.ts';
import { EngineError } from '../errors.ts';
import type { Authorization } from './auth.ts';
import { createAuthoriser, isInsufficient } from './auth.ts';
import { codeOf, isNotTls, statusError } from './failures.ts';
import { parseChallenges } from './headers.ts';
import { abortable } from './abortable.ts';
import type { HttpReply, HttpRequest, Transport } from './transport.ts';

export interface RegistryRequest {
  readonly method?: HttpRequest['method'];
  /** With its query, from the root: `/v2/team/app/tags/list`. */
  readonly path: string;
  /** For messages, after "to": `list the tags of team/app`. */
  readonly what: string;
  /** Scope of the token that this will want: `repository:team/app:pull`. */
  readonly scope?: string | undefined;
  readonly accept?: string;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RegistryClient {
  readonly host: string;
  /** Sends a request with the right authorisation. @returns the answer when its status is 2xx @throws EngineError */
  request(request: RegistryRequest): Promise<HttpReply>;
  /** As request, with the body as a JSON object; empty when it is JSON of another kind. */
  json(
    request: RegistryRequest,
  ): Promise<{ readonly value: Readonly<Record<string, unknown>>; readonly reply: HttpReply }>;
  /** Whether the last request went with somebody's sign-in. */
  signedIn(): boolean;
  dispose(): void;
}

export interface ClientOptions {
  readonly host: string;
  /** Where to begin, tried in this order: `https://host`, and `http://host` where that is allowed. */
  readonly bases: readonly string[];
  readonly transport: Transport;
  readonly credential: () => Promise<Credential | undefined>;
  readonly allowHttp: (hostname: string) => boolean;
}

/** An answer's body as JSON. @throws EngineError `not-an-engine` saying what came instead */
export function readJson(reply: HttpReply, host: string, what: string): unknown {
  const text = reply.body.toString();
  try {
    return JSON.parse(text);
  } catch {
    const got = /^\s*<(?:!doctype|html)/i.test(text)
      ? 'a web page'
      : text
        ? 'something else'
        : 'nothing';
    throw new EngineError(
      'not-an-engine',
      `${host} answered with ${got} where JSON was due when asked to ${what}: check the registry's address, or the proxy in between.`,
      {
        status: reply.status,
        detail: text.slice(0, 500),
      },
    );
  }
}

/** Makes sure that what answered `GET /v2/` is a registry (distribution-spec, "Determining Support"). */
function checkIsRegistry(reply: HttpReply, host: string): void {
  const challenged = reply.status === 401 && reply.headers['www-authenticate'] !== undefined;
  const isPage = /^\s*</.test(reply.body.subarray(0, 200).toString());
  if (challenged || (reply.status === 200 && !isPage)) return;
  if (reply.status === 429 || reply.status >= 500 || reply.status === 403) {
    throw statusError({
      host,
      what: reply.status === 403 ? 'use the registry' : 'answer as a registry',
      signedIn: false,
      status: reply.status,
      headers: reply.headers,
      body: reply.body,
      secrets: [],
    });
  }
  throw new EngineError(
    'not-an-engine',
    `${host} is not a registry: it answers ${isPage ? 'with a web page' : `HTTP ${reply.status}`} at /v2/. Check the address.`,
    {
      status: reply.status,
      detail: reply.body.subarray(0, 500).toString(),
    },
  );
}

/** Speaks with one registry: finds out whether by https or http, and authorises each request. */
export function createRegistryClient(options: ClientOptions): RegistryClient {
  const { host, transport } = options;
  const authoriser = createAuthoriser(options);
  let found: Promise<URL> | undefined;
  let lastSignedIn = false;

  /** The first base that answers. Plain HTTP is only turned to when nothing there speaks TLS, never for a bad certificate. */
  async function findBase(): Promise<URL> {
    for (const [index, text] of options.bases.entries()) {
      const base = new URL(text);
      try {
        checkIsRegistry(
          await transport.send({ method: 'GET', url: new URL('/v2/', base), maxBytes: 1 << 20 }),
          host,
        );
        return base;
      } catch (error) {
        const cause = error instanceof EngineError ? error.cause : undefined;
        const noTls = isNotTls(cause) || ['ECONNREFUSED', 'ECONNRESET'].includes(codeOf(cause));
        if (!noTls || index === options.bases.length - 1) throw error;
      }
    }
    throw new EngineError('config', `There is no address to reach ${host} by.`);
  }

  const base = (signal?: AbortSignal) => {
    found ??= findBase().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return abortable(found, host, signal);
  };

  async function request(request: RegistryRequest): Promise<HttpReply> {
    const { signal, scope, what } = request;
    const url = new URL(request.path, await base(signal));
    const send = (authorization: Authorization | undefined) =>
      transport.send({
        method: request.method ?? 'GET',
        url,
        signal,
        headers: {
          ...(request.accept ? { accept: request.accept } : {}),
          ...(authorization ? { authorization: authorization.header } : {}),
        },
        ...(request.maxBytes === undefined ? {} : { maxBytes: request.maxBytes }),
      });
    let authorization = await abortable(authoriser.prepare(scope), what, signal);
    let reply = await send(authorization);
    const challengesOf = () =>
      parseChallenges([reply.headers['www-authenticate'] ?? []].flat().join(', '));
    // A Link to another registry or a redirect is answered there; its challenge is none of ours.
    if (reply.status === 401 && reply.url.origin === url.origin) {
      const next = await abortable(
        authoriser.answer(challengesOf(), scope, authorization),
        what,
        signal,
      );
      if (next) {
        authorization = next;
        reply = await send(authorization);
      }
    }
    const signedIn = authorization?.signedIn ?? false;
    lastSignedIn = signedIn;
    if (reply.status >= 200 && reply.status < 300) return reply;
    const lacksRight = reply.status === 401 && signedIn && isInsufficient(challengesOf());
    throw statusError({
      host,
      what,
      signedIn,
      status: lacksRight ? 403 : reply.status,
      headers: reply.headers,
      body: reply.body,
      secrets: authorization?.secrets ?? [],
    });
  }

  return {
    host,
    request,
    async json(asked) {
      const reply = await request({ accept: 'application/json', ...asked });
      const value = readJson(reply, host, asked.what);
      return {
        value: (typeof value === 'object' && value !== null ? value : {}) as Record<
          string,
          unknown
        >,
        reply,
      };
    },
    signedIn: () => lastSignedIn,
    dispose: () => transport.dispose(),
  };
}
