import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS, eventually } from './wait.ts';

/** The log viewer that is open. */
export interface Logs {
  /** Texts of the lines that are drawn, from top to bottom. */
  lines(): Promise<string[]>;
  /** Waits for a line. */
  shows(text: string | RegExp): Promise<void>;
  /** Types into the search, `#search`, or a field of the filter, `#include` or `#exclude`. */
  type(field: '#search' | '#include' | '#exclude', text: string): Promise<void>;
  button(name: string | RegExp): Promise<void>;
  /** Turns the wheel over the lines, downwards by so many pixels. */
  wheel(pixels: number): Promise<void>;
  /** What is in the page. */
  find(selector: string): Locator;
}

/** Page object of the log viewer in front. */
export function logs(page: Page): Logs {
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  const rows = frame.locator('.rows');
  const lines = async () =>
    (await frame.locator('.row .text').allTextContents()).map((text) => text.trim());
  return {
    lines,
    shows: (text) =>
      eventually(`a line with ${text}`, async () => {
        const all = await lines();
        const found = all.some((line) =>
          typeof text === 'string' ? line.includes(text) : text.test(line),
        );
        if (!found) throw new Error(`the viewer shows:\n${all.join('\n')}`);
        return true;
      }).then(() => {}),
    type: async (field, text) => {
      await frame.locator(field).fill(text, { timeout: PATIENCE_MS });
    },
    button: (name) => frame.getByRole('button', { name }).first().click({ timeout: PATIENCE_MS }),
    wheel: async (pixels) => {
      await rows.hover({ timeout: PATIENCE_MS });
      await page.mouse.wheel(0, pixels);
    },
    find: (selector) => frame.locator(selector),
  };
}
