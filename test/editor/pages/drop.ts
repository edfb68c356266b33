import type { Locator, Page } from 'playwright-core';

/**
 * Drags files of this machine over a place of the page and lets go of them, as from a file manager: Chromium itself makes the
 * events and the files, by the paths it is told.
 */
export async function dropFiles(
  page: Page,
  place: Locator,
  paths: readonly string[],
): Promise<void> {
  const box = await place.boundingBox();
  if (!box) throw new Error('There is nothing to drop files on.');
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  // To copy, link and move, as file managers offer: trees of VS Code ask to move, whatever comes.
  const data = { items: [], files: [...paths], dragOperationsMask: 1 | 2 | 16 };
  const browser = await page.context().newCDPSession(page);
  try {
    for (const type of ['dragEnter', 'dragOver', 'dragOver', 'drop'] as const) {
      await browser.send('Input.dispatchDragEvent', { type, ...at, data });
      // A hand takes its time, and the browser drops nothing before the page has said that it may.
      await page.waitForTimeout(100);
    }
  } finally {
    await browser.detach();
  }
}
