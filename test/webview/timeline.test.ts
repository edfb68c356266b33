import { describe, expect, test } from 'vitest';
import type { Build } from '../../src/engine/builds/model.ts';
import { courseOf } from '../../src/panels/course.ts';
import { difference, snapshot } from '../../src/panels/timelineModel.ts';
import { contrast } from './support/contrast.ts';
import { BEGIN, completed, failed, idOf, large, made, runningAt } from './support/build.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';
import { row, timelines } from './support/timeline.ts';

const opened = timelines();

describe.each(Object.keys(THEMES) as ThemeName[])('in the theme %s', (theme) => {
  test.each([900, 320, 300])('fits into %i pixels', async (width) => {
    for (const build of [completed, failed, runningAt(43)]) {
      const panel = await opened(build, { theme, width, height: 700 }, 43);
      const beyond = await panel.page.evaluate(`[...document.querySelectorAll('body *')]
        .filter((element) => element.getClientRects().length > 0)
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .map((element) => element.outerHTML.slice(0, 80))`);
      expect(beyond).toEqual([]);
      await expect
        .poll(() => panel.page.locator('.heading button').boundingBox())
        .toMatchObject({ height: 26 });
    }
  });

  test('has readable text, and a chart that can be seen', async () => {
    const panel = await opened(failed, { theme });
    for (const selector of ['h1', '.summary', '.figure', '.row.lane .name', '.row.step .name'])
      await expect
        .poll(() => contrast(panel, selector, 'color'), { message: selector })
        .toBeGreaterThanOrEqual(4.5);
    for (const [selector, property] of [
      ['.path path', 'stroke'],
      ['.row.completed .bar', 'backgroundColor'],
    ] as const)
      await expect
        .poll(() => contrast(panel, selector, property), { message: selector })
        .toBeGreaterThanOrEqual(3);
  });
});

describe('the chart', () => {
  test('has the stages, their steps, and bars as long as they took', async () => {
    const panel = await opened(completed);
    await expect
      .poll(() => panel.page.locator('.row.lane .name').allTextContents())
      .toEqual(['Preparation', 'deps', 'build', 'Stage 2', 'Result']);
    await expect.poll(() => panel.page.locator('.row.step').count()).toBe(completed.steps.length);
    const [install, bundle] = await Promise.all(
      ['npm ci', 'npm run build'].map((name) => row(panel, name).locator('.bar').boundingBox()),
    );
    expect((install?.width ?? 0) / (bundle?.width ?? 1)).toBeCloseTo(21.4 / 16.2, 1);
    expect((install?.x ?? 0) + (install?.width ?? 0)).toBeLessThan(bundle?.x ?? 0);
  });

  test('marks the critical path, and draws it from bar to bar', async () => {
    const panel = await opened(completed);
    const critical = courseOf(completed).critical.length;
    await expect.poll(() => panel.page.locator('.row.critical').count()).toBe(critical);
    const line = await panel.page.locator('.path path').getAttribute('d');
    expect(line?.match(/M/g)).toHaveLength(critical - 1);
  });

  test.each([0.4, 90, 3600 * 1.5])(
    'has room for the label of a mark at the very end: %d s',
    async (ran) => {
      const panel = await opened(made([{ name: '[1/1] RUN x', at: 0, ran }]), { width: 920 });
      const chart = panel.page.locator('.chart');
      await panel.page.locator('.tick').last().waitFor();
      const [seen, whole] = (await chart.evaluate(({ clientWidth, scrollWidth }) => [
        clientWidth,
        scrollWidth,
      ])) as [number, number];
      expect(whole).toBe(seen);
    },
  );

  test('draws a step that waits without a bar, and says so', async () => {
    const panel = await opened(runningAt(43), {}, 43);
    const waiting = row(panel, 'exporting to image');
    await expect.poll(() => waiting.locator('.bar').count()).toBe(0);
    await expect.poll(() => waiting.locator('.figure').textContent()).toBe('waiting');
  });

  test('tells states apart by more than colour in high contrast', async () => {
    const panel = await opened(failed, { theme: 'high-contrast' });
    const patterns = await panel.page.evaluate(`['completed', 'cached', 'failed'].map((state) => {
      const style = getComputedStyle(document.querySelector('.row.' + state + ' .bar'));
      return style.borderTopStyle + ' ' + style.backgroundImage.replaceAll(/[^a-z-]*\\(.*/g, '');
    })`);
    expect(patterns).toEqual([
      'solid none',
      'solid repeating-linear-gradient',
      'solid repeating-linear-gradient',
    ]);
    const shapes = await panel.page.evaluate(
      `[...new Set([...document.querySelectorAll('.row.step .icon')].map((icon) => icon.innerHTML))].length`,
    );
    expect(shapes).toBe(5);
  });

  test('has bars that can be told apart where the system forces its colours', async () => {
    const looks = async (forcedColors: 'active' | 'none') => {
      const panel = await opened(failed, { theme: 'high-contrast', forcedColors });
      return panel.page.evaluate(`['completed', 'cached', 'failed'].map((state) => {
        const style = getComputedStyle(document.querySelector('.row.' + state + ' .bar'));
        return style.backgroundColor + ' ' + style.backgroundImage;
      })`);
    };
    expect(await looks('active')).toEqual(await looks('none'));
  });

  test('lets a running bar grow by itself', async () => {
    const panel = await opened(runningAt(43), {}, 43);
    const bar = row(panel, 'npm run build').locator('.bar');
    const before = (await bar.boundingBox())?.width ?? 0;
    await expect.poll(async () => (await bar.boundingBox())?.width).toBeGreaterThan(before + 1);
  });

  test('moves nothing for those who want it still', async () => {
    const panel = await opened(runningAt(43), { reducedMotion: 'reduce' }, 43);
    await expect.poll(() => panel.page.evaluate('document.getAnimations().length')).toBe(0);
    const lively = await opened(runningAt(43), {}, 43);
    await expect
      .poll(() => lively.page.evaluate('document.getAnimations().length'))
      .toBeGreaterThan(0);
  });

  test('moves nothing where VS Code is told to move nothing', async () => {
    const panel = await opened(runningAt(43), { bodyClass: 'vscode-reduce-motion' }, 43);
    await expect.poll(() => panel.page.evaluate('document.getAnimations().length')).toBe(0);
  });
});

