import { describe, expect, onTestFinished, test } from 'vitest';
import { logViewers, numbered, seen, shows, texts } from './support/logViewers.ts';
import { logViewer, writtenEngine } from './support/logs.ts';

const { opened, pageOf } = logViewers();

describe('following', () => {
  test('pauses on scrolling up, says how many lines wait, and goes on at the end', async () => {
    const { panel, write, page } = await opened();
    write(0, numbered(1000));
    await shows(panel, 'line 999');
    await page.locator('.rows').hover();
    await page.mouse.wheel(0, -200);
    await page.getByRole('button', { name: 'Follow ↓' }).waitFor();
    const before = await seen(panel);
    expect(before.at(-1)).toMatch(/line 98\d|line 99[0-5]/);
    write(0, numbered(300, 'new'));
    await page.getByRole('button', { name: '300 new lines ↓' }).waitFor();
    await expect.poll(() => seen(panel)).toEqual(before);
    await page.mouse.wheel(0, 100_000);
    await expect.poll(async () => (await seen(panel)).at(-1)).toBe('new 299');
    await expect.poll(() => page.locator('.waiting').count()).toBe(0);
    await page.mouse.wheel(0, -500);
    await page.locator('.waiting').click();
    await expect.poll(async () => (await seen(panel)).at(-1)).toBe('new 299');
  });

  test('moves by as many pixels as the wheel says, wrapped or not', async () => {
    const { panel, write, page } = await opened();
    write(
      0,
      Array.from({ length: 400 }, (_, n) => `line ${n} ${'long words '.repeat(n % 7 ? 1 : 60)}`),
    );
    await shows(panel, 'line 399');
    for (const wrap of [false, true]) {
      if (wrap) await page.getByRole('button', { name: 'Wrap Long Lines' }).click();
      await page.locator('.rows').hover();
      await page.mouse.wheel(0, -3000);
      await page.waitForTimeout(200);
      const at = async () => {
        const row = page.locator('.row').nth(8);
        return {
          text: (await row.locator('.text').textContent())?.slice(0, 9).trim(),
          y: (await row.boundingBox())?.y ?? 0,
        };
      };
      const { text, y } = await at();
      const own = page.locator('.row', { hasText: new RegExp(`${text}(?!\\d)`) }).first();
      for (const pixels of [-37, 61, -90, 45]) {
        const from = (await own.boundingBox())?.y ?? 0;
        await page.mouse.wheel(0, pixels);
        await expect
          .poll(async () => (await own.boundingBox())?.y ?? 0, { message: `${text} ${y}` })
          .toBeCloseTo(from - pixels, 0);
      }
    }
  });

  test('keeps what is looked at while the beginning is dropped', async () => {
    const { panel, write, page } = await opened();
    write(
      0,
      Array.from({ length: 60_000 }, (_, n) => `line ${n} ${'x'.repeat(60)}`),
    );
    await shows(panel, 'line 59999');
    await page.locator('.rows').hover();
    await page.mouse.wheel(0, -2000);
    await expect.poll(async () => (await seen(panel))[0]).toMatch(/^line 598/);
    const before = await seen(panel);
    write(
      0,
      Array.from({ length: 40_000 }, (_, n) => `more ${n} ${'x'.repeat(60)}`),
    );
    await expect
      .poll(() => page.locator('footer').textContent(), { timeout: 20_000 })
      .toMatch(/earlier ones dropped/);
    await expect.poll(() => seen(panel)).toEqual(before);
  });

  test('goes on where it was when the page has been hidden', async () => {
    const { panel, write, page, viewer } = await opened();
    write(0, numbered(1000));
    await shows(panel, 'line 999');
    await page.locator('.rows').hover();
    await page.mouse.wheel(0, -1500);
    await page.getByRole('button', { name: 'Wrap Long Lines' }).click();
    await expect.poll(async () => JSON.stringify(await panel.state())).toMatch(/"wrap":true/);
    await expect.poll(async () => JSON.stringify(await panel.state())).toMatch(/"top":\d/);
    const [first] = await seen(panel);
    const state = await panel.state();
    write(0, numbered(100, 'hidden'));
    const second = await pageOf({ state });
    viewer.attach(second);
    await shows(second, first ?? '');
    expect((await seen(second)).slice(0, 3)).toContain(first);
    expect(
      await second.page
        .getByRole('button', { name: 'Wrap Long Lines' })
        .getAttribute('aria-pressed'),
    ).toBe('true');
  });

  test('hides the same containers after a restart that found others before them', async () => {
    const { panel, write, page } = await opened(['web', 'db']);
    write(0, ['from web']);
    write(1, ['from db']);
    await shows(panel, 'from db');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.locator('.chip', { hasText: 'db' }).click();
    await page.locator('.row', { hasText: 'from db' }).waitFor({ state: 'detached' });
    await expect.poll(async () => JSON.stringify(await panel.state())).toMatch(/"hidden":\[.+\]/);
    const second = await pageOf({ state: await panel.state() });
    const later = writtenEngine(['cache', 'web', 'db']);
    const containers = ['cache', 'web', 'db'].map((name) => ({ id: name, name }));
    const viewer = logViewer(later.engine, { containers, tail: 0, follow: true }, second);
    onTestFinished(async () => viewer.close());
    for (const [at, { name }] of containers.entries()) later.write(at, [`again ${name}`]);
    await expect.poll(() => texts(second)).toEqual(['again cache', 'again web']);
  });

  test('has long lines unfolded as they were when the page has been hidden', async () => {
    const { panel, write, page, viewer } = await opened();
    write(0, [`start ${'x'.repeat(9000)}`]);
    await shows(panel, 'start');
    await page.locator('.row .fold').click();
    const length = async ({ page }: typeof panel) =>
      (await page.locator('.whole').textContent())?.trim().length;
    await expect.poll(() => length(panel)).toBe(9006);
    await expect.poll(async () => JSON.stringify(await panel.state())).toMatch(/"unfolded":\[0\]/);
    const second = await pageOf({ state: await panel.state() });
    viewer.attach(second);
    await expect.poll(() => length(second)).toBe(9006);
  });

  test('is ended by drawing the bar, too', async () => {
    const { panel, write, page } = await opened();
    write(0, numbered(10_000));
    await shows(panel, 'line 9999');
    const bar = await page.locator('.bar').boundingBox();
    if (!bar) throw new Error('no bar');
    await page.mouse.click(bar.x + 5, bar.y + bar.height / 2);
    await expect.poll(async () => Number((await seen(panel))[0]?.slice(5))).toBeGreaterThan(4500);
    expect(Number((await seen(panel))[0]?.slice(5))).toBeLessThan(5500);
    await page.mouse.move(bar.x + 5, bar.y + bar.height / 2);
    await page.mouse.down();
    await page.mouse.move(bar.x + 5, bar.y - 50);
    await page.mouse.up();
    await expect.poll(async () => (await seen(panel))[0]).toBe('line 0');
  });
});

