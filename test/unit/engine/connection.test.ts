import { mkdir, rename, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  openConnection,
  type Connection,
  type ConnectionOptions,
  type ConnectionState,
} from '../../../src/engine/connection.ts';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { scratch, unix } from './support/servers.ts';

/** An engine without objects, whose event stream stands until it is stopped. */
async function startEngine(path: string) {
  const sockets = new Set<net.Socket>();
  const server = http.createServer((request, response) => {
    if (request.url === '/_ping') response.setHeader('Api-Version', '1.41').end('OK');
    else if (request.url?.includes('/events')) response.writeHead(200).flushHeaders();
    else if (request.url === '/version') response.end('{"Version":"1"}');
    else response.end('[]');
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(() => void stop());
  return { stop, cut: () => sockets.forEach((socket) => socket.destroy()) };
}

function open(endpoint: Endpoint, options: ConnectionOptions = {}) {
  const connection = openConnection(endpoint, options);
  const states: ConnectionState[] = [];
  connection.onDidChangeState((state) => states.push(state));
  onTestFinished(() => connection.dispose());
  return { connection, states };
}

const until = (connection: Connection, name: ConnectionState['name'], timeout = 30_000) =>
  vi.waitFor(() => expect(connection.state.name).toBe(name), { timeout, interval: 5 });

/** Long enough that only what is under test can be the cause of an attempt. */
const patient = { firstDelay: 600_000, longestDelay: 600_000 };

describe('a connection', () => {
  it('says why it is not there, and by its client too', async () => {
    const { connection } = open(unix(join(await scratch(), 'x.sock')), patient);
    expect(connection.state.name).toBe('connecting');
    expect(() => connection.client()).toThrow(/not connected yet/);
    await until(connection, 'unreachable');
    expect(connection.state).toMatchObject({ error: { reason: 'no-socket' } });
    expect(() => connection.client()).toThrow(/There is no engine socket/);
  });

  it.each(['in a directory that is there', 'in directories that are not'])(
    'sees an engine start at once, %s',
    async (where) => {
      const path = join(await scratch(), ...(where.endsWith('not') ? ['a', 'b'] : []), 'x.sock');
      const { connection } = open(unix(path), patient);
      await until(connection, 'unreachable');
      await mkdir(dirname(path), { recursive: true });
      await startEngine(path);
      await until(connection, 'connected');
      expect(connection.client().apiVersion).toBe('1.41');
    },
  );

  it('sees a socket that is moved into place', async () => {
    const directory = await scratch();
    await startEngine(join(directory, 'being-made.sock'));
    const { connection } = open(unix(join(directory, 'x.sock')), patient);
    await until(connection, 'unreachable');
    await rename(join(directory, 'being-made.sock'), join(directory, 'x.sock'));
    await until(connection, 'connected');
  });

  it('tries again by itself, with growing waits that differ', async () => {
    // TCP, where there is nothing to watch.
    const endpoint = { ...unix(''), url: 'tcp://127.0.0.1:1' };
    const { states } = open(endpoint, { firstDelay: 20, longestDelay: 80 });
    const started = Date.now();
    await vi.waitFor(() => expect(states.length).toBeGreaterThanOrEqual(6), { timeout: 4000 });
    for (const [i, state] of states.slice(0, 6).entries()) {
      expect(state).toMatchObject({ name: 'unreachable', error: { reason: 'refused' } });
      if (state.name === 'unreachable') expect(state.retryAt).toBeGreaterThan(started);
      if (i > 4 && state.name === 'unreachable')
        expect(state.retryAt - Date.now()).toBeLessThan(81);
    }
  });

  it('never tries what cannot succeed again', async () => {
    const { connection, states } = open({ ...unix(''), url: 'gopher://x' }, { firstDelay: 1 });
    await until(connection, 'unreachable');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(states).toMatchObject([{ error: { reason: 'config' }, retryAt: Infinity }]);
  });

  it('comes back after the engine was stopped and started, with the same store', async () => {
    const path = join(await scratch(), 'x.sock');
    const first = await startEngine(path);
    const { connection, states } = open(unix(path), patient);
    await until(connection, 'connected');
    const { store } = connection;
    await store.load('container');
    await first.stop();
    await until(connection, 'unreachable');
    expect(store.loaded('container')).toBe(true);
    await rm(path, { force: true });
    await startEngine(path);
    await until(connection, 'connected');
    expect(connection.store).toBe(store);
    expect(states.map(({ name }) => name).filter((name, i, all) => name !== all[i - 1])).toEqual([
      'connected',
      'unreachable',
      'connected',
    ]);
  });

  it('tries at once when asked to, even in the middle of an attempt', async () => {
    const path = join(await scratch(), 'x.sock');
    let answers = false;
    let attempts = 0;
    const server = net.createServer((socket) => {
      attempts++;
      socket.on('error', () => {});
      if (answers) socket.end('no engine\r\n');
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    const { connection, states } = open(unix(path), patient);
    await vi.waitFor(() => expect(attempts).toBe(1));
    answers = true;
    connection.retry();
    await until(connection, 'unreachable');
    expect(connection.state).toMatchObject({ error: { reason: 'not-an-engine' } });
    connection.retry();
    expect(connection.state.name).toBe('connecting');
    await vi.waitFor(() => expect(attempts).toBe(3));
    await until(connection, 'unreachable');
    // The attempt that was given up left no trace.
    expect(states.map(({ name }) => name)).toEqual(['unreachable', 'connecting', 'unreachable']);
  });

  it('has no timer once it stands, and leaves none behind', async () => {
    const path = join(await scratch(), 'x.sock');
    const { connection } = open(unix(path), { firstDelay: 50 });
    await until(connection, 'unreachable');
    await startEngine(path);
    await until(connection, 'connected');
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const intervals = vi.spyOn(globalThis, 'setInterval');
    await new Promise((resolve) => setImmediate(resolve));
    const started = performance.now();
    while (performance.now() - started < 100) await new Promise((resolve) => setImmediate(resolve));
    expect(timers).not.toHaveBeenCalled();
    expect(intervals).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('is over when it is disposed, whatever it was doing', async () => {
    const path = join(await scratch(), 'x.sock');
    const { connection, states } = open(unix(path), { firstDelay: 20, longestDelay: 20 });
    await until(connection, 'unreachable');
    const seen = states.length;
    connection.dispose();
    await startEngine(path);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(states.length).toBe(seen);
    expect(() => connection.client()).toThrow(/closed/);
    connection.retry();
    const early = openConnection(unix(path));
    early.dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(early.state.name).toBe('connecting');
  });

  it('survives a listener that throws', async () => {
    const path = join(await scratch(), 'x.sock');
    await startEngine(path);
    const lines: string[] = [];
    const connection = openConnection(unix(path), { log: (line) => lines.push(line) });
    onTestFinished(() => connection.dispose());
    connection.onDidChangeState(() => {
      throw new Error('a view is broken');
    });
    await until(connection, 'connected');
    expect(lines.join('\n')).toContain('a view is broken');
  });
});
