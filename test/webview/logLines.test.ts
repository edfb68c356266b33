import { describe, expect, test } from 'vitest';
import { logViewers, numbered, rows, seen, shows, texts } from './support/logViewers.ts';

const { opened } = logViewers();

describe('the lines', () => {
  test('are in sight as they come, few of them in the document', async () => {
    const { panel, write, page } = await opened();
    write(0, numbered(5000));
    await shows(panel, 'line 4999');
    expect((await seen(panel)).at(-1)).toBe('line 4999');
    await expect.poll(() => page.locator('.row').count()).toBeLessThan(60);
    write(0, ['one more']);
    await expect.poll(async () => (await seen(panel)).at(-1)).toBe('one more');
    await expect
      .poll(() => page.locator('footer').textContent())
      .toMatch(/5,001 lines.*live.*Following/s);
  });

  test('few of them stand at the top', async () => {
    const { panel, write, page } = await opened();
    write(0, ['a', 'b']);
    await shows(panel, 'b');
    const [row, box] = await Promise.all([
      page.locator('.row').first().boundingBox(),
      page.locator('.rows').boundingBox(),
    ]);
    expect(row?.y).toBeCloseTo(box?.y ?? 0, 0);
    await expect.poll(() => page.locator('.thumb').count()).toBe(0);
  });

  test('of several containers have a name and a colour each, and errors a mark', async () => {
    const { panel, write, page } = await opened(['web', 'database']);
    write(0, ['hello']);
    write(1, ['ERROR: broken'], true);
    await shows(panel, 'broken');
    await expect.poll(() => page.locator('.name').allTextContents()).toEqual(['web', 'database']);
    const colours = await page
      .locator('.name')
      .evaluateAll((names) =>
        (names as unknown as object[]).map(
          (name) =>
            (
              globalThis as unknown as { getComputedStyle(of: object): { color: string } }
            ).getComputedStyle(name).color,
        ),
      );
    expect(new Set(colours).size).toBe(2);
    const row = page.locator('.row', { hasText: 'broken' });
    await expect.poll(() => row.getAttribute('class')).toMatch(/error stderr/);
    await expect.poll(() => row.locator('.kind').textContent()).toBe('E');
    await expect
      .poll(() => row.getAttribute('aria-label'))
      .toMatch(/^error, stderr, database, 2026-11-28 15:28:54.\d{3}Z: ERROR: broken$/);
  });

  test('have their times as they are wanted', async () => {
    const { panel, write, page } = await opened();
    write(0, ['x']);
    await shows(panel, 'x');
    await expect.poll(() => page.locator('.time').textContent()).toBe('2026-11-28 15:28:54.001Z');
    await page.getByLabel('Times').selectOption('off');
    await expect.poll(() => page.locator('.time').count()).toBe(0);
    await page.getByLabel('Times').selectOption('relative');
    await expect.poll(() => page.locator('.time').textContent()).toMatch(/now|ago/);
  });

  test('say what happened to their container', async () => {
    const { panel, write, end, page } = await opened();
    write(0, ['bye']);
    end(0);
    await shows(panel, 'web was killed with code 137: out of memory');
    await expect.poll(() => page.locator('.row.mark.bad').count()).toBe(1);
    await expect.poll(() => page.locator('footer').textContent()).toMatch(/waiting/);
  });

  test('have the colours of their program', async () => {
    const { panel, write, page } = await opened();
    write(0, [
      '\u001b[31mred\u001b[0m \u001b[38;2;1;2;3mown\u001b[0m \u001b[1;4mbold\u001b[0m plain',
    ]);
    await shows(panel, 'plain');
    await expect.poll(() => texts(panel)).toEqual(['red own bold plain']);
    await expect.poll(() => page.locator('.fg1').textContent()).toBe('red');
    expect(
      await page
        .locator('.text span', { hasText: 'own' })
        .evaluate((own) => (own as unknown as { style: { color: string } }).style.color),
    ).toBe('rgb(1, 2, 3)');
    await expect.poll(() => page.locator('.bold.underline').textContent()).toBe('bold');
  });

  test('that are JSON are short, and unfold to a table', async () => {
    const { panel, write, page } = await opened();
    write(0, [
      '{"level":"error","time":1,"msg":"it broke","http":{"status":500,"path":"/a"}}',
      'after',
    ]);
    await shows(panel, 'after');
    expect((await texts(panel))[0]).toMatch(/^it broke\s+http.status=500\s+http.path=\/a$/);
    await page.locator('.row button.fold').click();
    await expect.poll(() => page.locator('.fields tr').allTextContents()).toHaveLength(5);
    await expect.poll(() => page.locator('.fields').textContent()).toMatch(/http\.status\s*500/);
    await page.locator('.rows').focus();
    await page
      .locator('.row')
      .first()
      .click({ position: { x: 200, y: 5 } });
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.locator('.fields').count()).toBe(0);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.fields').count()).toBe(1);
  });

  test('that are unfolded are spoken as they are shown, as far as anyone would listen', async () => {
    const { panel, write, page } = await opened();
    const long = JSON.stringify({ msg: 'long', more: 'm'.repeat(3000) });
    write(0, ['{"msg":"it broke","http":{"status":500,"path":"/a\\nb"}}', long]);
    await shows(panel, 'long');
    for (const fold of await page.locator('.row button.fold').all()) await fold.click();
    const spoken = () =>
      page.locator('.row').evaluateAll((rows) => {
        const named = rows as unknown as { getAttribute(name: string): string }[];
        return named.map((row) => row.getAttribute('aria-label').replace(/^.*?Z: /, ''));
      });
    await expect
      .poll(async () => (await spoken())[0])
      .toBe('msg: it broke; http.status: 500; http.path: /a b, unfolded');
    const second = (await spoken())[1] ?? '';
    expect(second).toMatch(/^msg: long; more: m+, unfolded$/);
    expect(second.length).toBeLessThan(2100);
  });

  test('that are very long are cut, and unfold to all that is kept', async () => {
    const { panel, write, page } = await opened();
    write(0, ['y'.repeat(50_000), 'z'.repeat(200_000), 'after']);
    await shows(panel, 'after');
    expect((await texts(panel))[0]?.length).toBeLessThan(4100);
    expect((await texts(panel))[1]).toMatch(/… and 135 kB more that are not kept/);
    await page.locator('.row button.fold').first().click();
    await expect
      .poll(async () => (await page.locator('.whole').textContent())?.length)
      .toBe(50_000);
  });

  test('wrap when that is wanted', async () => {
    const { panel, write, page } = await opened();
    write(0, ['word '.repeat(200), 'after']);
    await shows(panel, 'after');
    const height = async () => (await page.locator('.row').first().boundingBox())?.height ?? 0;
    const before = await height();
    await page.getByRole('button', { name: 'Wrap Long Lines' }).click();
    await expect.poll(height).toBeGreaterThan(before * 4);
  });
});

