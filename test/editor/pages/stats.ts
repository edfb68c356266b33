import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS, eventually } from './wait.ts';
import { exact } from './workbench.ts';

/** The Stats panel that is open. */
export interface Stats {
  /** Names of the containers, from top to bottom. */
  names(): Promise<string[]>;
  /** What stands in a column of a container's row: `cpu`, `memory`, `health` … */
  cell(name: string, column: string): Promise<string>;
  /** Waits until a column of a container's row is as wanted. */
  until(name: string, column: string, wanted: (text: string) => boolean): Promise<void>;
  /** Shows the charts of a container and waits for them. */
  choose(name: string): Promise<void>;
  button(name: string | RegExp): Promise<void>;
  /** What is in the page. */
  find(selector: string): Locator;
}

/** Page object of the Stats panel in front. */
export function stats(page: Page): Stats {
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  const row = (name: string) =>
    frame.locator('tbody tr', { has: frame.locator(`.pick[title="${name}"]`) });
  const names = async () =>
    (await frame.locator('tbody .pick').allTextContents()).map((text) => text.trim());
  const cell = async (name: string, column: string) => {
    const found = row(name).locator(`.${column}`).first();
    return (await found.count()) === 0
      ? ''
      : ((await found.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
  };
  return {
    names,
    cell,
    until: (name, column, wanted) =>
      eventually(`${column} of ${name}`, async () => {
        const text = await cell(name, column);
        if (!wanted(text)) throw new Error(`it is “${text}”, of ${(await names()).join()}`);
        return true;
      }).then(() => {}),
    choose: (name) =>
      eventually(`the charts of ${name}`, async () => {
        await row(name).locator('.pick').click({ timeout: 5000 });
        await frame.locator('.detail h2', { hasText: exact(name) }).waitFor({ timeout: 5000 });
        return true;
      }).then(() => {}),
    button: (name) => frame.getByRole('button', { name }).first().click({ timeout: PATIENCE_MS }),
    find: (selector) => frame.locator(selector),
  };
}
