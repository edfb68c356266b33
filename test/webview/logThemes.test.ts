import { describe, expect, test } from 'vitest';
import { logViewers, numbered, shows } from './support/logViewers.ts';
import type { PanelPage } from './support/page.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const { opened } = logViewers();

describe.each(Object.keys(THEMES) as ThemeName[])('in the theme %s', (theme) => {
  test.each([900, 320])('fits into %i pixels', async (width) => {
    const { panel, write, page } = await opened(['web', 'database-of-a-long-name'], {
      theme,
      width,
      height: 500,
    });
    write(0, [...numbered(40), 'x'.repeat(500)]);
    write(1, ['WARN: careful']);
    await shows(panel, 'careful');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const beyond = await page.evaluate(`[...document.querySelectorAll('.toolbar *, footer *, .bar')]
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
      .map((element) => element.outerHTML.slice(0, 80))`);
    expect(beyond).toEqual([]);
    expect((await page.locator('.rows').boundingBox())?.height).toBeGreaterThan(100);
  });

  test('has readable text', async () => {
    const { panel, write, page } = await opened(['web', 'worker', 'db'], {
      theme,
      width: 1000,
      height: 460,
    });
    write(0, [
      '2026-11-28 15:28:54 [info] listening on http://localhost:8080/',
      'GET /index.html 200 in \u001b[32m12 ms\u001b[0m',
      'GET /missing 404 in \u001b[33m3 ms\u001b[0m',
    ]);
    write(1, [
      '{"level":"info","msg":"job taken","queue":"mail","id":4711}',
      '{"level":"error","msg":"job failed","queue":"mail","error":{"code":"ECONNREFUSED","port":25}}',
    ]);
    write(
      2,
      [
        'LOG:  database system is ready to accept connections',
        'WARNING:  there is no transaction in progress',
        'FATAL:  password authentication failed for user "x"',
      ],
      true,
    );
    write(1, ['    at send (src/mail.ts:42:7)', 'DEBUG retry in 5 s']);
    await shows(panel, 'retry in 5 s');
    await page.locator('.row button.fold').nth(1).click();
    await page.locator('#search').fill('mail');
    await page.locator('.row.current').waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    for (const selector of [
      '.time',
      '.name.c0',
      '.name.c1',
      '.name.c2',
      '.row.warn .text',
      '.row.error .text',
      '.row.debug .text',
      'footer',
    ])
      expect(await contrast(panel, selector), selector).toBeGreaterThanOrEqual(
        theme === 'light' ? 3 : 4.5,
      );
  });
});

/** The contrast of a text's colour with the page's background, as WCAG 2 reckons it. */
function contrast({ page }: PanelPage, selector: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const light = (...colors) => {
      for (const color of colors) {
        context.fillStyle = color;
        context.fillRect(0, 0, 1, 1);
      }
      const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((byte) => {
        const part = byte / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const background = getComputedStyle(document.body).backgroundColor;
    const text = getComputedStyle(document.querySelector('${selector}')).color;
    const both = [light(background), light(background, text)].sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
  })()`);
}
