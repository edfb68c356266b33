import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { LogOpened } from '../../src/webviews/protocol/logs.ts';
import { logViewer, writtenEngine } from './support/logs.ts';
import { panelBrowser } from './support/page.ts';
import type { PageOptions, PanelBrowser, PanelPage } from './support/page.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await panelBrowser('logs');
});
afterAll(() => browser.close());

/** A page that must have nothing gone wrong on it in the end. */
async function pageOf(options?: PageOptions): Promise<PanelPage> {
  const panel = await browser.open(options);
  onTestFinished(async () => {
    await panel.close();
    expect(panel.faults).toEqual([]);
  });
  return panel;
}

/** A viewer on containers that write what the test has them write. */
async function opened(names: readonly string[] = ['web'], options?: PageOptions) {
  const panel = await pageOf(options);
  const written = writtenEngine(names);
  const what: LogOpened = {
    containers: names.map((name) => ({ id: name, name })),
    tail: 0,
    follow: true,
  };
  const viewer = logViewer(written.engine, what, panel);
  onTestFinished(async () => {
    await viewer.close();
    expect(viewer.deeds.filter((deed) => deed.startsWith('error'))).toEqual([]);
  });
  return { ...written, viewer, panel, page: panel.page };
}

const rows = ({ page }: PanelPage) => page.locator('.row:visible').allTextContents();
const texts = async ({ page }: PanelPage) =>
  (await page.locator('.row .text').allTextContents()).map((text) => text.trim());
const numbered = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, n) => `${word} ${n}`);
const shows = (panel: PanelPage, text: string | RegExp) =>
  panel.page.locator('.row', { hasText: text }).first().waitFor();

/** What is wholly in sight, from top to bottom. */
const seen = (panel: PanelPage) =>
  panel.page.evaluate(`(() => {
    const box = document.querySelector('.rows').getBoundingClientRect();
    return [...document.querySelectorAll('.row')]
      .filter((row) => {
        const own = row.getBoundingClientRect();
        return own.top >= box.top - 1 && own.bottom <= box.bottom + 1;
      })
      .map((row) => row.querySelector('.text')?.textContent.trim() ?? '');
  })()`) as Promise<string[]>;

