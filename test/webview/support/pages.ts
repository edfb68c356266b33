import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { panelBrowser } from './page.ts';
import type { PageOptions, PanelBrowser, PanelPage } from './page.ts';

export type OpenPage = (options?: PageOptions) => Promise<PanelPage>;

/**
 * Has a browser for the tests of a file, with the page of the panel whose source is src/webviews/NAME. Whatever a test does,
 * nothing may have gone wrong on its pages in the end.
 */
export function panelPages(name: string): OpenPage {
  let browser: PanelBrowser;
  beforeAll(async () => {
    browser = await panelBrowser(name);
  });
  afterAll(() => browser.close());
  return async (options) => {
    const panel = await browser.open(options);
    onTestFinished(async () => {
      await panel.close();
      expect(panel.faults).toEqual([]);
    });
    return panel;
  };
}
