import { describe, expect, test } from 'vitest';
import { MB, SHOP, USES, statsPanels, trimmed } from './support/statsPanels.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const { opened } = statsPanels();

describe('the charts', () => {
  test('are of all containers at first, and of the one that is chosen then', async () => {
    const { second, page, viewer } = await opened();
    for (let n = 0; n < 5; n++) second(USES);
    const title = page.locator('.detail h2');
    await expect.poll(() => title.textContent()).toBe('All containers');
    await expect.poll(() => page.locator('.cpu .key').count()).toBe(3);
    await page.locator('tr[data-id=api]').click();
    await expect.poll(() => title.textContent()).toBe('api');
    await expect.poll(() => page.locator('.cpu .key .value').allTextContents()).toEqual(['20.0%']);
    await expect.poll(() => page.locator('figure.memory .limit').textContent()).toBe('of 64 MB');
    await expect
      .poll(() => page.locator('.plot[data-chart=cpu]').getAttribute('aria-label'))
      .toBe('CPU of api, last 15 minutes: 20.0% now, 20.0% at the most');
    // uPlot has drawn a canvas for each.
    await expect.poll(() => page.locator('.plot canvas').count()).toBe(4);
    await page.getByRole('button', { name: 'All Containers' }).click();
    await expect.poll(() => title.textContent()).toBe('All containers');
    expect(viewer.deeds).toEqual([]);
  });

  test('are of a project, a line for each of its containers, and their sums', async () => {
    const { second, page } = await opened();
    for (let n = 0; n < 3; n++) second(USES);
    await page.locator('tr[data-id=api] .project').click();
    await expect.poll(() => page.locator('.detail h2').textContent()).toBe('shop');
    await expect
      .poll(() => page.locator('figure.cpu .key').allTextContents().then(trimmed))
      .toEqual([
        expect.stringMatching(/^api\s+20.0%$/),
        expect.stringMatching(/^worker\s+150.0%$/),
      ]);
    await expect
      .poll(() => page.locator('figure.network .key').allTextContents().then(trimmed))
      .toEqual([
        expect.stringMatching(/^Received\s+2 kB\/s$/),
        expect.stringMatching(/^Sent\s+500 B\/s$/),
      ]);
    await expect.poll(() => page.locator('tr.member').count()).toBe(2);
  });

  test('say what was where the pointer is, in all of them', async () => {
    const { second, page } = await opened(undefined, { kind: 'container', id: 'api', name: 'api' });
    for (let n = 0; n < 100; n++) second({ api: { cpu: n, memory: (n + 1) * MB } });
    await expect.poll(() => page.locator('figure.cpu .value').textContent()).toBe('99.0%');
    const plot = page.locator('.plot[data-chart=cpu] .u-over');
    const box = await plot.boundingBox();
    if (!box) throw new Error('no plot');
    const seconds = 100;
    await page.mouse.move(box.x + box.width - (box.width / seconds) * 50, box.y + 20);
    await expect
      .poll(async () =>
        Number.parseFloat((await page.locator('figure.cpu .value').textContent()) ?? ''),
      )
      .toBeLessThan(60);
    await expect
      .poll(() => page.locator('figure.memory .value').textContent())
      .toMatch(/^[45]\d MB$/);
  });

  test('keep a container that exited, or was removed, and go on with one of its name', async () => {
    const { second, page, change, remove, add, reading } = await opened();
    for (let n = 0; n < 3; n++) second(USES);
    await page.locator('tr[data-id=api]').click();
    await expect.poll(() => page.locator('figure.cpu .value').textContent()).toBe('20.0%');
    change('api', { state: 'exited', exitCode: 137 });
    await expect.poll(() => page.locator('.gone').textContent()).toBe('has exited with code 137');
    remove('api');
    await expect.poll(() => page.locator('.gone').textContent()).toBe('was removed');
    await expect
      .poll(() => page.locator('.plot[data-chart=cpu]').getAttribute('aria-label'))
      .toContain('20.0% at the most');
    add('another', { name: 'api' });
    await expect.poll(() => page.locator('tr.chosen').getAttribute('data-id')).toBe('another');
    await expect.poll(reading).toContain('another');
    for (let n = 0; n < 3; n++) second({ another: { cpu: 5 } });
    await expect.poll(() => page.locator('figure.cpu .value').textContent()).toBe('5.0%');
    await expect.poll(() => page.locator('.gone').count()).toBe(0);
    add('third', { name: 'a1b2_api' });
    remove('another');
    change('third', { name: 'api' });
    await expect.poll(() => page.locator('tr.chosen').getAttribute('data-id')).toBe('third');
    change('third', { name: 'renamed' });
    await expect.poll(() => page.locator('.detail h2').textContent()).toBe('renamed');
  });
});

