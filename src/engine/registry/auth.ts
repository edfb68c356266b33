import type { Credential } from '../credentials.ts';
import { EngineError } from '../errors.ts';
import type { Challenge } from './headers.ts';
import { basicHeader, requestToken, secretsOf } from './token.ts';
import type { Transport } from './transport.ts';

/** A value for the Authorization header, and what it was made of. */
export interface Authorization {
  readonly header: string;
  /** Whether somebody is signed in by it, rather than that nobody got a token. */
  readonly signedIn: boolean;
  /** Texts that must not show up in errors. */
  readonly secrets: readonly string[];
}

export interface Authoriser {
  /** What to send along from the start, as far as the registry has shown what it wants. `scope`: `repository:team/app:pull`. */
  prepare(scope: string | undefined): Promise<Authorization | undefined>;
  /** What to send after a 401; undefined when there is nothing better than what was refused. */
  answer(
    challenges: readonly Challenge[],
    scope: string | undefined,
    refused: Authorization | undefined,
  ): Promise<Authorization | undefined>;
}

export interface AuthOptions {
  readonly host: string;
  readonly credential: () => Promise<Credential | undefined>;
  readonly transport: Transport;
  readonly allowHttp: (hostname: string) => boolean;
}

type Mode =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined };

/** Of the challenges, the one we can meet best: a token keeps the password off the registry itself. */
function modeOf(challenges: readonly Challenge[]): Mode | undefined {
  const bearer = challenges.find(
    ({ scheme, params }) => scheme === 'bearer' && params.get('realm'),
  );
  const realm = bearer?.params.get('realm');
  if (realm) return { scheme: 'bearer', realm, service: bearer?.params.get('service') };
  return challenges.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
}

/**
 * Meets a registry's challenges: Basic, and Bearer tokens as docker fetches them.
 * Sources: distribution.github.io/distribution/spec/auth/token, …/auth/oauth.
 */
export function createAuthoriser({
  host,
  credential: read,
  transport,
  allowHttp,
}: AuthOptions): Authoriser {
  const tokens = new Map<
    string,
    { readonly until: number; readonly token: Promise<Authorization> }
  >();
  let mode: Mode | undefined;
  let known: Promise<Credential | undefined> | undefined;

  const credential = () => {
    known ??= read().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };

  async function fetchToken(
    { realm, service }: Mode & { scheme: 'bearer' },
    scope: string | undefined,
    key: string,
  ): Promise<Authorization> {
    const who = await credential();
    const scopes = scope?.split(' ').filter(Boolean) ?? [];
    const { token, seconds } = await requestToken({
      host,
      realm,
      service,
      scopes,
      who,
      transport,
      allowHttp,
    });
    const authorization = {
      header: `Bearer ${token}`,
      signedIn: who !== undefined,
      secrets: [token, ...secretsOf(who)],
    };
    // A little early, so that it doesn't run out on its way.
    tokens.set(key, {
      until: Date.now() + Math.max(seconds - 10, seconds / 2) * 1000,
      token: Promise.resolve(authorization),
    });
    return authorization;
  }

  function token(
    mode: Mode & { scheme: 'bearer' },
    scope: string | undefined,
    refused?: Authorization,
  ): Promise<Authorization> {
    const key = JSON.stringify([mode.realm, mode.service, scope]);
    for (const [old, { until }] of tokens) if (until <= Date.now()) tokens.delete(old);
    const held = tokens.get(key);
    const fresh = () => {
      const promise = fetchToken(mode, scope, key).catch((error: unknown) => {
        tokens.delete(key);
        throw error;
      });
      // While it is under way everybody waits for the same one.
      tokens.set(key, { until: Date.now() + 60_000, token: promise });
      return promise;
    };
    return held
      ? held.token.then((value) => (value.header === refused?.header ? fresh() : value))
      : fresh();
  }

  async function basic(): Promise<Authorization | undefined> {
    const who = await credential();
    if (!who || 'identityToken' in who) return undefined;
    return {
      header: basicHeader(who.username, who.secret),
      signedIn: true,
      secrets: secretsOf(who),
    };
  }

  return {
    async prepare(scope) {
      if (!mode) return undefined;
      return mode.scheme === 'basic' ? basic() : token(mode, scope);
    },
    async answer(challenges, scope, refused) {
      mode = modeOf(challenges);
      if (!mode) {
        const schemes = challenges.map((challenge) => challenge.scheme).join(', ') || 'none';
        throw new EngineError(
          'not-supported',
          `${host} wants a kind of sign-in that is neither Basic nor Bearer (${schemes}): use a registry address for programs.`,
          { status: 401 },
        );
      }
      // Somebody may have signed in meanwhile, here or by the docker CLI.
      known = undefined;
      if (mode.scheme === 'bearer') {
        const asked = challenges
          .find((challenge) => challenge.scheme === 'bearer')
          ?.params.get('scope');
        return token(mode, asked ?? scope, refused);
      }
      const next = await basic();
      return next?.header === refused?.header ? undefined : next;
    },
  };
}

/** Whether a token was fine and only allows too little (RFC 6750 §3.1). */
export function isInsufficient(challenges: readonly Challenge[]): boolean {
  return challenges.some(({ params }) => params.get('error') === 'insufficient_scope');
}
