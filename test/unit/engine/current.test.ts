import { describe, expect, test } from 'vitest';
import { createCurrentEngine } from '../../../src/engine/current.ts';
import type { Client } from '../../../src/engine/client.ts';
import type { Connection, ConnectionState } from '../../../src/engine/connection.ts';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { createStore } from '../../../src/engine/store.ts';
import { createEmitter } from '../../../src/util/emitter.ts';

const endpoint = (name: string): Endpoint => ({
  name,
  url: `unix:///${name}.sock`,
  source: 'test',
  host: 'localhost',
});

/** A connection whose state the test decides. */
function connectionTo(to: Endpoint) {
  const changed = createEmitter<ConnectionState>();
  const calls = { disposed: 0, retried: 0 };
  let state: ConnectionState = { name: 'connecting' };
  const connection: Connection = {
    endpoint: to,
    get state() {
      return state;
    },
    onDidChangeState: changed.event,
    store: createStore(),
    client: () => {
      throw new EngineError('dropped', 'not asked in this test');
    },
    retry: () => void calls.retried++,
    dispose: () => void calls.disposed++,
  };
  const enter = (next: ConnectionState) => {
    state = next;
    changed.fire(next);
  };
  return { connection, calls, enter };
}

const settled = () => new Promise((done) => setImmediate(done));
const client = {} as Client;

describe('the engine of the window', () => {
  test('connects on the first need, once', async () => {
    let resolved = 0;
    const one = connectionTo(endpoint('one'));
    const current = createCurrentEngine(
      async () => {
        resolved++;
        return endpoint('one');
      },
      () => one.connection,
    );
    expect(resolved).toBe(0);
    const first = current.client();
    const second = current.client();
    await settled();
    one.enter({ name: 'connected', client });
    expect(await first).toBe(client);
    expect(await second).toBe(client);
    expect(resolved).toBe(1);
  });

  test('a client asked for while there is no way fails with the reason', async () => {
    const one = connectionTo(endpoint('one'));
    const current = createCurrentEngine(
      async () => endpoint('one'),
      () => one.connection,
    );
    const asked = current.client();
    await settled();
    const error = new EngineError('refused', 'nobody there');
    one.enter({ name: 'unreachable', error, retryAt: 0 });
    await expect(asked).rejects.toBe(error);
  });

  test('an address that cannot be made out is a state with its reason, and retry reads it anew', async () => {
    let broken = true;
    const one = connectionTo(endpoint('one'));
    const current = createCurrentEngine(
      async () => {
        if (broken) throw new EngineError('config', 'odd address');
        return endpoint('one');
      },
      () => one.connection,
    );
    await expect(current.client()).rejects.toThrow('odd address');
    expect(current.state).toMatchObject({ name: 'unreachable', error: { reason: 'config' } });
    broken = false;
    current.retry();
    await settled();
    expect(current.endpoint?.name).toBe('one');
  });

  test('another engine replaces the former one, and one that was still being looked for is left alone', async () => {
    const one = connectionTo(endpoint('one'));
    const two = connectionTo(endpoint('two'));
    const answers = [Promise.resolve(endpoint('one')), Promise.resolve(endpoint('two'))];
    const current = createCurrentEngine(
      () => answers.shift() ?? Promise.resolve(endpoint('two')),
      ({ name }) => (name === 'one' ? one.connection : two.connection),
    );
    current.start();
    current.restart();
    await settled();
    expect(current.endpoint?.name).toBe('two');
    current.restart();
    await settled();
    expect(two.calls.disposed).toBe(1);
    current.dispose();
    expect(two.calls.disposed).toBe(2);
  });

  test('a change of settings does not connect what nobody needs yet', async () => {
    let resolved = 0;
    const one = connectionTo(endpoint('one'));
    const current = createCurrentEngine(
      async () => endpoint(`${++resolved}`),
      () => one.connection,
    );
    current.restart();
    await settled();
    expect(resolved).toBe(0);
    current.start();
    current.restart();
    await settled();
    expect(resolved).toBe(2);
  });

  test('a wait can be cancelled', async () => {
    const one = connectionTo(endpoint('one'));
    const current = createCurrentEngine(
      async () => endpoint('one'),
      () => one.connection,
    );
    const controller = new AbortController();
    const asked = current.client(controller.signal);
    await settled();
    controller.abort();
    await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
  });
});
