import { createEmitter } from '../../util/emitter.ts';
import type { Event } from '../../util/emitter.ts';
import type { Credential, Credentials } from '../credentials.ts';
import { HUB, parseRegistryAddress } from '../reference.ts';
import type { Registry } from './model.ts';

/** A registry that is on show. */
export interface ShownRegistry {
  /** `docker.io`, or host:port. */
  readonly host: string;
  readonly hub: boolean;
  /** Added here, and so can be forgotten here. */
  readonly removable: boolean;
  /** Repositories shown whether or not the registry lists them. */
  readonly pinned: readonly string[];
}

export interface RegistryEntry extends ShownRegistry {
  /** Whether a credential for it is at hand. */
  readonly signedIn: boolean;
}

export interface RemoteRepository {
  readonly host: string;
  readonly hub: boolean;
  /** Path inside the registry: `team/app`. */
  readonly name: string;
  readonly pinned: boolean;
}

export interface RemoteTag {
  readonly host: string;
  readonly hub: boolean;
  readonly repository: string;
  readonly tag: string;
}

/** A place that remembers small things; VS Code's Memento is one. */
export interface Memory {
  get<T>(key: string, otherwise: T): T;
  update(key: string, value: unknown): Thenable<void>;
}

export interface Registries {
  /**
   * Docker Hub, those docker has credentials for, and those added here, each once. No credential is looked at, for which
   * its helper might ask the user to unlock something.
   */
  shown(signal?: AbortSignal): Promise<readonly ShownRegistry[]>;
  /** The same, with who is signed in: the credential of each is looked at. */
  list(signal?: AbortSignal): Promise<readonly RegistryEntry[]>;
  /** The client for a registry; the same one until its sign-in changes. */
  open(host: string): Promise<Registry>;
  /** Asks the registry whether it takes a credential, which is kept nowhere. Throws its EngineError when it does not. */
  tryOut(host: string, credential: Credential, signal?: AbortSignal): Promise<void>;
  /** @throws EngineError `bad-request` for an address that is none */
  add(address: string): Promise<string>;
  remove(host: string): Promise<void>;
  pin(host: string, repository: string): Promise<void>;
  unpin(host: string, repository: string): Promise<void>;
  /** Drops what is cached for a registry after its sign-in changed, or for all of them after the settings did. */
  forget(host?: string): void;
  readonly onDidChange: Event<void>;
  dispose(): void;
}

/**
 * The registries on show.
 * @param memory where added registries and pinned repositories are remembered
 * @param credentials who is signed in where
 * @param open makes a client for an address, with whatever trust the settings grant it, that signs in with a credential
 *   or, without one, with what is at hand
 * @param onProblem told of a credential helper or configuration that could not be asked
 */
export function createRegistries(
  memory: Memory,
  credentials: Pick<Credentials, 'knownHosts' | 'find'>,
  open: (address: string, credential?: Credential) => Promise<Registry>,
  onProblem: (error: unknown) => void,
): Registries {
  const changed = createEmitter<void>();
  const clients = new Map<string, Promise<Registry>>();
  // The address as it was typed may say http:// or https://, which the host alone does not.
  const added = () => memory.get<Record<string, string>>('registries.added', {});
  const pins = () => memory.get<Record<string, string[]>>('registries.pinned', {});

  const remember = async (key: string, value: unknown) => {
    await memory.update(key, value);
    changed.fire();
  };
  const drop = (host: string) => {
    // One that could not be opened has been told of, and has nothing to end.
    clients.get(host)?.then(
      (client) => client.dispose(),
      () => {},
    );
    clients.delete(host);
  };

  const shown = async (signal?: AbortSignal): Promise<readonly ShownRegistry[]> => {
    // A configuration of docker's that cannot be read hides neither Docker Hub nor what was added here.
    const known = await credentials.knownHosts(signal).catch((error: unknown) => {
      onProblem(error);
      return [];
    });
    const hosts = new Set([HUB, ...known, ...Object.keys(added())]);
    return [...hosts].map((host) => ({
      host,
      hub: host === HUB,
      removable: host in added(),
      pinned: pins()[host] ?? [],
    }));
  };

  return {
    shown,
    async list(signal) {
      return Promise.all(
        (await shown(signal)).map(async (registry): Promise<RegistryEntry> => {
          const found = await credentials.find(registry.host, signal).catch((error: unknown) => {
            onProblem(error);
            return undefined;
          });
          return { ...registry, signedIn: found !== undefined };
        }),
      );
    },
    open(host) {
      const known = clients.get(host);
      if (known) return known;
      const client = open(added()[host] ?? host);
      clients.set(host, client);
      client.catch(() => {
        if (clients.get(host) === client) clients.delete(host);
      });
      return client;
    },
    async tryOut(host, credential, signal) {
      const client = await open(added()[host] ?? host, credential);
      try {
        await client.check(signal);
      } finally {
        client.dispose();
      }
    },
    async add(address) {
      const { host } = parseRegistryAddress(address);
      drop(host);
      await remember('registries.added', { ...added(), [host]: address });
      return host;
    },
    async remove(host) {
      drop(host);
      const { [host]: _gone, ...rest } = added();
      const { [host]: _pins, ...otherPins } = pins();
      await memory.update('registries.pinned', otherPins);
      await remember('registries.added', rest);
    },
    pin: (host, repository) =>
      remember('registries.pinned', {
        ...pins(),
        [host]: [...new Set([...(pins()[host] ?? []), repository])],
      }),
    unpin: (host, repository) =>
      remember('registries.pinned', {
        ...pins(),
        [host]: (pins()[host] ?? []).filter((name) => name !== repository),
      }),
    forget(host) {
      for (const known of host === undefined ? [...clients.keys()] : [host]) drop(known);
      changed.fire();
    },
    onDidChange: changed.event,
    dispose() {
      for (const host of clients.keys()) drop(host);
      changed.dispose();
    },
  };
}