describe('search', () => {
  test('goes to the next and the previous match, marks it, and counts the lines', async () => {
    const { panel, write, page } = await opened();
    write(
      0,
      Array.from({ length: 3000 }, (_, n) => (n % 1000 === 500 ? `Needle ${n}` : `hay ${n}`)),
    );
    await shows(panel, 'hay 2999');
    await page.keyboard.press('Control+f');
    await page.locator('.rows').press('Control+f');
    await page.keyboard.type('needle');
    await page.locator('.row.current', { hasText: 'Needle' }).waitFor();
    await expect.poll(() => page.locator('.found').textContent()).toMatch(/3 lines/);
    await expect.poll(() => page.locator('.row.current .hit').textContent()).toBe('Needle');
    const at = () => page.locator('.row.current .text').textContent();
    const first = await at();
    const order = ['Needle 500', 'Needle 1500', 'Needle 2500'];
    const from = order.indexOf(first ?? '');
    await page.keyboard.press('Enter');
    await expect.poll(at).toBe(order[(from + 1) % 3]);
    await page.keyboard.press('Shift+Enter');
    await expect.poll(at).toBe(first);
    await expect.poll(() => seen(panel)).toContain(first);
  });

  test('goes from a match in the first line to the last one', async () => {
    const { panel, write, page } = await opened();
    write(0, ['needle a', 'hay', 'needle b']);
    await shows(panel, 'needle b');
    await page.locator('#search').fill('needle');
    const at = () => page.locator('.row.current .text').textContent();
    await expect.poll(at).toBe('needle a');
    await page.locator('#search').press('Shift+Enter');
    await expect.poll(at).toBe('needle b');
    await expect
      .poll(() => page.locator('.found').textContent())
      .toBe('2 lines, from the other end');
  });

  test('counts the lines of the filter in force', async () => {
    const { panel, write, page } = await opened();
    write(0, ['needle a', 'hay', 'needle b']);
    await shows(panel, 'needle b');
    await page.locator('#search').fill('needle');
    await expect.poll(() => page.locator('.found').textContent()).toBe('2 lines');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.locator('#exclude').fill('b');
    await expect.poll(() => texts(panel)).toEqual(['needle a', 'hay']);
    await expect.poll(() => page.locator('.found').textContent()).toBe('1 line');
    await page.locator('#exclude').fill('needle');
    await expect.poll(() => page.locator('.found').textContent()).toBe('No line');
  });

  test('takes expressions, and says what is wrong with one', async () => {
    const { panel, write, page } = await opened();
    write(0, ['code 12', 'code 345', 'code x']);
    await shows(panel, 'code x');
    await page.getByRole('button', { name: 'Use Regular Expression' }).first().click();
    await page.locator('#search').fill('code \\d{3}$');
    await expect.poll(() => page.locator('.row.current .text').textContent()).toBe('code 345');
    await page.locator('#search').fill('(');
    await expect
      .poll(() => page.locator('.found.problem').textContent())
      .toMatch(/Unterminated group/);
    await expect.poll(() => page.locator('#search').getAttribute('aria-invalid')).toBe('true');
    await page.locator('#search').fill('nothing of this');
    await expect.poll(() => page.locator('.found').textContent()).toBe('No line');
  });
});

