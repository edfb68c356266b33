import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS, eventually } from './wait.ts';

/** The layer explorer that is open. */
export interface Layers {
  /** Texts of the layers, each in one line. */
  layers(): Promise<string[]>;
  /** Waits until the image has been read. */
  read(): Promise<void>;
  /** Waits for a row of the tree: its mark, its name and its size. */
  shows(row: string | RegExp): Promise<void>;
  row(name: string): Locator;
  tab(name: string): Promise<void>;
  button(name: string | RegExp): Promise<void>;
  /** What is in the page. */
  find(selector: string): Locator;
}

/** Page object of the layer explorer in front. */
export function layers(page: Page): Layers {
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
  const rows = async () => {
    const all = await frame.locator('.row[role=treeitem]').all();
    return Promise.all(
      all.map(async (row) =>
        plain(
          [
            await row.locator('.mark').textContent(),
            await row.locator('.text').textContent(),
            await row.locator('.size').textContent(),
          ].join(' '),
        ),
      ),
    );
  };
  return {
    layers: async () => (await frame.locator('.layer').allInnerTexts()).map(plain),
    read: () => frame.locator('.layer.chosen').waitFor({ timeout: PATIENCE_MS }),
    shows: (wanted) =>
      eventually(`the row ${wanted}`, async () => {
        const all = await rows();
        const found = all.some((row) =>
          typeof wanted === 'string' ? row === wanted : wanted.test(row),
        );
        if (!found) throw new Error(`the tree shows:\n${all.join('\n')}`);
        return true;
      }).then(() => {}),
    row: (name) =>
      frame.locator('.row', { has: frame.locator(`.text:text-is("${name}")`) }).first(),
    tab: (name) => frame.getByRole('tab', { name }).click({ timeout: PATIENCE_MS }),
    button: (name) => frame.getByRole('button', { name }).first().click({ timeout: PATIENCE_MS }),
    find: (selector) => frame.locator(selector),
  };
}
