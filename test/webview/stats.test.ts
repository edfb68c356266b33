import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FRESH_STATS } from '../../src/webviews/protocol/stats.ts';
import { panelBrowser } from './support/page.ts';
import type { PageOptions, PanelBrowser, PanelPage } from './support/page.ts';
import { statsViewer, usingEngine } from './support/stats.ts';
import type { Use } from './support/stats.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const MB = 1_000_000;
let browser: PanelBrowser;
beforeAll(async () => {
  browser = await panelBrowser('stats');
});
afterAll(() => browser.close());

async function pageOf(options?: PageOptions): Promise<PanelPage> {
  const panel = await browser.open(options);
  onTestFinished(async () => {
    await panel.close();
    expect(panel.faults).toEqual([]);
  });
  return panel;
}

const SHOP = { labels: {}, project: 'shop' } as const;

/** A panel on three containers, two of them of a project. */
async function opened(options?: PageOptions, chosen?: Parameters<typeof statsViewer>[2]) {
  const panel = await pageOf(options);
  const using = usingEngine();
  using.add('api', { ...SHOP, health: 'healthy' });
  using.add('worker', SHOP, 3);
  using.add('db10');
  const viewer = statsViewer(using.engine, panel, chosen);
  onTestFinished(async () => {
    await viewer.close();
    expect(viewer.deeds.filter((deed) => deed.startsWith('error'))).toEqual([]);
  });
  await expect.poll(() => using.reading()).toEqual(['api', 'worker', 'db10']);
  return { ...using, viewer, panel, page: panel.page };
}

const names = ({ page }: PanelPage) => page.locator('tbody .pick').allTextContents().then(trimmed);
const trimmed = (texts: readonly string[]) => texts.map((text) => text.trim());
const cell = ({ page }: PanelPage, id: string, column: string) =>
  page
    .locator(`tr[data-id="${id}"] .${column}`)
    .first()
    .textContent()
    .then((text) => text?.replaceAll(/\s+/g, ' ').trim());

const USES: Readonly<Record<string, Use>> = {
  api: { cpu: 20, memory: 50 * MB, limit: 64 * MB, received: 2000, sent: 500, pids: 7 },
  worker: { cpu: 150, memory: 20 * MB, read: 4096 },
  db10: { cpu: 0.5, memory: 300 * MB, written: 100_000 },
};

