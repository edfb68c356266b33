import { expect, test, vi } from 'vitest';
import type { Page, Tag } from '../../../src/engine/registry/model.ts';
import type { Registries } from '../../../src/engine/registry/registries.ts';
import type { Row } from '../../../src/views/row.ts';
import { loadAnew } from '../support/editor.ts';

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  window: {
    createTreeView: () => ({ visible: false, onDidChangeVisibility: () => ({ dispose() {} }) }),
  },
}));
loadAnew();

test('a page of tags that failed is asked for again by the same click', async () => {
  const { createRegistriesView } = await import('../../../src/views/registries.ts');
  const tags = (from: number) =>
    Array.from({ length: 25 }, (_, n) => ({ name: `v${from + n}` }) as Tag);
  let fails = true;
  const more = async (): Promise<Page<Tag>> => {
    if (fails) throw new Error('no answer');
    return { items: tags(25), more: undefined };
  };
  const registry = {
    repositories: async () => ({
      catalogue: true,
      page: { items: [{ name: 'app' }], more: undefined },
    }),
    tags: async () => ({ items: tags(0), more }),
  };
  const registries = {
    list: async () => [{ host: 'docker.io', hub: true, pinned: [], signedIn: true }],
    open: async () => registry,
    onDidChange: () => ({ dispose() {} }),
  } as unknown as Registries;
  const view = createRegistriesView(registries, (error) => expect.fail(String(error)));
  const below = async (row: Row | undefined) => {
    const children = row?.children ?? [];
    return typeof children === 'function' ? children() : children;
  };
  const [entry] = await view.rows();
  const [repository] = await below(entry);
  const labels = async () => (await below(repository)).map(({ label }) => label);
  const last = (await below(repository)).at(-1);
  expect(last?.label).toBe('Show more…');
  const click = last?.target as () => Promise<void>;
  await expect(click()).rejects.toThrow('no answer');
  fails = false;
  await click();
  const shown = await labels();
  expect(shown).toHaveLength(50);
  expect(shown).not.toContain('Show more…');
});

test('a page of repositories that is asked for twice stands there once', async () => {
  const { createRegistriesView } = await import('../../../src/views/registries.ts');
  const waiting: ((page: Page<{ name: string }>) => void)[] = [];
  const more = () => new Promise<Page<{ name: string }>>((done) => waiting.push(done));
  const registry = {
    repositories: async () => ({
      catalogue: true,
      page: { items: [{ name: 'one' }], more },
    }),
  };
  const registries = {
    list: async () => [{ host: 'reg.test', hub: false, pinned: [], signedIn: true }],
    open: async () => registry,
    onDidChange: () => ({ dispose() {} }),
  } as unknown as Registries;
  const view = createRegistriesView(registries, (error) => expect.fail(String(error)));
  const [entry] = await view.rows();
  const labels = async () => {
    const { children } = entry as Row & { children: () => Promise<readonly Row[]> };
    const rows = await children();
    return { rows, labels: rows.map(({ label }) => label) };
  };
  const click = (await labels()).rows.at(-1)?.target as () => Promise<void>;
  const clicks = [click(), click()];
  for (const answer of waiting) answer({ items: [{ name: 'two' }], more: () => more() });
  await Promise.all(clicks);
  expect((await labels()).labels).toEqual(['one', 'two', 'Show more…']);
});