describe('links', () => {
  test('lead to pages and files with Ctrl and a click, by the extension', async () => {
    const { panel, write, page, viewer } = await opened();
    write(0, ['at src/app.ts:12:3 see https://example.test/a?b=c.', 'no lib/x.py:7']);
    await shows(panel, 'lib/x.py');
    await expect
      .poll(() => page.locator('.link').allTextContents())
      .toEqual(['src/app.ts:12:3', 'https://example.test/a?b=c', 'lib/x.py:7']);
    await expect.poll(() => page.locator('a').count()).toBe(0);
    for (const link of await page.locator('.link').all())
      await link.click({ modifiers: ['Control'] });
    await expect
      .poll(() => viewer.deeds)
      .toEqual(['place src/app.ts:12:3', 'url https://example.test/a?b=c', 'place lib/x.py:7']);
    await page.getByText('There is no such file here: lib/x.py:7').waitFor();
    await page.locator('.link').first().click();
    expect(viewer.deeds).toHaveLength(3);
  });

  test('of the current line lead on by the keyboard, the first that is shown', async () => {
    const { panel, write, page, viewer } = await opened();
    write(0, ['{"at":"lib/x.py:7","msg":"see https://example.test/a and src/app.ts:12"}', 'none']);
    await shows(panel, 'none');
    await page.getByRole('listbox', { name: 'Lines of the log' }).focus();
    await page.keyboard.press('Control+Enter');
    for (const key of ['End', 'ArrowUp', 'Control+Enter', 'ArrowUp', 'Control+Enter'])
      await page.keyboard.press(key);
    await expect.poll(() => viewer.deeds).toEqual(['url https://example.test/a']);
    await expect.poll(() => page.locator('.fields').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.locator('.fields').waitFor();
    await page.keyboard.press('Meta+Enter');
    await expect.poll(() => viewer.deeds).toHaveLength(2);
    expect(viewer.deeds[1]).toBe('place lib/x.py:7');
  });
});

describe('hostile text', () => {
  test('is only ever text, wherever it stands', async () => {
    const evil = [
      '<img src=x onerror="fetch(1)"><script>alert(1)</script>',
      '${alert(1)}<!--?lit$1$-->',
      '[x](command:evil) javascript:alert(1) command:evil',
      '{"msg":"<b onmouseover=alert(1)>x</b>","<i>":"<svg onload=alert(1)>"}',
      '\u001b]8;;command:evil\u0007link\u001b]8;;\u0007 \u001b]0;title\u0007 \u001b[2J\u001b[H',
      '\u001b[38;2;1;2;url(http://evil.test)m ; \u001b[38;2;999;-1;3mcolour',
      '\u202egnp.exe\u2066',
    ];
    const { panel, write, page } = await opened(['<img src=x onerror=alert(1)>', 'b']);
    write(0, evil);
    write(1, [Buffer.from([0xff, 0xfe, 0x41])]);
    await shows(panel, 'gnp.exe');
    for (const fold of await page.locator('.row button.fold').all()) await fold.click();
    await page.locator('.fields').waitFor();
    await expect
      .poll(() => page.locator('img, script:not([nonce]), svg:not(.icon), b, i, a').count())
      .toBe(0);
    const all = (await rows(panel)).join('\n');
    expect(all).toContain('<img src=x onerror="fetch(1)">');
    for (const mark of ['\u001b', '\u202e', '\u2066']) expect(all).not.toContain(mark);
    expect(all).toContain('\ufffd\ufffdA');
    // Nothing but an address of the web leads anywhere, and that by the extension.
    await expect
      .poll(() => page.locator('.link').allTextContents())
      .toEqual(['http://evil.test)m']);
  });
});
