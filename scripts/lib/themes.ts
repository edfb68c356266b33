import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Server } from './vscode.ts';

/** Name of the picture, theme, and class that the theme's kind puts on the workbench. */
const THEMES = [
  ['light', 'Light Modern', 'vs'],
  ['high-contrast', 'Default High Contrast', 'hc-black'],
  ['dark', 'Dark Modern', 'vs-dark'],
] as const;

/**
 * Pictures the window in each kind of theme, as `PATH-dark.png` and so on. The theme is changed in the machine's settings,
 * so that what is open stays: questions, menus, tooltips.
 */
export async function takePictures(page: Page, server: Server, path: string): Promise<void> {
  const file = join(server.dir, 'user-data', 'Machine', 'settings.json');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  mkdirSync(dirname(file), { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  for (const [name, theme, kind] of THEMES) {
    const settings = JSON.parse(before ?? '{}') as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...settings, 'workbench.colorTheme': theme }));
    await page.locator(`.monaco-workbench.${kind}`).waitFor({ timeout: 30_000 });
    // The colours of icons follow a moment later.
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${path}-${name}.png` });
  }
  if (before === undefined) rmSync(file);
  else writeFileSync(file, before);
}
