import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import type { Client } from '../../../../src/engine/client.ts';
import { createLogBook } from '../../../../src/engine/logs/book.ts';
import type { LogSelection } from '../../../../src/engine/logs/book.ts';
import type { LogEngine } from '../../../../src/engine/logs/follow.ts';
import type { Change } from '../../../../src/engine/store.ts';
import { createEmitter } from '../../../../src/util/emitter.ts';

const client = {
  engine: {},
  async request({ path }: { path: string }) {
    if (path.includes('/logs?') || path.startsWith('/events')) return Readable.from([]);
    return { State: { Running: false } };
  },
} as unknown as Client;

it.each<LogSelection>([{ containers: [{ id: 'first', name: 'web' }] }, { label: 'app' }])(
  'containers of another engine that is chosen meanwhile do not join: %o',
  (selection) => {
    const items = createEmitter<Change>();
    const engine = {
      endpoint: { url: 'unix:///one' } as { readonly url: string } | undefined,
      client: async () => client,
      state: { name: 'connected', client },
      onDidChange: () => ({ dispose() {} }),
      onDidChangeItems: items.event,
      onEvent: () => ({ dispose() {} }),
    };
    const comes = (id: string) => {
      const added = [{ id, name: 'web', labels: { app: '' } }] as unknown as Change['added'];
      items.fire({ kind: 'container', added, changed: [], removed: [] });
    };
    const limits = { lines: 100, bytes: 10_000 };
    const start = { tail: 0, follow: true };
    const book = createLogBook(engine as unknown as LogEngine, selection, start, limits);
    onTestFinished(() => book.dispose());
    const ids = () => book.sources.map(({ id }) => id).filter((id) => id !== 'first');
    comes('second');
    engine.endpoint = { url: 'unix:///two' };
    comes('stranger');
    expect(ids()).toEqual(['second']);
    engine.endpoint = { url: 'unix:///one' };
    comes('third');
    expect(ids()).toEqual(['second', 'third']);
  },
);

it.each([
  { follow: true, read: ['first', 'second'] },
  { follow: false, read: ['first'] },
])('a container that was replaced before is read with what took its place: %o', (has) => {
  const containers = [
    { id: 'second', name: 'web', labels: {} },
    { id: 'other', name: 'database', labels: {} },
  ];
  const engine = {
    endpoint: { url: 'unix:///one' },
    client: async () => client,
    state: { name: 'connected', client },
    store: { list: () => containers },
    onDidChange: () => ({ dispose() {} }),
    onDidChangeItems: () => ({ dispose() {} }),
    onEvent: () => ({ dispose() {} }),
  };
  const book = createLogBook(
    engine as unknown as LogEngine,
    { containers: [{ id: 'first', name: 'web' }] },
    { tail: 10, follow: has.follow },
    { lines: 100, bytes: 10_000 },
  );
  onTestFinished(() => book.dispose());
  expect(book.sources.map(({ id }) => id)).toEqual(has.read);
});
