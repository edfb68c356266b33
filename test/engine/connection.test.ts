import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/engine/client.ts';
import { openConnection, type ConnectionState } from '../../src/engine/connection.ts';
import { privateEngine, runningContainer, type PrivateEngine } from './support/privateEngine.ts';

let engine: PrivateEngine;
beforeAll(async () => {
  engine = await privateEngine();
});
afterAll(() => engine?.end());

describe('a connection', () => {
  it('stands again soon after the engine was stopped and started, and its store is right', async () => {
    const connection = openConnection(engine.endpoint, { firstDelay: 100 });
    onTestFinished(() => connection.dispose());
    const states: ConnectionState['name'][] = [];
    connection.onDidChangeState(({ name }) => states.push(name));
    const name = () => connection.state.name;
    await expect.poll(name).toBe('connected');
    await connection.store.load('container');
    const id = await runningContainer(connection.client());
    await expect.poll(() => connection.store.get('container', id)?.state).toBe('running');

    await engine.stop();
    await expect.poll(name).toBe('unreachable');
    const { state } = connection;
    expect(state.name === 'unreachable' && ['no-socket', 'refused', 'dropped']).toContain(
      state.name === 'unreachable' && state.error.reason,
    );
    // What was known stays in sight.
    expect(connection.store.list('container').map((item) => item.id)).toEqual([id]);

    await engine.start();
    const up = performance.now();
    await expect.poll(name, { timeout: 45_000, interval: 10 }).toBe('connected');
    // It is asked each moment again; nothing waits for half a minute.
    expect(performance.now() - up).toBeLessThan(20_000);
    // The engine took its containers down with itself.
    await expect.poll(() => connection.store.get('container', id)?.state).toBe('exited');
    expect(states.filter((name, i) => name !== states[i - 1])).toEqual(
      expect.arrayContaining(['connected', 'unreachable']),
    );

    const elsewhere = await connect(engine.endpoint);
    await elsewhere.docker.getContainer(id).remove({ force: true });
    elsewhere.close();
    await expect.poll(() => connection.store.list('container').length).toBe(0);
  });
});