describe('the filter', () => {
  test('includes and excludes, by level, stream and container', async () => {
    const { panel, write, page } = await opened(['web', 'db']);
    write(0, ['INFO get /a', 'DEBUG get /b', 'INFO post /c']);
    write(1, ['ERROR get /d'], true);
    await shows(panel, 'get /d');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.locator('#include').fill('get');
    await expect.poll(() => texts(panel)).toEqual(['INFO get /a', 'DEBUG get /b', 'ERROR get /d']);
    await page.locator('#exclude').fill('/b');
    await expect.poll(() => texts(panel)).toEqual(['INFO get /a', 'ERROR get /d']);
    await expect.poll(() => page.locator('footer').textContent()).toMatch(/2 of 4 lines/);
    write(0, ['INFO get /new', 'INFO post /new']);
    await expect.poll(() => texts(panel)).toEqual(['INFO get /a', 'ERROR get /d', 'INFO get /new']);
    await page.getByLabel('Least level').selectOption('error');
    await expect.poll(() => texts(panel)).toEqual(['ERROR get /d']);
    await page.getByLabel('Least level').selectOption('');
    await page.getByLabel('Stream').selectOption('stdout');
    await expect.poll(() => texts(panel)).toEqual(['INFO get /a', 'INFO get /new']);
    await page.getByLabel('Stream').selectOption('');
    await page.locator('.chip', { hasText: 'web' }).click();
    await expect.poll(() => texts(panel)).toEqual(['ERROR get /d']);
    await expect
      .poll(() => page.locator('.chip', { hasText: 'web' }).getAttribute('aria-pressed'))
      .toBe('false');
  });
});

describe('the keyboard', () => {
  test('goes from line to line, selects, and copies', async () => {
    const { panel, write, page, viewer } = await opened();
    write(0, numbered(1000));
    await shows(panel, 'line 999');
    const list = page.getByRole('listbox', { name: 'Lines of the log' });
    await list.focus();
    const current = async () => {
      const id = await list.getAttribute('aria-activedescendant');
      return id === null ? '' : page.locator(`#${id} .text`).textContent();
    };
    await page.keyboard.press('ArrowUp');
    await expect.poll(current).toBe('line 999');
    for (const _ of 'abc') await page.keyboard.press('ArrowUp');
    await expect.poll(current).toBe('line 996');
    await page.keyboard.press('Shift+ArrowUp');
    await expect
      .poll(() => page.locator('.row.selected .text').allTextContents())
      .toEqual(['line 995', 'line 996']);
    await page.evaluate(`document.dispatchEvent(new ClipboardEvent('copy', { cancelable: true }))`);
    await expect.poll(() => viewer.deeds).toEqual(['copy line 995\nline 996\n']);
    await page.keyboard.press('Home');
    await expect.poll(current).toBe('line 0');
    await expect.poll(() => seen(panel)).toContain('line 0');
    await page.keyboard.press('PageDown');
    await expect.poll(async () => (await seen(panel)).includes((await current()) ?? '')).toBe(true);
    await page.keyboard.press('End');
    await expect.poll(async () => (await seen(panel)).at(-1)).toBe('line 999');
    const option = page.getByRole('option').last();
    await expect.poll(() => option.getAttribute('aria-setsize')).toBe('1000');
    await expect.poll(() => option.getAttribute('aria-posinset')).toBe('1000');
  });

  test('saves and opens all that is shown', async () => {
    const { panel, write, page, viewer } = await opened(['web', 'db']);
    write(0, ['\u001b[31mred\u001b[0m']);
    write(1, ['two']);
    await shows(panel, 'two');
    await page.getByRole('button', { name: 'Save…' }).click();
    await page.getByRole('button', { name: 'Open as Document' }).click();
    await expect
      .poll(() => viewer.deeds)
      .toEqual(['save web.log web | red\ndb  | two\n', 'document web.log web | red\ndb  | two\n']);
    await page.getByText('Saved as web.log').waitFor();
  });
});

test.each([
  [260, 290],
  [900, 170],
])('its lines can be read in %i by %i pixels, as a large zoom leaves', async (width, height) => {
  const { panel, write, page } = await opened(['web', 'worker'], { width, height });
  write(0, numbered(50));
  await shows(panel, 'line 49');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const lines = page.locator('.rows');
  await lines.scrollIntoViewIfNeeded();
  const box = (await lines.boundingBox()) ?? { y: 0, height: 0 };
  expect(box.height).toBeGreaterThan(80);
  expect(box.y).toBeLessThan(height - 80);
});