describe('the lines', () => {
  test('are in sight as they come, few of them in the document', async () => {
    const { panel, write, page } = await opened();
    write(0, numbered(5000));
    await shows(panel, 'line 4999');
    expect((await seen(panel)).at(-1)).toBe('line 4999');
    expect(await page.locator('.row').count()).toBeLessThan(60);
    write(0, ['one more']);
    await expect.poll(async () => (await seen(panel)).at(-1)).toBe('one more');
    expect(await page.locator('footer').textContent()).toMatch(/5,001 lines.*live.*Following/s);
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
    expect(await page.locator('.thumb').count()).toBe(0);
  });

  test('of several containers have a name and a colour each, and errors a mark', async () => {
    const { panel, write, page } = await opened(['web', 'database']);
    write(0, ['hello']);
    write(1, ['ERROR: broken'], true);
    await shows(panel, 'broken');
    expect(await page.locator('.name').allTextContents()).toEqual(['web', 'database']);
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
    expect(await row.getAttribute('class')).toMatch(/error stderr/);
    expect(await row.locator('.kind').textContent()).toBe('E');
    expect(await row.getAttribute('aria-label')).toMatch(
      /^error, stderr, database, 2026-11-28 15:28:54.\d{3}Z: ERROR: broken$/,
    );
  });

  test('have their times as they are wanted', async () => {
    const { panel, write, page } = await opened();
    write(0, ['x']);
    await shows(panel, 'x');
    expect(await page.locator('.time').textContent()).toBe('2026-11-28 15:28:54.001Z');
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
    expect(await page.locator('.row.mark.bad').count()).toBe(1);
    await expect.poll(() => page.locator('footer').textContent()).toMatch(/waiting/);
  });

  test('have the colours of their program', async () => {
    const { panel, write, page } = await opened();
    write(0, [
      '\u001b[31mred\u001b[0m \u001b[38;2;1;2;3mown\u001b[0m \u001b[1;4mbold\u001b[0m plain',
    ]);
    await shows(panel, 'plain');
    expect(await texts(panel)).toEqual(['red own bold plain']);
    expect(await page.locator('.fg1').textContent()).toBe('red');
    expect(
      await page
        .locator('.text span', { hasText: 'own' })
        .evaluate((own) => (own as unknown as { style: { color: string } }).style.color),
    ).toBe('rgb(1, 2, 3)');
    expect(await page.locator('.bold.underline').textContent()).toBe('bold');
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
    expect(await page.locator('.fields tr').allTextContents()).toHaveLength(5);
    expect(await page.locator('.fields').textContent()).toMatch(/http\.status\s*500/);
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
    expect(await seen(panel)).toEqual(before);
    await page.mouse.wheel(0, 100_000);
    await expect.poll(async () => (await seen(panel)).at(-1)).toBe('new 299');
    expect(await page.locator('.waiting').count()).toBe(0);
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
    expect(await seen(panel)).toEqual(before);
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
    expect(await page.locator('.row.current .hit').textContent()).toBe('Needle');
    const at = () => page.locator('.row.current .text').textContent();
    const first = await at();
    const order = ['Needle 500', 'Needle 1500', 'Needle 2500'];
    const from = order.indexOf(first ?? '');
    await page.keyboard.press('Enter');
    await expect.poll(at).toBe(order[(from + 1) % 3]);
    await page.keyboard.press('Shift+Enter');
    await expect.poll(at).toBe(first);
    expect(await seen(panel)).toContain(first);
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
    expect(await page.locator('#search').getAttribute('aria-invalid')).toBe('true');
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
    expect(await page.locator('footer').textContent()).toMatch(/2 of 4 lines/);
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
    expect(await page.locator('.chip', { hasText: 'web' }).getAttribute('aria-pressed')).toBe(
      'false',
    );
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
    expect(await seen(panel)).toContain('line 0');
    await page.keyboard.press('PageDown');
    await expect.poll(async () => (await seen(panel)).includes((await current()) ?? '')).toBe(true);
    await page.keyboard.press('End');
    await expect.poll(async () => (await seen(panel)).at(-1)).toBe('line 999');
    const option = page.getByRole('option').last();
    expect(await option.getAttribute('aria-setsize')).toBe('1000');
    expect(await option.getAttribute('aria-posinset')).toBe('1000');
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

describe('links', () => {
  test('lead to pages and files with Ctrl and a click, by the extension', async () => {
    const { panel, write, page, viewer } = await opened();
    write(0, ['at src/app.ts:12:3 see https://example.test/a?b=c.', 'no lib/x.py:7']);
    await shows(panel, 'lib/x.py');
    expect(await page.locator('.link').allTextContents()).toEqual([
      'src/app.ts:12:3',
      'https://example.test/a?b=c',
      'lib/x.py:7',
    ]);
    expect(await page.locator('a').count()).toBe(0);
    for (const link of await page.locator('.link').all())
      await link.click({ modifiers: ['Control'] });
    await expect
      .poll(() => viewer.deeds)
      .toEqual(['place src/app.ts:12:3', 'url https://example.test/a?b=c', 'place lib/x.py:7']);
    await page.getByText('There is no such file here: lib/x.py:7').waitFor();
    await page.locator('.link').first().click();
    expect(viewer.deeds).toHaveLength(3);
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
    expect(await page.locator('img, script:not([nonce]), svg:not(.icon), b, i, a').count()).toBe(0);
    const all = (await rows(panel)).join('\n');
    expect(all).toContain('<img src=x onerror="fetch(1)">');
    for (const mark of ['\u001b', '\u202e', '\u2066']) expect(all).not.toContain(mark);
    expect(all).toContain('\ufffd\ufffdA');
    // Nothing but an address of the web leads anywhere, and that by the extension.
    expect(await page.locator('.link').allTextContents()).toEqual(['http://evil.test)m']);
  });
});

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