describe('a change', () => {
  test('touches the row that changed and no other, of 500', async () => {
    const build = large(500);
    const panel = await opened(build);
    const steps = build.steps.map((step, place) =>
      place === 317 ? { ...step, state: 'failed' as const, error: 'exit code: 2' } : step,
    );
    const before = snapshot(build, courseOf(build));
    const message = difference(
      before,
      snapshot({ ...build, steps }, courseOf(build), before),
      BEGIN,
    );
    await panel.page.evaluate(`globalThis.touched = new Set();
      new MutationObserver((records) => {
        for (const { target } of records)
          touched.add((target.closest ? target : target.parentElement).closest('.row')?.id ?? 'page');
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })`);
    await panel.tell(message);
    await panel.page.locator('.row.failed').waitFor();
    const touched = (await panel.page.evaluate('[...touched]')) as string[];
    expect(touched.filter((id) => id !== 'page')).toHaveLength(1);
  });

  test('says why the steps of a build cannot be read', async () => {
    const panel = await opened(completed);
    const bare = { ...completed, steps: [] };
    const problem = 'The engine closed the connection.';
    await panel.tell(
      difference(undefined, snapshot(bare, courseOf(bare), undefined, problem), BEGIN),
    );
    await expect.poll(() => panel.page.getByRole('alert').allTextContents()).toEqual([problem]);
    await panel.tell(difference(undefined, snapshot(bare, courseOf(bare)), BEGIN));
    await expect.poll(() => panel.page.getByRole('alert').count()).toBe(0);
  });

  test('ends the build on the page', async () => {
    const running = runningAt(43);
    const panel = await opened(running, {}, 43);
    const before = snapshot(running, courseOf(running));
    await panel.tell(difference(before, snapshot(completed, courseOf(completed), before), BEGIN));
    await expect
      .poll(() => panel.page.locator('.summary').textContent())
      .toContain('Completed in 58 s');
    await expect.poll(() => panel.page.locator('.row .bar').count()).toBe(completed.steps.length);
    await panel.tell({ type: 'gone' });
    await panel.page.getByText('Nothing is known of this build any more.').waitFor();
  });
});

describe('hostile text', () => {
  const evil = [
    '<img src=x onerror="fetch(1)"><script>alert(1)</script>',
    '${alert(1)}<!--?lit$1$-->',
    'javascript:alert(1)',
    '"><svg onload=alert(1)>',
    '\u202e\u0000\u001b[31m',
    '{{constructor.constructor("alert(1)")()}}',
    'x'.repeat(200_000),
  ];

  test('is only ever text, wherever it stands', async () => {
    const build = made(
      evil.map((text, place) => ({
        name: `[internal] ${text}`,
        at: place,
        ran: 1,
        state: 'failed',
        error: text,
        line: 1,
      })),
      { state: 'failed', failure: { message: evil.join(' ') } },
    );
    const hostile: Build = {
      ...build,
      request: { ...build.request, tags: [evil[0] ?? ''], dockerfile: `/tmp/${evil[1]}` },
      steps: build.steps.map((step, place) => ({
        ...step,
        stage: evil[place] ?? '',
        index: 1,
        logBytes: 9,
      })),
    };
    const panel = await opened(hostile);
    await panel.page.locator('.row.step .bar').first().hover();
    const card = panel.page.getByRole('tooltip');
    await card.waitFor();
    await panel.tell({ type: 'log', step: idOf(0), text: evil.slice(0, 6).join('\n') });
    await card.getByText('constructor.constructor').waitFor();
    expect(
      await panel.page
        .locator('#root')
        .locator('img, script, iframe, a, [onload], [onerror]')
        .count(),
    ).toBe(0);
    await expect.poll(() => panel.page.locator('h1').textContent()).toBe(evil[0]);
    const rows = await panel.page.locator('.row.step .name').allTextContents();
    expect(rows[0]).toBe(`[internal] ${evil[0]}`);
    expect(rows[4]).toBe('[internal] \\u202e\\u0000\\u001b[31m');
    expect(Math.max(...rows.map((text) => text.length))).toBeLessThan(500);
    const beyond = await panel.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(beyond).toBe(0);
  });
});
