import { describe, expect, test } from 'vitest';
import { FRESH_STATS } from '../../src/webviews/protocol/stats.ts';
import { USES, cell, names, statsPanels } from './support/statsPanels.ts';

const { opened, pageOf } = statsPanels();

describe('the table', () => {
  test('says of each container what it uses, as it changes', async () => {
    const { panel, second } = await opened();
    second(USES);
    second(USES);
    await expect.poll(() => cell(panel, 'api', 'cpu')).toBe('20.0%');
    await expect.poll(() => cell(panel, 'api', 'memory')).toBe('50 MB / 64 MB');
    await expect.poll(() => cell(panel, 'api', 'network')).toMatch(/2 kB\/s.*500 B\/s/);
    await expect.poll(() => cell(panel, 'worker', 'blocks')).toMatch(/4.1 kB\/s.*0 B\/s/);
    await expect.poll(() => cell(panel, 'api', 'pids')).toBe('7');
    await expect.poll(() => cell(panel, 'worker', 'restarts')).toBe('3');
    await expect.poll(() => cell(panel, 'api', 'health')).toBe('healthy');
    await expect.poll(() => cell(panel, 'api', 'project')).toBe('shop');
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
    await expect.poll(() => heading('CPU').getAttribute('aria-sort')).toBe('descending');
    await heading('Memory').getByRole('button').click();
    await expect.poll(() => names(panel)).toEqual(['db10', 'api', 'worker']);
    await expect.poll(() => heading('CPU').getAttribute('aria-sort')).toBe('none');
    await heading('Name').getByRole('button').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => names(panel)).toEqual(['api', 'db10', 'worker']);
    await expect.poll(() => heading('Name').getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    await expect.poll(() => names(panel)).toEqual(['worker', 'db10', 'api']);
    // The heading that was pressed has the focus still.
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent.trim()'))
      .toBe('Name');
  });

  test('keeps its rows where they are while the pointer is on them', async () => {
    const { panel, second, page } = await opened();
    second(USES);
    second(USES);
    await expect.poll(() => names(panel)).toEqual(['worker', 'api', 'db10']);
    await page.locator('tr[data-id=api]').hover();
    second({ ...USES, db10: { cpu: 390 } });
    await expect.poll(() => cell(panel, 'db10', 'cpu')).toBe('390.0%');
    await expect.poll(() => names(panel)).toEqual(['worker', 'api', 'db10']);
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
    await expect.poll(() => page.locator('.count').textContent()).toBe('1 of 3 containers');
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
    await expect.poll(() => cell(panel, 'late', 'health')).toBe('unhealthy');
    second({ ...USES, late: { cpu: 1 } });
    second({ ...USES, late: { cpu: 1 } });
    await expect.poll(() => cell(panel, 'late', 'cpu')).toBe('1.0%');
    change('late', { state: 'restarting' });
    await expect.poll(() => cell(panel, 'late', 'health')).toBe('restarting');
    await expect.poll(() => cell(panel, 'late', 'cpu')).toBe('–');
    change('late', { state: 'exited' });
    await expect.poll(() => names(panel)).not.toContain('renamed');
    remove('late');
    expect(reading()).toEqual(['api', 'worker', 'db10']);
  });

  test('marks what is the matter, until it is muted', async () => {
    const { panel, viewer, page } = await opened();
    viewer.alert('api', 'is unhealthy', 'was restarted 5 times within 5 minutes');
    await page.locator('tr[data-id=api].alerting .alerts').waitFor();
    await expect
      .poll(() => cell(panel, 'api', 'alerts'))
      .toBe('is unhealthy; was restarted 5 times within 5 minutes');
    await expect.poll(() => page.locator('.attention').textContent()).toBe('1 needs attention');
    await page.getByRole('button', { name: 'api', exact: true }).click();
    await page.getByRole('button', { name: 'Mute' }).click();
    await page.locator('.alerts.muted').waitFor();
    await expect.poll(() => page.locator('.alerting, .attention').count()).toBe(0);
    await page.getByRole('button', { name: 'Unmute' }).click();
    await page.locator('tr.alerting').waitFor();
  });

  test('shows names as the text that they are', async () => {
    const { panel, add, page } = await opened();
    add('x', { name: '<img src=x onerror=alert(1)>\u202e', project: '"><script>' });
    await expect.poll(() => names(panel)).toContain(String.raw`<img src=x onerror=alert(1)>\u202e`);
    await expect.poll(() => page.locator('table img, table script').count()).toBe(0);
  });
});

describe('a container that is chosen', () => {
  test('has its processes told, and more done with it', async () => {
    const { page, viewer } = await opened();
    await page.locator('tr[data-id=worker]').click();
    const rows = page.locator('.processes tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    await expect
      .poll(() => rows.first().textContent())
      .toMatch(/4712.*serve --workers 4 <b>hostile<\/b>/s);
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
    await expect.poll(() => focused()).toBe('worker');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused()).toBe('api');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.detail h2').textContent()).toBe('api');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused()).toBe('shop');
    await page.keyboard.press(' ');
    await expect.poll(() => page.locator('.detail h2').textContent()).toBe('shop');
    // A row that moves keeps the focus.
    await page.keyboard.press('ArrowLeft');
    second({ ...USES, api: { cpu: 399 } });
    await expect.poll(() => names(panel)).toEqual(['api', 'worker', 'db10']);
    await expect.poll(() => focused()).toBe('api');
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
    await expect.poll(() => names(panel)).toEqual([]);
    back();
    await expect.poll(() => names(panel)).toHaveLength(3);
    await expect.poll(reading).toHaveLength(3);
  });
});
