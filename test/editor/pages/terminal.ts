import type { Page } from 'playwright-core';
import { PATIENCE_MS, eventually } from './wait.ts';

/** The terminal in front. Rows are read from the DOM, so the server needs `gpuAcceleration: off`. */
export interface Terminal {
  /** Screen text without trailing space, rows joined by line feeds. */
  text(): Promise<string>;
  /** Types into the terminal; `\n` is Enter. */
  type(text: string): Promise<void>;
  /** Waits until the screen shows `text`. */
  shows(text: string | RegExp): Promise<string>;
  /** Names of the open terminals. */
  names(): Promise<string[]>;
}

/** Settings that let the page object read terminals. */
export const TERMINAL_SETTINGS: Readonly<Record<string, unknown>> = {
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.enablePersistentSessions': false,
};

/** Page object of the active terminal of the panel. */
export function terminal(page: Page): Terminal {
  const active = page.locator('.terminal-wrapper.active');
  const text = async (): Promise<string> => {
    const rows = await active.locator('.xterm-rows > div').allTextContents();
    return rows
      .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  };
  return {
    text,
    type: async (keys) => {
      await active.locator('.xterm-helper-textarea').focus({ timeout: PATIENCE_MS });
      await page.keyboard.type(keys);
    },
    shows: (wanted) =>
      eventually(`${wanted} in the terminal`, async () => {
        const screen = await text();
        const found = typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen);
        if (!found) throw new Error(`the screen shows:\n${screen}`);
        return screen;
      }),
    names: () => page.locator('.terminal-tabs-entry, .single-terminal-tab').allInnerTexts(),
  };
}
