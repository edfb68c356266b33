import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { Client } from '../../../../src/engine/client.ts';
import { EngineError } from '../../../../src/engine/errors.ts';
import { followLog } from '../../../../src/engine/logs/follow.ts';
import type { LogEngine } from '../../../../src/engine/logs/follow.ts';
import { createEmitter } from '../../../../src/util/emitter.ts';

/** A line as an engine sends it. */
function frame(text: string): Buffer {
  const data = Buffer.from(`${text}\n`);
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data]);
}

const none = () => ({ dispose() {} });

/** An engine that is connected, and tells of nothing but what is given. */
const engineOf = (client: Client, told: object = {}): LogEngine =>
  ({
    client: async () => client,
    state: { name: 'connected', client },
    onDidChange: none,
    onDidChangeItems: none,
    onEvent: none,
    ...told,
  }) as unknown as LogEngine;

it('a container that is removed as it ends has told its last lines', async () => {
  const first = frame('2026-11-28T10:00:01.000000000Z first');
  // The engine has read it from the container's pipe after the container had ended.
  const last = frame('2026-11-28T10:00:02.500000000Z last');
  const state = (over: object) => ({
    State: { Running: true, StartedAt: '2026-11-28T10:00:00Z', ...over },
  });
  const states = [state({}), state({ Running: false, FinishedAt: '2026-11-28T10:00:02Z' })];
  const client = {
    engine: {},
    async request({ path }: { path: string }) {
      if (path.includes('/logs?follow=true')) return Readable.from([first]);
      if (path.includes('/logs?')) return Readable.from([first, last]);
      if (path.startsWith('/events')) return Readable.from([]);
      const answer = states.shift();
      if (!answer) throw new EngineError('not-found', 'There is no such container.');
      return answer;
    },
  } as unknown as Client;
  const engine = engineOf(client);
  const lines: string[] = [];
  const controller = new AbortController();
  await followLog(
    engine,
    'web',
    { tail: 'all', follow: true },
    {
      line: ({ text }) => lines.push(text.toString()),
      mark: ({ kind }) => lines.push(`«${kind}»`),
      state: (state) => void (state === 'waiting' && controller.abort()),
    },
    controller.signal,
  );
  expect(lines).toEqual(['first', 'last', '«exited»']);
});

it('a stopped container is not looked for on another engine that is chosen meanwhile', async () => {
  const changed = createEmitter<void>();
  const stopped = {
    engine: {},
    async request({ path }: { path: string }) {
      if (path.includes('/logs?') || path.startsWith('/events')) return Readable.from([]);
      return { State: { Running: false, FinishedAt: '2026-11-28T10:00:02Z' } };
    },
  } as unknown as Client;
  const other = {
    engine: {},
    async request() {
      throw new EngineError('not-found', 'There is no such container.');
    },
  } as unknown as Client;
  const engine = {
    endpoint: { url: 'unix:///one' },
    client: async () => engine.state.client,
    state: { name: 'connected', client: stopped },
    onDidChange: changed.event,
    onDidChangeItems: none,
    onEvent: none,
  };
  const told: string[] = [];
  await followLog(
    engine as unknown as LogEngine,
    'web',
    { tail: 'all', follow: true },
    {
      line: () => {},
      mark: ({ kind }) => told.push(kind),
      state(state) {
        told.push(state);
        if (state !== 'waiting') return;
        setImmediate(() => {
          engine.endpoint = { url: 'unix:///two' };
          engine.state = { name: 'connected', client: other };
          changed.fire();
        });
      },
    },
    new AbortController().signal,
  );
  expect(told).toEqual(['reading', 'exited', 'waiting', 'elsewhere', 'ended']);
});

it('a container that looks as before once it has been started again is read on', async () => {
  const events = createEmitter<{ kind: string; id: string; action: string }>();
  let startedAt = '2026-11-28T10:00:00Z';
  const client = {
    engine: {},
    async request({ path }: { path: string }) {
      const line = frame(`${startedAt.replace('Z', '.5Z')} ${startedAt}`);
      if (path.includes('/logs?')) return Readable.from([line]);
      if (path.startsWith('/events')) return Readable.from([]);
      return { State: { Running: false, StartedAt: startedAt, FinishedAt: startedAt } };
    },
  } as unknown as Client;
  const engine = engineOf(client, { onEvent: events.event });
  const told: string[] = [];
  const controller = new AbortController();
  const isStarted = () => {
    if (told.includes('«started»')) return controller.abort();
    startedAt = '2026-11-28T10:01:00Z';
    for (const id of ['other', 'web']) events.fire({ kind: 'container', id, action: 'start' });
  };
  await followLog(
    engine,
    'web',
    { tail: 'all', follow: true },
    {
      line: ({ text }) => told.push(text.toString()),
      mark: ({ kind }) => told.push(`«${kind}»`),
      state: (state) => void (state === 'waiting' && setImmediate(isStarted)),
    },
    controller.signal,
  );
  expect(told).toEqual([
    '2026-11-28T10:00:00Z',
    '«exited»',
    '«started»',
    '2026-11-28T10:01:00Z',
    '«exited»',
  ]);
}, 5000);

it.each(['destroy', 'remove'])(
  'a container was removed when the engine says so by its clock (%s), however late its log ends',
  async (action) => {
    const events = createEmitter<object>();
    let isThere = true;
    const client = {
      engine: {},
      async request({ path }: { path: string }) {
        if (!isThere) throw new EngineError('not-found', 'There is no such container.');
        if (!path.includes('/logs?')) return { State: { Running: true } };
        isThere = false;
        const at = (seconds: number, id: string, what = action) =>
          events.fire({
            kind: 'container',
            id,
            action: what,
            attributes: {},
            timeNano: seconds * 1e9,
          });
        at(1, 'web', 'die');
        at(2, 'web');
        at(3, 'other');
        return Readable.from([]);
      },
    } as unknown as Client;
    const told: [string, number][] = [];
    await followLog(
      engineOf(client, { onEvent: events.event }),
      'web',
      { tail: 'all', follow: true },
      { line: () => {}, mark: ({ kind }, time) => told.push([kind, time]), state: () => {} },
      new AbortController().signal,
    );
    expect(told).toEqual([['removed', 2000]]);
  },
);
