import { existsSync } from 'node:fs';
import { createEmitter } from '../util/emitter.ts';
import type { Disposable, Event } from '../util/emitter.ts';
import { connect, type Client, type ConnectOptions } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { EngineError } from './errors.ts';
import { createStore, type FedStore, type Store } from './store.ts';
import { connectionError, where } from './transport/failures.ts';
import { watchSocket } from './transport/watch.ts';

export type ConnectionState =
  | { readonly name: 'connecting' }
  | { readonly name: 'connected'; readonly client: Client }
  | {
      readonly name: 'unreachable';
      readonly error: EngineError;
      /** When the next attempt is made by itself, milliseconds since the epoch; Infinity: never. */
      readonly retryAt: number;
    };

/** A connection to one engine that is made anew for as long as it is wanted. */
export interface Connection extends Disposable {
  readonly endpoint: Endpoint;
  readonly state: ConnectionState;
  readonly onDidChangeState: Event<ConnectionState>;
  /** Stays the same over reconnects, and holds what was last known while there is no connection. */
  readonly store: Store;
  /** @throws EngineError when not connected: why not. */
  client(): Client;
  /** Tries at once, without waiting for the next attempt's time. Does nothing while connected. */
  retry(): void;
}

export interface ConnectionOptions {
  readonly connect?: Omit<ConnectOptions, 'signal'>;
  readonly store?: FedStore;
  /** Told of each attempt that failed, and of listeners that threw. */
  readonly log?: (line: string) => void;
  /** Milliseconds before the second attempt; doubled for each further one. Default 500. */
  readonly firstDelay?: number;
  /** Milliseconds between attempts at most. Default 30,000; over ssh four times that, for hosts ban those who knock often. */
  readonly longestDelay?: number;
}

/** A connection that stood this long, in milliseconds, was a good one: its loss is answered by an attempt at once. */
const STEADY = 5000;

/**
 * Connects, lets the store follow the engine's events, and begins again whenever that ends. It is connected once the
 * event stream stands and the store is right. While it is connected there is no timer; while a local engine is absent
 * its directory is watched, so that its start is seen at once.
 */
export function openConnection(endpoint: Endpoint, options: ConnectionOptions = {}): Connection {
  const { log = () => {} } = options;
  const store = options.store ?? createStore({ log });
  const changed = createEmitter<ConnectionState>();
  let state: ConnectionState = { name: 'connecting' };
  let turn = 0;
  let failures = 0;
  let disposed = false;
  let attempt = new AbortController();
  let pause: Disposable | undefined;
  let running = Promise.resolve();

  function enter(next: ConnectionState) {
    state = next;
    try {
      changed.fire(next);
    } catch (error) {
      log(
        `A listener of the connection failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
    }
  }

  /** Ends whatever is under way or waited for, and makes an attempt. */
  function begin() {
    const mine = ++turn;
    pause?.dispose();
    attempt.abort();
    attempt = new AbortController();
    const { signal } = attempt;
    // The store follows one engine at a time: the former attempt has to be over.
    running = running.then(() => run(mine, signal));
  }

  async function run(mine: number, signal: AbortSignal): Promise<void> {
    if (mine !== turn) return;
    let client: Client | undefined;
    let since: number | undefined;
    try {
      const made = await connect(endpoint, { ...options.connect, signal });
      client = made;
      if (mine !== turn) return;
      const onLive = () => {
        if (mine !== turn) return;
        since = Date.now();
        enter({ name: 'connected', client: made });
      };
      await store.follow(made, { signal, onLive });
    } catch (error) {
      if (mine === turn) ended(connectionError(error, endpoint), since);
    } finally {
      client?.close();
    }
  }

  function ended(error: EngineError, since: number | undefined) {
    log(`${error.message}${error.detail ? ` (${error.detail})` : ''}`);
    if (since !== undefined && Date.now() - since >= STEADY) {
      failures = 0;
      enter({ name: 'connecting' });
      begin();
      return;
    }
    failures++;
    const delay = delayOf(error);
    pause = waitFor(delay, error);
    enter({ name: 'unreachable', error, retryAt: Date.now() + delay });
  }

  function delayOf(error: EngineError): number {
    // What is wrong with the address itself is not mended by asking again.
    if (error.reason === 'config') return Infinity;
    const { firstDelay = 500, longestDelay = 30_000 } = options;
    const longest = error.reason === 'ssh' ? longestDelay * 4 : longestDelay;
    // Jitter, so that many windows don't come at a restarted engine all at once.
    return Math.min(longest, firstDelay * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
  }

  function waitFor(delay: number, error: EngineError): Disposable {
    const timer = Number.isFinite(delay) ? setTimeout(begin, delay).unref() : undefined;
    const path = /^unix:\/\/(.+)$/.exec(endpoint.url)?.[1];
    const seen = () => {
      // From here on the engine is likely to come up soon: the waits start small again.
      failures = 0;
      begin();
    };
    const watcher = path === undefined ? undefined : watchSocket(path, seen);
    // It may have come between the attempt and the watching.
    const late =
      path !== undefined && error.reason === 'no-socket' && existsSync(path)
        ? setImmediate(seen)
        : undefined;
    return {
      dispose() {
        clearTimeout(timer);
        clearImmediate(late);
        watcher?.dispose();
      },
    };
  }

  begin();
  return {
    endpoint,
    get state() {
      return state;
    },
    onDidChangeState: changed.event,
    store,
    client() {
      if (disposed) throw new EngineError('cancelled', 'The connection was closed.');
      if (state.name === 'connected') return state.client;
      if (state.name === 'unreachable') throw state.error;
      throw new EngineError('dropped', `The engine at ${where(endpoint)} is not connected yet.`);
    },
    retry() {
      if (disposed || state.name === 'connected') return;
      failures = 0;
      if (state.name !== 'connecting') enter({ name: 'connecting' });
      begin();
    },
    dispose() {
      disposed = true;
      turn++;
      pause?.dispose();
      attempt.abort();
      changed.dispose();
    },
  };
}