test('the charts take the colours of another theme', async () => {
  const { second, page } = await opened(
    { theme: 'light' },
    { kind: 'container', id: 'api', name: 'api' },
  );
  for (let n = 0; n < 60; n++) second(USES);
  await expect.poll(() => page.locator('figure.cpu .value').textContent()).toBe('20.0%');
  const drawn = () =>
    page.evaluate(`document.querySelector('.plot[data-chart=cpu] canvas').toDataURL().length + ' ' +
      [...document.querySelector('.plot[data-chart=cpu] canvas').getContext('2d')
        .getImageData(0, 0, 2000, 200).data].reduce((sum, byte, n) => (sum * 31 + byte * (n % 7)) % 1e9, 0)`);
  const before = await drawn();
  await page.evaluate(`(() => {
    document.documentElement.style.setProperty('--vscode-charts-blue', '#ff00ff');
    document.body.setAttribute('data-vscode-theme-id', 'another');
  })()`);
  await expect.poll(drawn).not.toBe(before);
  await expect.poll(() => page.locator('.plot canvas').count()).toBe(4);
});

describe.each(Object.keys(THEMES) as ThemeName[])('in %s', (theme) => {
  const many = async (width: number, height: number) => {
    const all = await opened({ theme, width, height });
    const { add, second, viewer, page } = all;
    add('gateway-with-a-rather-long-name-1', { ...SHOP, health: 'unhealthy' }, 12);
    add('cache', { project: 'shop' });
    viewer.alert('gateway-with-a-rather-long-name-1', 'is unhealthy');
    for (let n = 0; n < 400; n++) {
      const wave = (period: number, from: number, to: number) =>
        from + ((to - from) * (1 + Math.sin(n / period))) / 2;
      second({
        api: {
          ...USES['api'],
          cpu: wave(40, 5, 60),
          memory: wave(90, 40, 61) * MB,
          received: wave(30, 0, 90_000),
          sent: wave(20, 0, 40_000),
        },
        worker: {
          cpu: wave(25, 60, 180),
          memory: wave(50, 100, 220) * MB,
          read: wave(15, 0, 3e6),
          limit: 256 * MB,
        },
        db10: { cpu: wave(60, 1, 9), memory: 300 * MB, written: wave(35, 0, 800_000) },
        'gateway-with-a-rather-long-name-1': {
          cpu: wave(10, 0, 4),
          memory: 62 * MB,
          limit: 64 * MB,
        },
        cache: { cpu: 0, memory: 8 * MB },
      });
    }
    await expect.poll(() => page.locator('tr[data-id=api] .cpu').textContent()).not.toBe('–');
    return all;
  };

  test.each([
    ['wide', 1300, 860],
    ['narrow', 420, 860],
  ] as const)('nothing stands beyond the edge, %s', async (size, width, height) => {
    const { page } = await many(width, height);
    await page.locator('tr[data-id=api]').click();
    await expect.poll(() => page.locator('.processes tbody tr').count()).toBe(2);
    await page.locator('#filter').hover();
    if (process.env['STEVEDORE_PICTURES'])
      await page.screenshot({
        path: `${process.env['STEVEDORE_PICTURES']}/stats-${theme}-${size}.png`,
      });
    const beyond =
      await page.evaluate(`[...document.querySelectorAll('.toolbar *, .detail header *, .plot')]
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
      .map((element) => element.outerHTML.slice(0, 80))`);
    expect(beyond).toEqual([]);
    if (size === 'wide') {
      const table = await page.evaluate(
        `document.querySelector('.table').scrollWidth - document.querySelector('.table').clientWidth`,
      );
      expect(table).toBe(0);
    }
    await page.locator('tr[data-id=api] .project').click();
    await expect.poll(() => page.locator('figure.cpu .key').count()).toBe(4);
    if (process.env['STEVEDORE_PICTURES'])
      await page.screenshot({
        path: `${process.env['STEVEDORE_PICTURES']}/stats-project-${theme}-${size}.png`,
      });
  });
});
