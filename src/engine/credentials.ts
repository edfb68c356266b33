import { EngineError } from './errors.ts';
import { HUB, isRegistryHost, parseReference, parseRegistryAddress } from './reference.ts';
import type { DockerConfig } from './registry/docker-config.ts';
import {
  authEntry,
  hostOf,
  keyOf,
  readDockerConfig,
  removeAuthEntry,
} from './registry/docker-config.ts';
import type { HelperEntry } from './registry/helper.ts';
import { helperErase, helperGet, helperList, helperStore } from './registry/helper.ts';

/** What a registry is told about who asks: a user with a password or access token, or an OAuth refresh token. */
export type Credential =
  | { readonly username: string; readonly secret: string }
  | { readonly identityToken: string };

/** Where we keep what we are given. The extension implements it on VS Code's SecretStorage. */
export interface SecretSource {
  get(host: string): Promise<Credential | undefined>;
  store(host: string, credential: Credential): Promise<void>;
  delete(host: string): Promise<void>;
}

/** The engine's `AuthConfig` (Engine API, X-Registry-Auth). */
export interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

export interface CredentialOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  readonly secrets?: SecretSource | undefined;
  /** Milliseconds a helper program may take; 30,000 by default. */
  readonly helperTimeoutMs?: number;
  /** Told of what went wrong where a call goes on without a credential. */
  readonly onProblem?: (error: EngineError) => void;
}

/** Where a credential was found: `config.json`, the helper program's name, or `stevedore` for our own store. */
export interface FoundCredential {
  readonly credential: Credential;
  readonly source: string;
}

export interface Credentials {
  /** The credential for a registry host: docker's own configuration and helpers first, then ours. @throws EngineError `config`, `timeout`, `cancelled` */
  getCredentials(host: string, signal?: AbortSignal): Promise<Credential | undefined>;
  /** As getCredentials, with the place where it was found. */
  find(host: string, signal?: AbortSignal): Promise<FoundCredential | undefined>;
  /**
   * The AuthConfig for a pull or push of an image. Never throws for a broken helper: as with the docker CLI the call
   * then goes on as nobody, and `onProblem` is told. @throws EngineError `bad-request` for an invalid reference
   */
  authConfigFor(reference: string, signal?: AbortSignal): Promise<AuthConfig | undefined>;
  /** The same as the value of the X-Registry-Auth header: base64 for URLs, padded. */
  authHeaderFor(reference: string, signal?: AbortSignal): Promise<string | undefined>;
  /** AuthConfigs by server key for a build's X-Registry-Config, of those hosts that have one. */
  registryConfigFor(
    hosts: readonly string[],
    signal?: AbortSignal,
  ): Promise<Record<string, AuthConfig>>;
  /** Registry hosts that docker holds credentials for, each once; keys that are no host are left out. Helpers that fail are told to `onProblem`. */
  knownHosts(signal?: AbortSignal): Promise<string[]>;
  /**
   * Keeps a credential: in docker's helper when that is where the host's present one lives, otherwise in ours.
   * @returns `shadowedBy`: the file that holds another one in plain text, which goes on being found first; `undo` puts
   *   back what was there before, and where it was
   */
  signIn(
    host: string,
    credential: Credential,
    signal?: AbortSignal,
  ): Promise<{ shadowedBy: string | undefined; undo: () => Promise<void> }>;
  /** Forgets a host's credential wherever it is, docker's own included, as `docker logout` does. */
  signOut(host: string, signal?: AbortSignal): Promise<void>;
}

/** The value of an X-Registry-Auth or X-Registry-Config header: Go's padded base64.URLEncoding. */
export function encodeAuth(auth: AuthConfig | Record<string, AuthConfig>): string {
  return Buffer.from(JSON.stringify(auth))
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

function fromHelper({ username, secret }: HelperEntry): Credential {
  return username === '<token>' ? { identityToken: secret } : { username, secret };
}

function toHelper(credential: Credential): HelperEntry {
  return 'identityToken' in credential
    ? { username: '<token>', secret: credential.identityToken }
    : credential;
}

/** A credential out of an entry of `auths`; undefined when it is empty, as `docker login` with a helper leaves it. */
function fromEntry(
  entry: Record<string, unknown> | undefined,
  path: string,
  host: string,
): Credential | undefined {
  const { auth, identitytoken, username, password } = entry ?? {};
  if (typeof identitytoken === 'string' && identitytoken) return { identityToken: identitytoken };
  if (typeof username === 'string' && typeof password === 'string' && username)
    return { username, secret: password };
  if (typeof auth !== 'string' || !auth) return undefined;
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw new EngineError(
      'config',
      `${path} holds a credential for ${host} that cannot be read: run \`docker login\` again.`,
    );
  }
  // Old dockers padded the password with NULs.
  return { username: text.slice(0, colon), secret: text.slice(colon + 1).replace(/\0+$/, '') };
}

function authConfig(host: string, credential: Credential): AuthConfig {
  const serveraddress = keyOf(host);
  return 'identityToken' in credential
    ? { identitytoken: credential.identityToken, serveraddress }
    : { username: credential.username, password: credential.secret, serveraddress };
}

