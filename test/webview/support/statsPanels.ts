import { expect, onTestFinished } from 'vitest';
import type { PageOptions, PanelPage } from './page.ts';
import { panelPages } from './pages.ts';
import { statsViewer, usingEngine } from './stats.ts';
import type { Use } from './stats.ts';

export const MB = 1_000_000;

export const SHOP = { labels: {}, project: 'shop' } as const;

/** Has a browser for the tests of a file. */
export function statsPanels() {
  const pageOf = panelPages('stats');

  /** A panel on three containers, two of them of a project. */
  async function opened(options?: PageOptions, chosen?: Parameters<typeof statsViewer>[2]) {
    const panel = await pageOf(options);
    const using = usingEngine();
    using.add('api', { ...SHOP, health: 'healthy' });
    using.add('worker', SHOP, 3);
    using.add('db10');
    const viewer = statsViewer(using.engine, panel, chosen);
    onTestFinished(async () => {
      await viewer.close();
      expect(viewer.errors).toEqual([]);
    });
    await expect.poll(() => using.reading()).toEqual(['api', 'worker', 'db10']);
    return { ...using, viewer, panel, page: panel.page };
  }

  return { pageOf, opened };
}

export const names = ({ page }: PanelPage) =>
  page.locator('tbody .pick').allTextContents().then(trimmed);
export const trimmed = (texts: readonly string[]) => texts.map((text) => text.trim());
export const cell = ({ page }: PanelPage, id: string, column: string) =>
  page
    .locator(`tr[data-id="${id}"] .${column}`)
    .first()
    .textContent()
    .then((text) => text?.replaceAll(/\s+/g, ' ').trim());

/** What the three use, in a second. */
export const USES: Readonly<Record<string, Use>> = {
  api: { cpu: 20, memory: 50 * MB, limit: 64 * MB, received: 2000, sent: 500, pids: 7 },
  worker: { cpu: 150, memory: 20 * MB, read: 4096 },
  db10: { cpu: 0.5, memory: 300 * MB, written: 100_000 },
};
