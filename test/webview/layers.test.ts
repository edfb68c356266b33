import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineError } from '../../src/engine/errors.ts';
import type { Finding } from '../../src/engine/layers/scan/findings.ts';
import { rpmDatabase } from '../unit/engine/layers/support/rpm.ts';
import { layerExplorer, layerIds } from './support/layers.ts';
import type { LayerOptions } from './support/layers.ts';
import type { PageOptions, PanelPage } from './support/page.ts';
import { panelPages } from './support/pages.ts';

const open = panelPages('layers');
/** A page that must have nothing gone wrong on it in the end. */
const pageOf = (options?: PageOptions) => open({ width: 1100, ...options });

async function opened(options: LayerOptions = {}, page?: PageOptions) {
  const panel = await pageOf(page);
  const explorer = layerExplorer(panel, options);
  onTestFinished(async () => {
    await explorer.close();
    expect(explorer.errors).toEqual([]);
  });
  return { panel, explorer, page: panel.page, deeds: explorer.deeds };
}

/** Rows that are drawn, from top to bottom: mark, name and size. */
const rows = async ({ page }: PanelPage): Promise<string[]> =>
  (await page.evaluate(`[...document.querySelectorAll('.row[role=treeitem]')]
    .map((row) => [Number(row.dataset.place), row])
    .sort(([a], [b]) => a - b)
    .map(([, row]) => ['.mark', '.text', '.size']
      .map((part) => row.querySelector(part).textContent.trim()).join(' ').trim())`)) as string[];
const shows = (panel: PanelPage, expected: readonly string[]) =>
  expect.poll(() => rows(panel), { timeout: 5000 }).toEqual(expected);
const row = ({ page }: PanelPage, name: string) =>
  page.locator('.row', { has: page.locator(`.text:text-is("${name}")`) });
