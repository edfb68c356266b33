import { describe, expect, test } from 'vitest';
import { EngineError } from '../../src/engine/errors.ts';
import type { Finding } from '../../src/engine/layers/scan/findings.ts';
import { rpmDatabase } from '../unit/engine/layers/support/rpm.ts';
import { layerIds } from './support/layers.ts';
import { layerPages, row, press, tab } from './support/layerPages.ts';

const { opened } = layerPages();

describe('the other views', () => {
  test('what is wasted leads to where it is in the tree', async () => {
    const { panel, page } = await opened();
    await tab(panel, 'Wasted');
    await page.getByText('/app/node_modules/lodash/lodash.js').first().waitFor();
    const text = await page.locator('.page').innerText();
    expect(text).toMatch(/9\d\.\d % efficient/);
    expect(text).toMatch(
      /1\.08 MB\s+\/app\/node_modules\/lodash\/lodash\.js\s+3, 4\s+only owner, mode or time changed/,
    );
    expect(text).toMatch(/4\.5 MB\s+\/var\/cache\/apt\s+2, 4\s+deleted/);
    expect(text).toMatch(/540 kB\s+540 kB\s+\/app/);
    await page.getByRole('button', { name: '/var/cache/apt' }).click();
    await page.locator('.row.current .text:text-is("apt")').waitFor();
    await expect
      .poll(() => page.locator('.row.current').getAttribute('class'))
      .toContain('deleted');
  });

  test('the map is entered and left again', async () => {
    const { panel, page } = await opened();
    await tab(panel, 'Map');
    await page.locator('.box').first().waitFor();
    const [box, room] = await Promise.all([
      page.locator('.place').first().boundingBox(),
      page.locator('.map').boundingBox(),
    ]);
    const part =
      ((box?.width ?? 0) * (box?.height ?? 0)) / ((room?.width ?? 1) * (room?.height ?? 1));
    expect(part).toBeGreaterThan(0.6);
    expect(part).toBeLessThan(0.75);
    await page.locator('.box').first().focus();
    await press(panel, 'Enter');
    await expect.poll(() => page.locator('.trail').innerText()).toMatch(/usr/);
    await page.locator('.box').first().focus();
    await press(panel, 'Backspace');
    await expect.poll(() => page.locator('.trail').innerText()).not.toMatch(/usr/);
  });

  test('the map keeps the keyboard when it is entered and left', async () => {
    const layers = [
      [
        { name: 'first', text: 'x'.repeat(5000) },
        { name: 'second', text: 'x'.repeat(4000) },
        { name: 'third/only', text: 'x'.repeat(3000) },
        { name: 'third/empty/none', text: '' },
      ],
    ];
    const { panel, page } = await opened({ layers });
    const focused = () => page.evaluate('document.activeElement?.ariaLabel');
    await tab(panel, 'Map');
    await page.locator('.box').first().focus();
    await press(panel, 'End');
    await expect.poll(focused).toBe('third, 3 kB, directory');
    await press(panel, 'Enter');
    await expect.poll(focused).toBe('only, 3 kB');
    await press(panel, 'Backspace');
    await expect.poll(focused).toBe('third, 3 kB, directory');
    await press(panel, 'Enter');
    await expect.poll(focused).toBe('only, 3 kB');
    await page.locator('.trail button').first().focus();
    await press(panel, 'Enter');
    await expect.poll(focused).toBe('third, 3 kB, directory');
  });

  test('packages are found by their names', async () => {
    const { panel, page } = await opened();
    await tab(panel, 'Packages');
    await page.getByText('left-pad').waitFor();
    await expect.poll(() => page.locator('.summary').innerText()).toMatch(/3 deb, 1 npm/);
    await page.getByRole('searchbox', { name: 'Filter packages' }).fill('ssl');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    await expect
      .poll(() => page.locator('tbody tr').innerText())
      .toMatch(/deb\s+openssl\s+3\.5\.1\s+1/);
  });

  test('of a database that is damaged those that are there stand, and that some are missing', async () => {
    const whole = rpmDatabase('berkeley');
    const text = whole.subarray(0, whole.length * 0.8);
    const layers = [[{ name: 'a', text: '1' }], [{ name: 'usr/share/rpm/Packages', text }]];
    const { panel, page } = await opened({ layers });
    await tab(panel, 'Packages');
    await expect
      .poll(() => page.locator('.unread').innerText())
      .toMatch(/^\/usr\/share\/rpm\/Packages It is damaged: \d+ of its entries cannot be read\.$/);
    await page.getByRole('searchbox', { name: 'Filter packages' }).fill('other');
    await expect
      .poll(() => page.locator('tbody tr').first().innerText())
      .toMatch(/rpm\s+other\s+3-1\s+(?:i686|x86_64)\s+4\.32 kB\s+2/);
    // All but the two have no files; of the last one that was not held.
    await page.getByRole('searchbox', { name: 'Filter packages' }).fill('');
    await page.getByRole('combobox', { name: 'Order' }).selectOption('By size');
    const names = page.locator('tbody td.path');
    await expect.poll(async () => (await names.allInnerTexts()).at(-1)).toBe('stevedore-7');
    expect((await names.allInnerTexts()).slice(0, 2)).toEqual(['other', 'other']);
    await page.locator('.unread button').click();
    await row(panel, 'Packages').waitFor();
  });

  test('a layer that was imported is called by its comment', async () => {
    const history = [{ created_by: '', comment: 'Imported from -' }];
    const { page } = await opened({ layers: [[{ name: 'a', text: '1' }]], history });
    await expect.poll(() => page.locator('.layer i').innerText()).toBe('Imported from -');
    expect(await page.locator('header').innerText()).toMatch(/1 B in 1 file\s/);
  });

  test('what the image is, and who uses it', async () => {
    const { panel, page, deeds } = await opened();
    await tab(panel, 'About');
    await page.getByText('shop-web-1').waitFor();
    const text = await page.locator('.page').innerText();
    for (const part of [
      '8080/tcp',
      'linux/amd64',
      'NODE_ENV production',
      'shop/web:latest',
      'CMD ["node"',
    ])
      expect(text).toContain(part);
    await page.getByRole('button', { name: 'Dockerfile' }).click();
    await page.getByRole('button', { name: 'Compare…' }).click();
    await expect.poll(() => deeds).toEqual(['dockerfile shop/web:1.4', 'compare shop/web:1.4']);
  });

  test('weaknesses are looked for by a program that is installed, and lead to their layer', async () => {
    const found: Finding = {
      id: 'CVE-2026-0001',
      severity: 'critical',
      package: 'lodash',
      version: '4.17.20',
      fixed: '4.17.21',
      title: '<b>bold</b>',
      diffId: layerIds()[2] ?? '',
    };
    const scan = async () => [found, { ...found, id: 'CVE-2026-0002', diffId: 'sha256:other' }];
    const { panel, page, deeds } = await opened({ scanners: ['trivy', 'grype'], scan });
    await tab(panel, 'Weaknesses');
    await page.getByRole('button', { name: 'Scan with trivy' }).click();
    await page.getByText('trivy knows 2 weaknesses: 2 critical.').waitFor();
    expect(deeds).toEqual(['scan trivy']);
    await expect
      .poll(() => page.locator('tbody tr').first().innerText())
      .toMatch(/critical\s+CVE-2026-0001\s+lodash 4\.17\.20\s+4\.17\.21\s+3\s+Dockerfile/);
    await expect.poll(() => page.locator('tbody tr').nth(1).innerText()).toMatch(/–$/);
    await page.locator('tbody').getByRole('button', { name: '3', exact: true }).click();
    await expect.poll(() => page.locator('.layer.chosen .number').innerText()).toBe('3');
  });

  test('a search for weaknesses is cancelled; what goes wrong with it is said', async () => {
    let tries = 0;
    const scan = (signal: AbortSignal) =>
      new Promise<Finding[]>((_, fail) => {
        if (tries++ > 0) fail(new EngineError('server', 'trivy failed: no database'));
        signal.addEventListener('abort', () => fail(new EngineError('cancelled', 'Cancelled.')));
      });
    const { panel, page } = await opened({ scanners: ['trivy'], scan });
    await tab(panel, 'Weaknesses');
    await page.getByRole('button', { name: 'Scan with trivy' }).click();
    await page.getByText('trivy is looking at the image…').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Scan with trivy' }).click();
    await page.getByRole('alert').filter({ hasText: 'trivy failed: no database' }).waitFor();
  });

  test('no program is run in a workspace that is not trusted, and none that is not there', async () => {
    const { panel, page, deeds } = await opened();
    await tab(panel, 'Weaknesses');
    await page.getByText('only in a workspace that is trusted').waitFor();
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await expect.poll(() => deeds).toEqual(['trust']);
    const other = await opened({ scanners: [] });
    await tab(other.panel, 'Weaknesses');
    await other.page.getByText('Install trivy, grype or docker scout').waitFor();
  });

  test('are chosen by the keyboard', async () => {
    const { panel, page } = await opened();
    await page.getByRole('tab', { name: 'Files' }).focus();
    await press(panel, 'ArrowRight');
    await expect
      .poll(() => page.locator('[role=tab][aria-selected=true]').innerText())
      .toBe('Wasted');
    await press(panel, 'ArrowLeft', 'ArrowLeft');
    await expect
      .poll(() => page.locator('[role=tab][aria-selected=true]').innerText())
      .toBe('About');
  });
});

test('the views that the keyboard scrolls have roles and names', async () => {
  const { panel, page } = await opened({ scanners: ['trivy'] });
  for (const [title, name] of [
    ['Wasted', 'Wasted space'],
    ['Packages', 'Packages'],
    ['Weaknesses', 'Weaknesses'],
    ['About', 'About the image'],
  ] as const) {
    await tab(panel, title);
    const region = page.getByRole('region', { name });
    await expect.poll(() => region.getAttribute('tabindex'), { message: title }).toBe('0');
  }
});
