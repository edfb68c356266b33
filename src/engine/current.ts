import { createDisposables } from '../util/disposables.ts';
import { createEmitter } from '../util/emitter.ts';
import type { Disposable, Event } from '../util/emitter.ts';
import type { Client } from './client.ts';
import type { Connection, ConnectionState } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { EngineError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import type { Change, Store } from './store.ts';

/** The engine that this window works with, whichever that is at the moment. */
export interface CurrentEngine extends Disposable {
  /** Undefined until something first needed it, and while the address cannot be made out. */
  readonly endpoint: Endpoint | undefined;
  readonly state: ConnectionState;
  readonly store: Store | undefined;
  /** Another engine was chosen, or the state of the connection changed. */
  readonly onDidChange: Event<void>;
  /** The live model of the current engine changed. */
  readonly onDidChangeItems: Event<Change>;
  /** Events of the current engine, as its store tells of them. */
  readonly onEvent: Event<EngineEvent>;
  /** Connects when nothing has yet. Returns at once. */
  start(): void;
  /** Finds the engine anew and connects to it; what belonged to the former one is let go of. Nothing before the first need. */
  restart(): void;
  /** Tries again at once. */
  retry(): void;
  /** The client, waiting for a connection that is being made. Throws the EngineError of one that failed. */
  client(signal?: AbortSignal): Promise<Client>;
}

/**
 * Keeps one connection, to what `resolve` finds.
 * @param resolve where the engine is; its EngineError becomes the state
 * @param open opens the connection; the connection reconnects by itself from then on
 * @param log told of listeners that threw
 */
export function createCurrentEngine(
  resolve: () => Promise<Endpoint>,
  open: (endpoint: Endpoint) => Connection | Promise<Connection>,
  log: (line: string) => void = () => {},
): CurrentEngine {
  const changed = createEmitter<void>();
  const items = createEmitter<Change>();
  const events = createEmitter<EngineEvent>();
  let scope = createDisposables();
  let connection: Connection | undefined;
  let failure: EngineError | undefined;
  let started = false;
  let turn = 0;

  function tell(): void {
    try {
      changed.fire();
    } catch (error) {
      log(`A listener failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  async function connect(): Promise<void> {
    const mine = ++turn;
    scope.dispose();
    scope = createDisposables();
    connection = undefined;
    failure = undefined;
    started = true;
    tell();
    try {
      const endpoint = await resolve();
      // Another engine may have been chosen while this one's address was being read.
      if (mine !== turn) return;
      const opened = await open(endpoint);
      if (mine !== turn) {
        opened.dispose();
        return;
      }
      scope.add(opened);
      connection = opened;
      scope.add(opened.onDidChangeState(tell));
      scope.add(opened.store.onDidChange((change) => items.fire(change)));
      scope.add(opened.store.onEvent((event) => events.fire(event)));
    } catch (error) {
      if (mine !== turn) return;
      failure =
        error instanceof EngineError
          ? error
          : new EngineError('config', `The engine's address cannot be read: ${String(error)}`, {
              cause: error,
            });
    }
    tell();
  }

  const current: CurrentEngine = {
    get endpoint() {
      return connection?.endpoint;
    },
    get state() {
      if (failure) return { name: 'unreachable', error: failure, retryAt: Infinity } as const;
      return connection?.state ?? { name: 'connecting' };
    },
    get store() {
      return connection?.store;
    },
    onDidChange: changed.event,
    onDidChangeItems: items.event,
    onEvent: events.event,
    start() {
      if (!started) void connect();
    },
    restart() {
      if (started) void connect();
    },
    retry() {
      if (connection) connection.retry();
      else void connect();
    },
    client(signal) {
      current.start();
      return new Promise((done, fail) => {
        const settle = () => {
          const { state } = current;
          if (state.name === 'connecting' && !signal?.aborted) return;
          subscription.dispose();
          signal?.removeEventListener('abort', settle);
          if (state.name === 'connected') done(state.client);
          else if (state.name === 'unreachable') fail(state.error);
          else fail(new EngineError('cancelled', 'Cancelled.'));
        };
        const subscription = changed.event(settle);
        signal?.addEventListener('abort', settle);
        settle();
      });
    },
    dispose() {
      turn++;
      scope.dispose();
      changed.dispose();
      items.dispose();
      events.dispose();
    },
  };
  return current;
}