describe('the table', () => {
  test('says of each container what it uses, as it changes', async () => {
    const { panel, second } = await opened();
    second(USES);
    second(USES);
    await expect.poll(() => cell(panel, 'api', 'cpu')).toBe('20.0%');
    expect(await cell(panel, 'api', 'memory')).toBe('50 MB / 64 MB');
    expect(await cell(panel, 'api', 'network')).toMatch(/2 kB\/s.*500 B\/s/);
    expect(await cell(panel, 'worker', 'blocks')).toMatch(/4.1 kB\/s.*0 B\/s/);
    expect(await cell(panel, 'api', 'pids')).toBe('7');
    expect(await cell(panel, 'worker', 'restarts')).toBe('3');
    expect(await cell(panel, 'api', 'health')).toBe('healthy');
    expect(await cell(panel, 'api', 'project')).toBe('shop');
    second({ ...USES, api: { cpu: 30 } });
    await expect.poll(() => cell(panel, 'api', 'cpu')).toBe('30.0%');
    const title = await panel.page.locator('tr[data-id=api] .network').getAttribute('title');
    expect(title).toBe(
      '6 kB received, 1.5 kB sent since its start'
        .replace('6 kB', '4 kB')
        .replace('1.5 kB', '1 kB'),
    );
  });

  test('is sorted by its headings, with the keyboard too, and says so', async () => {
    const { panel, second, page } = await opened();
    second(USES);
    second(USES);
    await expect.poll(() => names(panel)).toEqual(['worker', 'api', 'db10']);
    const heading = (name: string) => page.getByRole('columnheader', { name });
    expect(await heading('CPU').getAttribute('aria-sort')).toBe('descending');
    await heading('Memory').getByRole('button').click();
    await expect.poll(() => names(panel)).toEqual(['db10', 'api', 'worker']);
    expect(await heading('CPU').getAttribute('aria-sort')).toBe('none');
    await heading('Name').getByRole('button').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => names(panel)).toEqual(['api', 'db10', 'worker']);
    expect(await heading('Name').getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    await expect.poll(() => names(panel)).toEqual(['worker', 'db10', 'api']);
    // The heading that was pressed has the focus still.
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Name');
  });

  test('keeps its rows where they are while the pointer is on them', async () => {
    const { panel, second, page } = await opened();
    second(USES);
    second(USES);
    await expect.poll(() => names(panel)).toEqual(['worker', 'api', 'db10']);
    await page.locator('tr[data-id=api]').hover();
    second({ ...USES, db10: { cpu: 390 } });
    await expect.poll(() => cell(panel, 'db10', 'cpu')).toBe('390.0%');
    expect(await names(panel)).toEqual(['worker', 'api', 'db10']);
    await page.locator('#filter').hover();
    await expect.poll(() => names(panel)).toEqual(['db10', 'worker', 'api']);
  });

  test('is filtered by name and project', async () => {
    const { panel, page } = await opened();
    await expect.poll(() => names(panel)).toHaveLength(3);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('shop work');
    await expect.poll(() => names(panel)).toEqual(['worker']);
    expect(await page.locator('.count').textContent()).toBe('1 of 3 containers');
    await page.locator('#filter').fill('nothing of the kind');
    await page.getByText('No container matches the filter.').waitFor();
  });

  test('follows containers that come, change and go', async () => {
    const { panel, add, change, remove, second, reading } = await opened();
    add('late');
    await expect.poll(() => names(panel)).toContain('late');
    await expect.poll(reading).toContain('late');
    change('late', { name: 'renamed', health: 'unhealthy' });
    await expect.poll(() => names(panel)).toContain('renamed');
    expect(await cell(panel, 'late', 'health')).toBe('unhealthy');
    second({ ...USES, late: { cpu: 1 } });
    second({ ...USES, late: { cpu: 1 } });
    await expect.poll(() => cell(panel, 'late', 'cpu')).toBe('1.0%');
    change('late', { state: 'restarting' });
    await expect.poll(() => cell(panel, 'late', 'health')).toBe('restarting');
    expect(await cell(panel, 'late', 'cpu')).toBe('–');
    change('late', { state: 'exited' });
    await expect.poll(() => names(panel)).not.toContain('renamed');
    remove('late');
    expect(reading()).toEqual(['api', 'worker', 'db10']);
  });

  test('marks what is the matter, until it is muted', async () => {
    const { panel, viewer, page } = await opened();
    viewer.alert('api', 'is unhealthy', 'was restarted 5 times within 5 minutes');
    await page.locator('tr[data-id=api].alerting .alerts').waitFor();
    expect(await cell(panel, 'api', 'alerts')).toBe(
      'is unhealthy; was restarted 5 times within 5 minutes',
    );
    expect(await page.locator('.attention').textContent()).toBe('1 needs attention');
    await page.getByRole('button', { name: 'api', exact: true }).click();
    await page.getByRole('button', { name: 'Mute' }).click();
    await page.locator('.alerts.muted').waitFor();
    expect(await page.locator('.alerting, .attention').count()).toBe(0);
    await page.getByRole('button', { name: 'Unmute' }).click();
    await page.locator('tr.alerting').waitFor();
  });

  test('shows names as the text that they are', async () => {
    const { panel, add, page } = await opened();
    add('x', { name: '<img src=x onerror=alert(1)>\u202e', project: '"><script>' });
    await expect.poll(() => names(panel)).toContain(String.raw`<img src=x onerror=alert(1)>\u202e`);
    expect(await page.locator('table img, table script').count()).toBe(0);
  });
});

describe('the charts', () => {
  test('are of all containers at first, and of the one that is chosen then', async () => {
    const { second, page, viewer } = await opened();
    for (let n = 0; n < 5; n++) second(USES);
    const title = page.locator('.detail h2');
    expect(await title.textContent()).toBe('All containers');
    await expect.poll(() => page.locator('.cpu .key').count()).toBe(3);
    await page.locator('tr[data-id=api]').click();
    await expect.poll(() => title.textContent()).toBe('api');
    await expect.poll(() => page.locator('.cpu .key .value').allTextContents()).toEqual(['20.0%']);
    expect(await page.locator('figure.memory .limit').textContent()).toBe('of 64 MB');
    await expect
      .poll(() => page.locator('.plot[data-chart=cpu]').getAttribute('aria-label'))
      .toBe('CPU of api, last 15 minutes: 20.0% now, 20.0% at the most');
    // uPlot has drawn a canvas for each.
    expect(await page.locator('.plot canvas').count()).toBe(4);
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
    expect(await page.locator('figure.network .key').allTextContents().then(trimmed)).toEqual([
      expect.stringMatching(/^Received\s+2 kB\/s$/),
      expect.stringMatching(/^Sent\s+500 B\/s$/),
    ]);
    expect(await page.locator('tr.member').count()).toBe(2);
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
    expect(await page.locator('figure.memory .value').textContent()).toMatch(/^[45]\d MB$/);
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
    expect(await page.locator('.plot[data-chart=cpu]').getAttribute('aria-label')).toContain(
      '20.0% at the most',
    );
    add('another', { name: 'api' });
    await expect.poll(() => page.locator('tr.chosen').getAttribute('data-id')).toBe('another');
    await expect.poll(reading).toContain('another');
    for (let n = 0; n < 3; n++) second({ another: { cpu: 5 } });
    await expect.poll(() => page.locator('figure.cpu .value').textContent()).toBe('5.0%');
    expect(await page.locator('.gone').count()).toBe(0);
    add('third', { name: 'a1b2_api' });
    remove('another');
    change('third', { name: 'api' });
    await expect.poll(() => page.locator('tr.chosen').getAttribute('data-id')).toBe('third');
    change('third', { name: 'renamed' });
    await expect.poll(() => page.locator('.detail h2').textContent()).toBe('renamed');
  });
});

