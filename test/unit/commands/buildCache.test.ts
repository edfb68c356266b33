import { expect, test, vi } from 'vitest';
import type { CacheRecord } from '../../../src/engine/buildkit/cacheModel.ts';
import type { Run } from '../../../src/commands/services.ts';
import { loadAnew } from '../support/editor.ts';

const { said, asked, kept, offered } = vi.hoisted(() => ({
  offered: [] as object[],
  said: [] as string[],
  asked: [] as unknown[],
  kept: [] as CacheRecord[],
}));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: {
    showQuickPick: async (items: readonly { readonly label: string }[]) => {
      offered.push(...items);
      return items.find(({ label }) => / 1 GB,|^Everything/.test(label));
    },
    showInformationMessage: async (text: string) => void said.push(text),
    async showWarningMessage(text: string, { detail }: { readonly detail: string }, yes: string) {
      said.push(`${text}\n${detail}`);
      return yes;
    },
  },
}));
vi.mock('../../../src/engine/buildkit/cache.ts', () => ({
  cacheRecords: async () => kept,
  async pruneCache(_: unknown, wish: unknown) {
    asked.push(wish);
    return { records: [], freed: 0 };
  },
}));

loadAnew();

const record = (id: string, parents: readonly string[] = []): CacheRecord => ({
  id,
  kind: 'step',
  description: `[1/1] RUN ${id}`,
  size: 1,
  created: 0,
  uses: 1,
  inUse: false,
  shared: false,
  parents,
});

async function prune() {
  const { buildCacheHandlers } = await import('../../../src/commands/buildCache.ts');
  [said.length, asked.length, offered.length] = [0, 0, 0];
  await buildCacheHandlers['buildCache.prune']({
    client: async () => ({}),
    busy: async <R>(work: Promise<R>) => work,
    views: { reload() {} },
  } as unknown as Run<undefined>);
}

async function remove(...targets: readonly CacheRecord[]) {
  const { buildCacheHandlers } = await import('../../../src/commands/buildCache.ts');
  [said.length, asked.length] = [0, 0];
  await buildCacheHandlers['buildCache.remove']({
    targets,
    client: async () => ({}),
    busy: async <R>(work: Promise<R>) => work,
    views: { reload() {} },
  } as unknown as Run<CacheRecord>);
}

test('what other records are made of is neither named nor removed', async () => {
  const [lower, upper, alone] = [record('lower'), record('upper', ['lower']), record('alone')];
  kept.push(lower, upper, alone);
  await remove(lower, alone);
  expect(said[0]).toMatch(/^Remove 1 record from the build cache.*\n• RUN alone/);
  expect(said[0]).not.toContain('lower');
  await remove(lower);
  expect(said).toEqual([
    'Nothing of it can go: other records are made of it, a build uses it, or it is gone already.',
  ]);
  expect(asked).toEqual([]);
  await remove(lower, upper);
  expect(said[0]).toMatch(/^Remove 2 records/);
});

test('what goes for a size is said to be an estimate', async () => {
  kept.splice(0, Infinity, { ...record('large'), size: 3e9 }, { ...record('small'), uses: 9 });
  await prune();
  expect(offered).toContainEqual(
    expect.objectContaining({ description: 'about 1 record, 3 GB', wish: { keepBytes: 1e9 } }),
  );
  expect(said[0]).toMatch(/^Remove about 1 record from the build cache, 3 GB\?.*\n• RUN large/);
  expect(asked).toEqual([{ keepBytes: 1e9 }]);
});

test('of what may go only that is offered which would remove something', async () => {
  kept.splice(0, Infinity, { ...record('new'), lastUsed: Date.now(), size: 2e9 });
  await prune();
  expect(offered).toEqual([
    expect.objectContaining({ description: 'about 1 record, 2 GB', wish: { keepBytes: 1e9 } }),
    { label: 'All but another size…', wish: undefined },
    expect.objectContaining({ description: '1 record, 2 GB', wish: { all: true } }),
  ]);
});

test.each([
  ['is in use', { inUse: true }],
  ['is nothing', undefined],
])('nothing is offered where all that is kept %s', async (_, over) => {
  kept.splice(0, Infinity, ...(over ? [{ ...record('one'), ...over }] : []));
  await prune();
  expect(offered).toEqual([]);
  expect(said).toEqual(['The build cache holds nothing that could go.']);
});
