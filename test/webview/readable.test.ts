import { describe, expect, test } from 'vitest';
import { failed } from './support/build.ts';
import { layerPages, row, tab } from './support/layerPages.ts';
import { logViewers, shows } from './support/logViewers.ts';
import type { PanelPage } from './support/page.ts';
import { unreadable } from './support/readable.ts';
import { statsPanels } from './support/statsPanels.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';
import { timelines } from './support/timeline.ts';

const timeline = timelines();
const { opened: layers } = layerPages();
const { opened: stats } = statsPanels();
const { opened: logs } = logViewers();

const readable = async (panel: PanelPage) =>
  expect.poll(() => unreadable(panel), { timeout: 5000 }).toEqual([]);

describe.each(Object.keys(THEMES) as ThemeName[])('in the theme %s, text can be read', (theme) => {
  test('of a build that failed, and on the card of its step', async () => {
    const panel = await timeline(failed, { theme });
    const step = panel.page.locator('.row.failed');
    await step.focus();
    await expect.poll(() => step.getAttribute('tabindex')).toBe('0');
    await panel.page.keyboard.press('ArrowUp');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.locator('#card .error').waitFor();
    await readable(panel);
  });

  test('of layers and files, chosen or not, with the focus or without', async () => {
    const { panel, page } = await layers({}, { theme });
    for (const layer of [3, 1, 2]) {
      await page.locator('.layer').nth(layer).click();
      await readable(panel);
      await page.locator('.layers').focus();
      await readable(panel);
    }
    for (const mark of ['added', 'changed', 'deleted']) {
      const marked = page.locator(`.row.${mark}`).first();
      if ((await marked.count()) === 0) continue;
      await marked.click();
      await readable(panel);
      await page.locator('#filter').focus();
      await readable(panel);
    }
  });

  test('of the other views of an image', async () => {
    const { panel, page } = await layers({}, { theme });
    await row(panel, 'usr').waitFor();
    for (const [name, shown] of [
      ['Map', '.map .label'],
      ['Wasted', '.page td'],
      ['Packages', '.page td'],
      ['About', '.page td'],
    ] as const) {
      await tab(panel, name);
      await page.locator(shown).first().waitFor();
      await readable(panel);
    }
  });

  test('of what containers use, and of what is the matter with them', async () => {
    const { panel, page, viewer, change } = await stats({ theme });
    viewer.alert('api', 'is unhealthy');
    change('worker', { health: 'starting' });
    change('db10', { health: 'unhealthy' });
    await page.locator('tr[data-id=api].alerting .alerts').waitFor();
    await page.locator('.health.starting').last().waitFor();
    await readable(panel);
    await page.getByRole('button', { name: 'api', exact: true }).click();
    await readable(panel);
    await page.getByRole('button', { name: 'Mute' }).click();
    await page.locator('.alerts.muted').waitFor();
    await readable(panel);
  });

  test('of a log, chosen or not, with containers that are hidden', async () => {
    const { panel, write, page } = await logs(['web', 'worker', 'db', 'cache', 'proxy'], { theme });
    write(0, ['2026-11-28 15:28:54 [info] listening', '[debug] idle', '[warn] careful']);
    write(1, ['{"level":"error","msg":"job failed","queue":"mail"}', '[error] lost']);
    for (const source of [2, 3, 4]) write(source, ['ready']);
    await shows(panel, 'lost');
    await readable(panel);
    await page
      .locator('.row')
      .nth(1)
      .click({ position: { x: 300, y: 8 } });
    await page.keyboard.press('Shift+End');
    await readable(panel);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.locator('.chip', { hasText: 'cache' }).click();
    await readable(panel);
  });
});
