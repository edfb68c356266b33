import type { Locator, Page } from 'playwright-core';
import { eventually } from './wait.ts';

/**
 * Drags files of this machine over a row of a tree and lets go of them, as from a file manager: Chromium itself makes the events
 * and the files, by the paths it is told.
 * @throws Error if the row is never marked as one that they can be dropped on.
 */
export async function dropFiles(page: Page, row: Locator, paths: readonly string[]): Promise<void> {
  // To copy, link and move, as file managers offer: trees of VS Code ask to move, whatever comes.
  const data = { items: [], files: [...paths], dragOperationsMask: 1 | 2 | 16 };
  const browser = await page.context().newCDPSession(page);
  const drag = async (type: 'dragEnter' | 'dragOver' | 'drop') => {
    const box = await row.boundingBox();
    if (!box) throw new Error('There is nothing to drop files on.');
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await browser.send('Input.dispatchDragEvent', { type, ...at, data });
  };
  try {
    await drag('dragEnter');
    // The browser drops nothing before the page has said that it may, and rows move while a tree is drawn.
    await eventually('a row to drop files on', async () => {
      await drag('dragOver');
      await page.waitForTimeout(100);
      return (await row.getAttribute('class'))?.includes('drop-target');
    });
    await drag('drop');
  } finally {
    await browser.detach();
  }
}
