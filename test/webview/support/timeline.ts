import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { Locator } from 'playwright-core';
import type { Build } from '../../../src/engine/builds/model.ts';
import { told } from './build.ts';
import { panelBrowser } from './page.ts';
import type { PageOptions, PanelBrowser, PanelPage } from './page.ts';

/** Opens the Timeline on a build; `seconds` is how long one that runs has been running. */
export type OpenTimeline = (
  build: Build,
  options?: PageOptions,
  seconds?: number,
) => Promise<PanelPage>;

/** Has a browser for the tests of a file. Whatever a test does, nothing may have gone wrong on its pages in the end. */
export function timelines(): OpenTimeline {
  let browser: PanelBrowser;
  beforeAll(async () => {
    browser = await panelBrowser('timeline');
  });
  afterAll(() => browser.close());
  return async (build, options, seconds) => {
    const panel = await browser.open(options);
    onTestFinished(async () => {
      await panel.close();
      expect(panel.faults).toEqual([]);
    });
    await panel.tell(told(build, seconds));
    await panel.page.locator('.row').first().waitFor();
    return panel;
  };
}

/** The first row that holds a text. */
export const row = ({ page }: PanelPage, text: string | RegExp): Locator =>
  page.locator('.row').filter({ hasText: text }).first();
