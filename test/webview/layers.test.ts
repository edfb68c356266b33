import { describe, expect, test } from 'vitest';
import { layerPages, rows, shows, row, press, tab } from './support/layerPages.ts';

const { opened, pageOf } = layerPages();

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

test.each([
  [260, 290],
  [320, 300],
  [900, 240],
])('is of use in %i by %i pixels, as a large zoom leaves', async (width, height) => {
  const { panel, page } = await opened({}, { width, height });
  const sees = async (selector: string) => {
    const part = page.locator(selector);
    await part.scrollIntoViewIfNeeded();
    const box = (await part.boundingBox()) ?? { y: 0, height: 0 };
    expect(box.height).toBeGreaterThan(80);
    expect(box.y).toBeLessThan(height - 80);
  };
  await row(panel, 'usr').waitFor({ state: 'attached' });
  await sees('.tree');
  await sees('.layers');
  await tab(panel, 'Map');
  await page.locator('.map .box').first().waitFor();
  await sees('.map');
});
