import { expect, onTestFinished } from 'vitest';
import type { LogOpened } from '../../../src/webviews/protocol/logs.ts';
import { logViewer, writtenEngine } from './logs.ts';
import type { PageOptions, PanelPage } from './page.ts';
import { panelPages } from './pages.ts';

/** Has a browser for the tests of a file. */
export function logViewers() {
  const pageOf = panelPages('logs');

  /** A viewer on containers that write what the test has them write. */
  async function opened(names: readonly string[] = ['web'], options?: PageOptions) {
    const panel = await pageOf(options);
    const written = writtenEngine(names);
    const what: LogOpened = {
      containers: names.map((name) => ({ id: name, name })),
      tail: 0,
      follow: true,
    };
    const viewer = logViewer(written.engine, what, panel);
    onTestFinished(async () => {
      await viewer.close();
      expect(viewer.errors).toEqual([]);
    });
    return { ...written, viewer, panel, page: panel.page };
  }

  return { pageOf, opened };
}

export const rows = ({ page }: PanelPage) => page.locator('.row:visible').allTextContents();
export const texts = async ({ page }: PanelPage) =>
  (await page.locator('.row .text').allTextContents()).map((text) => text.trim());
export const numbered = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, n) => `${word} ${n}`);
export const shows = (panel: PanelPage, text: string | RegExp) =>
  panel.page.locator('.row', { hasText: text }).first().waitFor();

/** What is wholly in sight, from top to bottom. */
export const seen = (panel: PanelPage) =>
  panel.page.evaluate(`(() => {
    const box = document.querySelector('.rows').getBoundingClientRect();
    return [...document.querySelectorAll('.row')]
      .filter((row) => {
        const own = row.getBoundingClientRect();
        return own.top >= box.top - 1 && own.bottom <= box.bottom + 1;
      })
      .map((row) => row.querySelector('.text')?.textContent.trim() ?? '');
  })()`) as Promise<string[]>;