/** Opens the credentials of this user. Docker's configuration is read anew at each call: the CLI changes it under us. */
export function openCredentials(options: CredentialOptions): Credentials {
  const { env, home, secrets, onProblem } = options;
  const helperOptions = (signal?: AbortSignal) => ({
    env,
    timeoutMs: options.helperTimeoutMs ?? 30_000,
    signal,
  });
  const helperFor = (config: DockerConfig, host: string) =>
    config.helpers.get(host) ?? config.defaultHelper;

  async function fromDocker(
    host: string,
    signal?: AbortSignal,
  ): Promise<FoundCredential | undefined> {
    const config = await readDockerConfig(env, home);
    const helper = helperFor(config, host);
    if (helper) {
      const entry = await helperGet(helper, keyOf(host), helperOptions(signal));
      if (entry) return { credential: fromHelper(entry), source: `docker-credential-${helper}` };
    }
    // A file written before the helper was set up may still hold it, and for docker's own keychain it is empty.
    const credential = fromEntry(authEntry(config, host), config.path, host);
    return credential && { credential, source: config.path };
  }

  async function find(address: string, signal?: AbortSignal): Promise<FoundCredential | undefined> {
    const { host } = parseRegistryAddress(address);
    let failure: unknown;
    try {
      const found = await fromDocker(host, signal);
      if (found) return found;
    } catch (error) {
      failure = error;
    }
    const credential = await secrets?.get(host);
    if (credential) return { credential, source: 'stevedore' };
    if (failure) throw failure;
    return undefined;
  }

  /** For the engine: a registry that needs no credential must not become unreachable by a broken helper. */
  async function findOrNone(host: string, signal?: AbortSignal): Promise<AuthConfig | undefined> {
    try {
      const found = await find(host, signal);
      return found && authConfig(parseRegistryAddress(host).host, found.credential);
    } catch (error) {
      if (!(error instanceof EngineError) || error.reason === 'cancelled') throw error;
      onProblem?.(error);
      return undefined;
    }
  }

  const authConfigFor = (reference: string, signal?: AbortSignal) =>
    findOrNone(parseReference(reference).registry, signal);

  return {
    find,
    authConfigFor,
    getCredentials: async (host, signal) => (await find(host, signal))?.credential,
    async authHeaderFor(reference, signal) {
      const auth = await authConfigFor(reference, signal);
      return auth && encodeAuth(auth);
    },
    async registryConfigFor(hosts, signal) {
      const unique = [...new Set(hosts.map((host) => parseRegistryAddress(host).host))];
      const found = await Promise.all(
        unique.map(async (host) => [keyOf(host), await findOrNone(host, signal)] as const),
      );
      return Object.fromEntries(
        found.flatMap(([key, auth]) => (auth ? [[key, auth] as const] : [])),
      );
    },
    async knownHosts(signal) {
      const config = await readDockerConfig(env, home);
      const keys = [...Object.keys(config.auths), ...config.helpers.keys()];
      if (config.defaultHelper) {
        try {
          keys.push(...Object.keys(await helperList(config.defaultHelper, helperOptions(signal))));
        } catch (error) {
          if (!(error instanceof EngineError) || error.reason === 'cancelled') throw error;
          onProblem?.(error);
        }
      }
      // Docker keeps tokens of its own beside the registries' (`…/access-token`, `…/refresh-token`).
      const registries = keys.filter((key) => !/\/(access|refresh)-token$/.test(key));
      return [...new Set(registries.map(hostOf))].filter(isRegistryHost).sort();
    },
    async signIn(address, credential, signal) {
      const { host } = parseRegistryAddress(address);
      const config = await readDockerConfig(env, home);
      const helper = helperFor(config, host);
      const held = await fromDocker(host, signal).catch((error: unknown) => {
        // What cannot be read now won't be found first later either, unless it is repaired: ours is used meanwhile.
        if (error instanceof EngineError) onProblem?.(error);
        return undefined;
      });
      if (helper && held?.source === `docker-credential-${helper}`) {
        const store = (entry: Credential, until?: AbortSignal) =>
          helperStore(helper, keyOf(host), toHelper(entry), helperOptions(until));
        await store(credential, signal);
        return { shadowedBy: undefined, undo: () => store(held.credential) };
      }
      if (!secrets) {
        throw new EngineError(
          'not-supported',
          `There is no place to keep the sign-in to ${host}: run \`docker login${host === HUB ? '' : ` ${host}`}\`.`,
        );
      }
      const before = await secrets.get(host);
      await secrets.store(host, credential);
      return {
        shadowedBy: held?.source,
        undo: () => (before ? secrets.store(host, before) : secrets.delete(host)),
      };
    },
    async signOut(address, signal) {
      const { host } = parseRegistryAddress(address);
      await secrets?.delete(host);
      const config = await readDockerConfig(env, home);
      const helper = helperFor(config, host);
      if (helper) await helperErase(helper, keyOf(host), helperOptions(signal));
      if (authEntry(config, host)) await removeAuthEntry(config.path, host);
    },
  };
}
