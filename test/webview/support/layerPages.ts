import { expect, onTestFinished } from 'vitest';
import { layerExplorer } from './layers.ts';
import type { LayerOptions } from './layers.ts';
import type { PageOptions, PanelPage } from './page.ts';
import { panelPages } from './pages.ts';

/** Has a browser for the tests of a file that are about the layer explorer. */
export function layerPages() {
  const open = panelPages('layers');
  /** A page that must have nothing gone wrong on it in the end. */
  const pageOf = (options?: PageOptions) => open({ width: 1100, ...options });
  async function opened(options: LayerOptions = {}, page?: PageOptions) {
    const panel = await pageOf(page);
    const explorer = layerExplorer(panel, options);
    onTestFinished(async () => {
      await explorer.close();
      expect(explorer.errors).toEqual([]);
    });
    return { panel, explorer, page: panel.page, deeds: explorer.deeds };
  }
  return { pageOf, opened };
}

/** Rows that are drawn, from top to bottom: mark, name and size. */
export const rows = async ({ page }: PanelPage): Promise<string[]> =>
  (await page.evaluate(`[...document.querySelectorAll('.row[role=treeitem]')]
    .map((row) => [Number(row.dataset.place), row])
    .sort(([a], [b]) => a - b)
    .map(([, row]) => ['.mark', '.text', '.size']
      .map((part) => row.querySelector(part).textContent.trim()).join(' ').trim())`)) as string[];
export const shows = (panel: PanelPage, expected: readonly string[]) =>
  expect.poll(() => rows(panel), { timeout: 5000 }).toEqual(expected);
export const row = ({ page }: PanelPage, name: string) =>
  page.locator('.row', { has: page.locator(`.text:text-is("${name}")`) });
export const press = async ({ page }: PanelPage, ...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
export const tab = ({ page }: PanelPage, name: string) => page.getByRole('tab', { name }).click();