describe('a container that is chosen', () => {
  test('has its processes told, and more done with it', async () => {
    const { page, viewer } = await opened();
    await page.locator('tr[data-id=worker]').click();
    const rows = page.locator('.processes tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.first().textContent()).toMatch(/4712.*serve --workers 4 <b>hostile<\/b>/s);
    await page.getByRole('button', { name: 'Read the processes again' }).click();
    await expect.poll(() => viewer.told.filter(({ type }) => type === 'processes').length).toBe(2);
    await page.getByRole('button', { name: 'View Logs' }).click();
    await page.getByRole('button', { name: 'Update Limits…' }).click();
    await expect
      .poll(() => viewer.deeds)
      .toEqual(['container.logs worker', 'container.updateLimits worker']);
  });

  test('is gone to by the keyboard', async () => {
    const { panel, second, page } = await opened();
    second(USES);
    second(USES);
    await expect.poll(() => names(panel)).toEqual(['worker', 'api', 'db10']);
    await page.locator('thead .health button').focus();
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate('document.activeElement.textContent.trim()');
    expect(await focused()).toBe('worker');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('api');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.detail h2').textContent()).toBe('api');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('shop');
    await page.keyboard.press(' ');
    await expect.poll(() => page.locator('.detail h2').textContent()).toBe('shop');
    // A row that moves keeps the focus.
    await page.keyboard.press('ArrowLeft');
    second({ ...USES, api: { cpu: 399 } });
    await expect.poll(() => names(panel)).toEqual(['api', 'worker', 'db10']);
    expect(await focused()).toBe('api');
  });
});

describe('the extension', () => {
  test('says at most one thing a second, however many containers tell', async () => {
    const { second, viewer } = await opened();
    await new Promise((done) => setTimeout(done, 1200));
    const before = viewer.told.length;
    const begun = performance.now();
    for (let n = 0; n < 150; n++) {
      second(USES);
      await new Promise((done) => setTimeout(done, 20));
    }
    const seconds = (performance.now() - begun) / 1000;
    expect(viewer.told.length - before).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    expect(viewer.told.length - before).toBeGreaterThan(1);
    // What was told already is not told again.
    const last = viewer.told.findLast((message) => message.type === 'now' && message.plot);
    const columns = last?.type === 'now' ? last.plot?.columns : undefined;
    expect(columns?.[0]?.values.length).toBeLessThan(200);
  });

  test('reads nothing while the panel is hidden, and its page comes back as it was', async () => {
    const { panel, second, page, viewer, reading } = await opened();
    for (let n = 0; n < 5; n++) second(USES);
    await page.locator('tr[data-id=worker]').click();
    await page.locator('#filter').fill('work');
    await expect.poll(() => panel.state()).toMatchObject({ filter: 'work' });
    await expect.poll(() => page.locator('figure.cpu .value').textContent()).toBe('150.0%');
    const state = await panel.state();
    expect(state).toEqual({
      ...FRESH_STATS,
      filter: 'work',
      chosen: { kind: 'container', id: 'worker', name: 'worker' },
    });
    viewer.hide();
    await expect.poll(reading).toEqual([]);
    const next = await pageOf({ state });
    viewer.attach(next);
    await expect.poll(reading).toEqual(['api', 'worker', 'db10']);
    await expect.poll(() => names(next)).toEqual(['worker']);
    await expect.poll(() => next.page.locator('.detail h2').textContent()).toBe('worker');
    // What was read before is still drawn.
    await expect
      .poll(() => next.page.locator('.plot[data-chart=cpu]').getAttribute('aria-label'))
      .toContain('150.0% at the most');
  });

  test('says that the engine is away, and goes on when it is back', async () => {
    const { panel, second, page, lose, back, reading } = await opened();
    second(USES);
    lose(new Error('The engine is not running.'));
    await page.getByText('The engine is not running.').waitFor();
    expect(reading()).toEqual([]);
    expect(await names(panel)).toEqual([]);
    back();
    await expect.poll(() => names(panel)).toHaveLength(3);
    await expect.poll(reading).toHaveLength(3);
  });
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
  expect(await page.locator('.plot canvas').count()).toBe(4);
});