const press = async ({ page }: PanelPage, ...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const tab = ({ page }: PanelPage, name: string) => page.getByRole('tab', { name }).click();

describe('the layers', () => {
  test('stand with their instructions, sizes and what they did', async () => {
    const { page } = await opened();
    await page.locator('.layer').nth(3).waitFor();
    const texts = (await page.locator('.layer').allInnerTexts()).map((text) =>
      text.replace(/\s+/g, ' '),
    );
    expect(texts[0]).toBe('1 ADD file:6a5f0b2cd1f5e6c1a1b1 in / 8.17 MB +9');
    expect(texts[1]).toContain('RUN apt-get update');
    expect(texts[2]).toMatch(/COPY \. \/app .*\+45.*Dockerfile/);
    expect(texts[3]).toMatch(/588 kB ~2 −3/);
    await expect
      .poll(() => page.locator('header').innerText())
      .toMatch(/shop\/web:1\.4.*MB in 5\d files.*% efficient.*wasted/s);
  });

  test('are gone through by the keyboard, and lead to the Dockerfile', async () => {
    const { panel, page, deeds } = await opened();
    await page.locator('.layers').focus();
    await press(panel, 'ArrowUp');
    await expect.poll(() => page.locator('.layer.chosen .number').innerText()).toBe('3');
    await press(panel, 'Enter');
    await expect.poll(() => deeds).toEqual(['instruction 4']);
    await press(panel, 'Home');
    await shows(panel, ['+ usr 8.17 MB', '+ etc 2 kB', '+ var 181 B', '+ bin 0 B']);
  });
});

test('the list of layers stays where it was scrolled to, until another layer is chosen', async () => {
  const layers = Array.from({ length: 60 }, (_, n) => [{ name: `file-${n}`, text: 'x' }]);
  const { panel, page } = await opened({ layers });
  const list = page.locator('.layers');
  const scrolled = () => list.evaluate(({ scrollTop }) => scrollTop);
  await expect.poll(scrolled).toBeGreaterThan(0);
  await list.evaluate((element) => element.scrollTo(0, 0));
  await page.locator('.tree').focus();
  await press(panel, 'ArrowDown', 'ArrowDown');
  await expect.poll(() => page.locator('.row.current').getAttribute('data-place')).toBe('2');
  expect(await scrolled()).toBe(0);
  await list.focus();
  await press(panel, 'ArrowUp');
  await expect.poll(scrolled).toBeGreaterThan(0);
});

test('the numbers of a hundred layers stand apart from their instructions', async () => {
  const layers = Array.from({ length: 120 }, (_, n) => [{ name: `f${n}`, text: 'x' }]);
  const history = layers.map((_, n) => ({ created_by: `COPY f${n} / # buildkit` }));
  const { page } = await opened({ layers, history });
  const layer = page.locator('.layer').last();
  await expect.poll(() => layer.locator('.number').innerText()).toBe('120');
  // What is drawn of the number may be wider than its box.
  const end = (await page.evaluate(`(() => {
    const range = document.createRange();
    range.selectNodeContents([...document.querySelectorAll('.layer .number')].at(-1));
    return range.getBoundingClientRect().right;
  })()`)) as number;
  const words = await layer.locator('.what').boundingBox();
  expect((words?.x ?? 0) - end).toBeGreaterThan(4);
});

describe('the tree', () => {
  test('has what the layer did, and unfolds by pointer and keyboard', async () => {
    const { panel, page } = await opened();
    await expect.poll(async () => (await rows(panel)).length).toBe(5);
    await page.getByRole('button', { name: 'Changes only' }).click();
    await expect.poll(async () => (await rows(panel)).length).toBe(2);
    await row(panel, 'var').click();
    await row(panel, 'cache').click();
    await row(panel, 'apt').click();
    await expect.poll(() => rows(panel)).toContain('− pkgcache.bin 1.4 MB');
    await page.locator('.tree').focus();
    await press(panel, 'Home', 'ArrowRight', 'ArrowDown');
    await expect.poll(() => rows(panel)).toContain('~ server.js 48 kB');
    await expect.poll(() => page.locator('.row.current').getAttribute('aria-level')).toBe('2');
    await press(panel, 'ArrowLeft', 'ArrowLeft');
    await expect.poll(async () => (await rows(panel)).join()).not.toContain('server.js');
    await expect.poll(() => page.locator('.row.current .text').innerText()).toBe('app');
  });

  test('opens files of the image, and says why it does not open others', async () => {
    const { panel, page, deeds } = await opened();
    await page.locator('#filter').fill('.env');
    await expect.poll(() => rows(panel)).toEqual(['app 7.39 MB', '− .env 8 B']);
    await row(panel, '.env').dblclick();
    await page.getByText('A later layer deletes this file').waitFor();
    await page.locator('#filter').fill('server');
    await expect.poll(() => rows(panel)).toEqual(['app 7.39 MB', '~ server.js 48 kB']);
    await row(panel, 'server.js').click();
    await page.keyboard.press('Enter');
    await expect.poll(() => deeds).toEqual(['open /app/server.js']);
  });

  test('is sorted as one wants', async () => {
    const { panel, page } = await opened();
    await expect.poll(async () => (await rows(panel))[0]).toMatch(/^usr/);
    await page.getByRole('combobox', { name: 'Order' }).selectOption('name');
    await expect.poll(async () => (await rows(panel))[0]).toMatch(/^app/);
  });

  test('of a hundred thousand files stays usable, few of them in the document', async () => {
    const many = Array.from({ length: 100_000 }, (_, n) => ({ name: `d/file-${n}`, text: 'x' }));
    const { panel, page } = await opened({ layers: [many] });
    await row(panel, 'd').click({ timeout: 30_000 });
    await expect.poll(async () => (await rows(panel)).length).toBeGreaterThan(15);
    await page.locator('.tree').focus();
    await press(panel, 'End');
    await expect
      .poll(async () => (await rows(panel)).at(-1), { timeout: 10_000 })
      .toBe('+ file-99999 1 B');
    await expect.poll(() => page.locator('.row').count()).toBeLessThan(80);
    await press(panel, 'ArrowLeft', 'Home');
    await expect.poll(async () => (await rows(panel))[0]).toBe('+ d 100 kB');
  });

  test('has names of what lies deep before how much is changed in it, and tells those that are cut', async () => {
    const path = `${'folder/'.repeat(14)}a-folder-with-a-name/file.txt`;
    const base = [{ name: path.replace('file', 'other'), text: 'x' }];
    const layers = [base, [{ name: path, text: 'x' }]];
    const { panel, page } = await opened({ layers }, { width: 950 });
    await page.getByPlaceholder('Filter by name or path').fill('file.txt');
    const deep = row(panel, 'a-folder-with-a-name');
    await deep.waitFor();
    const name = deep.locator('.text');
    const isWhole = () =>
      name.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth);
    expect(await deep.locator('.target').textContent()).toBe('1 changed');
    expect(await isWhole()).toBe(true);
    await page.setViewportSize({ width: 830, height: 700 });
    await expect.poll(isWhole).toBe(false);
    expect(await deep.locator('.name').getAttribute('title')).toBe('a-folder-with-a-name');
  });

  test('shows hostile names as text', async () => {
    const names = [
      '<img src=x onerror=alert(1)>',
      '${alert(1)}',
      'a\nb',
      '\u202egpj.exe',
      '__proto__',
    ];
    const { panel, page } = await opened({ layers: [names.map((name) => ({ name, text: 'x' }))] });
    await expect.poll(async () => (await rows(panel)).length).toBe(5);
    const all = (await rows(panel)).join('\n');
    expect(all).toContain('<img src=x onerror=alert(1)>');
    expect(all).toContain('a b');
    expect(all).toContain('\\u202egpj.exe');
    await expect.poll(() => page.locator('.tree img').count()).toBe(0);
  });
});

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
    const { panel, page } = await opened();
    await tab(panel, 'Weaknesses');
    await page.getByText('only in a workspace that is trusted').waitFor();
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

