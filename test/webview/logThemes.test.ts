import { describe, expect, test } from 'vitest';
import { contrast } from './support/contrast.ts';
import { logViewers, numbered, shows } from './support/logViewers.ts';
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
      await expect
        .poll(() => contrast(panel, selector, 'color'), { message: selector })
        .toBeGreaterThanOrEqual(4.5);
  });
});
