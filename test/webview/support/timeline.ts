import type { Locator } from 'playwright-core';
import type { Build } from '../../../src/engine/builds/model.ts';
import { told } from './build.ts';
import type { PageOptions, PanelPage } from './page.ts';
import { panelPages } from './pages.ts';

/** Opens the Timeline on a build; `seconds` is how long one that runs has been running. */
export type OpenTimeline = (
  build: Build,
  options?: PageOptions,
  seconds?: number,
) => Promise<PanelPage>;

/** Has a browser for the tests of a file. */
export function timelines(): OpenTimeline {
  const open = panelPages('timeline');
  return async (build, options, seconds) => {
    const panel = await open(options);
    await panel.tell(told(build, seconds));
    await panel.page.locator('.row').first().waitFor();
    return panel;
  };
}

/** The first row that holds a text. */
export const row = ({ page }: PanelPage, text: string | RegExp): Locator =>
  page.locator('.row').filter({ hasText: text }).first();