describe('reading', () => {
  test('tells how far it is, is cancelled, and begins again', async () => {
    const { panel, page } = await opened({ stuck: 5_000_000 });
    await expect
      .poll(async () => (await page.locator('.bytes').allInnerTexts())[0])
      .toMatch(/^5\.1 MB of about \d+\.?\d* MB$/);
    await expect
      .poll(() => page.getByRole('progressbar').getAttribute('aria-valuenow'))
      .toMatch(/^[12]\d$/);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Read Layers' }).click();
    await expect.poll(async () => (await rows(panel)).length).toBe(5);
  });

  test('that fails says why, and is tried again', async () => {
    const { panel, page } = await opened({ broken: true });
    await page.getByRole('alert').filter({ hasText: 'cut off' }).waitFor();
    await page.getByRole('button', { name: 'Try Again' }).click();
    await expect.poll(async () => (await rows(panel)).length).toBe(5);
  });

  test('waits to be asked for after a restart', async () => {
    const { page } = await opened({ begin: false });
    await page.getByRole('button', { name: 'Read Layers' }).waitFor();
  });
});

test('a page that was hidden comes back where it was', async () => {
  const { panel, explorer } = await opened();
  await row(panel, 'app').click();
  await row(panel, 'node_modules').click();
  await expect.poll(async () => (await rows(panel)).length).toBeGreaterThan(20);
  await panel.page.locator('.tree').focus();
  for (const key of ['PageDown', 'PageDown']) {
    const above = await rows(panel);
    await press(panel, key);
    // What is drawn comes after the key.
    await expect.poll(() => rows(panel)).not.toEqual(above);
  }
  const [before, current] = [
    await rows(panel),
    await panel.page.locator('.row.current').innerText(),
  ];
  await expect.poll(async () => ((await panel.state()) as { top: number }).top).toBeGreaterThan(0);
  const second = await pageOf({ state: await panel.state() });
  explorer.attach(second);
  await shows(second, before);
  await expect.poll(() => second.page.locator('.row.current').innerText()).toBe(current);
});
