import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Build } from '../../src/engine/builds/model.ts';
import { courseOf } from '../../src/panels/course.ts';
import { difference, snapshot } from '../../src/panels/timelineModel.ts';
import { formatDuration } from '../../src/util/duration.ts';
import {
  BEGIN,
  BUNDLE,
  LINT,
  NPM_CI,
  completed,
  failed,
  idOf,
  large,
  made,
  runningAt,
  told,
} from './support/build.ts';
import { panelBrowser } from './support/page.ts';
import type { PageOptions, PanelBrowser, PanelPage } from './support/page.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await panelBrowser('timeline');
});
afterAll(() => browser.close());

/** Opens the page on a build. Whatever the test does, nothing may have gone wrong on the page in the end. */
async function opened(build: Build, options?: PageOptions, seconds?: number): Promise<PanelPage> {
  const panel = await browser.open(options);
  onTestFinished(async () => {
    await panel.close();
    expect(panel.faults).toEqual([]);
  });
  await panel.tell(told(build, seconds));
  await panel.page.locator('.row').first().waitFor();
  return panel;
}

const row = ({ page }: PanelPage, text: string | RegExp) =>
  page.locator('.row').filter({ hasText: text }).first();

const focused = ({ page }: PanelPage) => page.locator('.row:focus');

/** What has been sent once it is something, `ready` aside. */
async function sent(panel: PanelPage): Promise<unknown[]> {
  for (;;) {
    const messages = (await panel.sent()).filter(
      (message) => JSON.stringify(message) !== '{"type":"ready"}',
    );
    if (messages.length > 0) return messages;
    await panel.page.waitForTimeout(20);
  }
}

const kept = async (panel: PanelPage, what: RegExp) =>
  expect.poll(async () => JSON.stringify(await panel.state())).toMatch(what);

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
      expect(await contrast(panel, selector, 'color'), selector).toBeGreaterThanOrEqual(4.5);
    for (const [selector, property] of [
      ['.path path', 'stroke'],
      ['.row.completed .bar', 'backgroundColor'],
    ] as const)
      expect(await contrast(panel, selector, property), selector).toBeGreaterThanOrEqual(3);
  });
});

/** The contrast of a colour of an element with the page's background, as WCAG 2 reckons it. */
function contrast(
  panel: PanelPage,
  selector: string,
  property: 'color' | 'stroke' | 'backgroundColor',
): Promise<number> {
  return panel.page.evaluate(`(() => {
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
    const text = getComputedStyle(document.querySelector('${selector}')).${property};
    const both = [light(background), light(background, text)].sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
  })()`);
}

describe('the chart', () => {
  test('has the stages, their steps, and bars as long as they took', async () => {
    const panel = await opened(completed);
    expect(await panel.page.locator('.row.lane .name').allTextContents()).toEqual([
      'Preparation',
      'deps',
      'build',
      'Stage 2',
      'Result',
    ]);
    expect(await panel.page.locator('.row.step').count()).toBe(completed.steps.length);
    const [install, bundle] = await Promise.all(
      ['npm ci', 'npm run build'].map((name) => row(panel, name).locator('.bar').boundingBox()),
    );
    expect((install?.width ?? 0) / (bundle?.width ?? 1)).toBeCloseTo(21.4 / 16.2, 1);
    expect((install?.x ?? 0) + (install?.width ?? 0)).toBeLessThan(bundle?.x ?? 0);
  });

  test('marks the critical path, and draws it from bar to bar', async () => {
    const panel = await opened(completed);
    const critical = courseOf(completed).critical.length;
    expect(await panel.page.locator('.row.critical').count()).toBe(critical);
    const line = await panel.page.locator('.path path').getAttribute('d');
    expect(line?.match(/M/g)).toHaveLength(critical - 1);
  });

  test('draws a step that waits without a bar, and says so', async () => {
    const panel = await opened(runningAt(43), {}, 43);
    const waiting = row(panel, 'exporting to image');
    expect(await waiting.locator('.bar').count()).toBe(0);
    expect(await waiting.locator('.figure').textContent()).toBe('waiting');
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

  test('lets a running bar grow by itself', async () => {
    const panel = await opened(runningAt(43), {}, 43);
    const bar = row(panel, 'npm run build').locator('.bar');
    const before = (await bar.boundingBox())?.width ?? 0;
    await expect.poll(async () => (await bar.boundingBox())?.width).toBeGreaterThan(before + 1);
  });

  test('moves nothing for those who want it still', async () => {
    const panel = await opened(runningAt(43), { reducedMotion: 'reduce' }, 43);
    expect(await panel.page.evaluate('document.getAnimations().length')).toBe(0);
    const lively = await opened(runningAt(43), {}, 43);
    expect(await lively.page.evaluate('document.getAnimations().length')).toBeGreaterThan(0);
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

  test('ends the build on the page', async () => {
    const running = runningAt(43);
    const panel = await opened(running, {}, 43);
    const before = snapshot(running, courseOf(running));
    await panel.tell(difference(before, snapshot(completed, courseOf(completed), before), BEGIN));
    await expect
      .poll(() => panel.page.locator('.summary').textContent())
      .toContain('Completed in 58 s');
    expect(await panel.page.locator('.row .bar').count()).toBe(completed.steps.length);
    await panel.tell({ type: 'gone' });
    await panel.page.getByText('Nothing is known of this build any more.').waitFor();
  });
});

describe('the keyboard', () => {
  test('moves from bar to bar, opens, folds and shows cards', async () => {
    const panel = await opened(completed);
    const { keyboard } = panel.page;
    await panel.page.locator('.row[tabindex="0"]').focus();
    for (const _ of 'abc') await keyboard.press('ArrowDown');
    expect(await focused(panel).getAttribute('aria-label')).toMatch(
      /^\[internal\] load \.dockerignore/,
    );
    await keyboard.press('End');
    expect(await focused(panel).getAttribute('aria-label')).toMatch(/^exporting to image/);
    await keyboard.press('Home');
    await keyboard.press('ArrowLeft');
    expect(await focused(panel).getAttribute('aria-expanded')).toBe('false');
    expect(await row(panel, 'load .dockerignore').count()).toBe(0);
    await keyboard.press('ArrowDown');
    expect(await focused(panel).getAttribute('aria-label')).toBe('deps, 4 steps, 2 cached');
    await keyboard.press('ArrowRight');
    expect(await panel.page.getByRole('tooltip').textContent()).toContain('FROM docker.io');
    await keyboard.press('Escape');
    await panel.page.getByRole('tooltip').waitFor({ state: 'detached' });
    await keyboard.press('Enter');
    expect(await sent(panel)).toEqual([{ type: 'open', step: idOf(3) }]);
    await kept(panel, /"folded":\["internal"\]/);
  });

  test('keeps the row with the focus in sight', async () => {
    const panel = await opened(large(500), { height: 500 });
    await panel.page.locator('.row[tabindex="0"]').focus();
    for (const key of ['End', 'PageUp', 'PageUp', 'ArrowUp', 'Home', 'PageDown']) {
      await panel.page.keyboard.press(key);
      const [own, chart] = await Promise.all([
        focused(panel).boundingBox(),
        panel.page.locator('.chart').boundingBox(),
      ]);
      expect(own && chart && own.y >= chart.y + 24, key).toBe(true);
      expect(own && chart && own.y + own.height <= chart.y + chart.height + 1, key).toBe(true);
      // The card goes with it, beside its row.
      if ((await focused(panel).getAttribute('aria-level')) === '1') continue;
      const card = await panel.page.getByRole('tooltip').boundingBox();
      const gap =
        own && card && Math.max(card.y - own.y - own.height, own.y - card.y - card.height);
      expect(gap, key).toBeCloseTo(4, 0);
    }
  });

  test('magnifies, brings a bar into sight, and shows all again', async () => {
    const panel = await opened(completed);
    const bar = row(panel, 'npm ci').locator('.bar');
    const before = (await bar.boundingBox())?.width ?? 0;
    await panel.page.locator('.row[tabindex="0"]').focus();
    for (const _ of 'abcdef') await panel.page.keyboard.press('+');
    await expect
      .poll(async () => ((await bar.boundingBox())?.width ?? 0) / before)
      .toBeCloseTo(1.5 ** 6, 1);
    await panel.page.keyboard.press('End');
    const last = await row(panel, 'exporting to image').locator('.bar').boundingBox();
    expect(last?.x).toBeGreaterThan(300);
    expect(last?.x).toBeLessThan(900);
    await panel.page.keyboard.press('-');
    await panel.page.keyboard.press('0');
    await expect.poll(async () => (await bar.boundingBox())?.width).toBeCloseTo(before, 0);
    expect(await panel.page.getByRole('button', { name: 'Zoom Out (−)' }).isDisabled()).toBe(true);
  });
});

describe('the pointer', () => {
  test('magnifies with Ctrl and the wheel about where it is', async () => {
    const panel = await opened(completed);
    const bar = row(panel, 'npm run build').locator('.bar');
    const before = await bar.boundingBox();
    if (!before) throw new Error('no bar');
    await panel.page.mouse.move(before.x, before.y + 6);
    await panel.page.keyboard.down('Control');
    await panel.page.mouse.wheel(0, -400);
    await panel.page.keyboard.up('Control');
    await expect
      .poll(async () => ((await bar.boundingBox())?.width ?? 0) / before.width)
      .toBeGreaterThan(1.7);
    const after = await bar.boundingBox();
    expect(Math.abs((after?.x ?? 0) - before.x)).toBeLessThan(3);
  });

  test('brings up a card with all of the instruction and what it has written', async () => {
    const panel = await opened(failed);
    await row(panel, 'npm run lint').locator('.bar').hover();
    const card = panel.page.getByRole('tooltip');
    await card.waitFor();
    expect(await sent(panel)).toEqual([{ type: 'log', step: idOf(LINT) }]);
    await panel.tell({ type: 'log', step: idOf(LINT), text: 'src/cart.ts:12 unused\n2 problems' });
    await card.getByText('2 problems').waitFor();
    const text = (await card.textContent()) ?? '';
    for (const part of [
      'RUN npm run lint',
      'Failed',
      '7.6 s',
      'Dockerfile, line 11',
      'exit code: 1',
    ])
      expect(text).toContain(part);
    // It can be gone to, for it may have to be scrolled.
    await card.hover();
    await panel.page.waitForTimeout(400);
    expect(await card.count()).toBe(1);
    await panel.page.mouse.move(5, 5);
    await card.waitFor({ state: 'detached' });
  });

  test('opens the instruction by a click, and folds a stage', async () => {
    const panel = await opened(completed);
    await row(panel, 'npm ci').click();
    expect(await sent(panel)).toContainEqual({ type: 'open', step: idOf(NPM_CI) });
    await row(panel, /^\s*build/).click();
    await expect.poll(() => row(panel, 'npm run lint').count()).toBe(0);
  });
});

describe('the page', () => {
  test('says at once that it is ready, and nothing else', async () => {
    const panel = await opened(completed);
    expect(await panel.sent()).toEqual([{ type: 'ready' }]);
  });

  test('asks to cancel a build that runs, and to run again one that has ended', async () => {
    const running = await opened(runningAt(43), {}, 43);
    await running.page.getByRole('button', { name: 'Cancel' }).click();
    expect(await sent(running)).toEqual([{ type: 'cancel' }]);
    const ended = await opened(failed);
    await ended.page.getByRole('button', { name: 'Run Again' }).click();
    expect(await sent(ended)).toEqual([{ type: 'rerun' }]);
    expect(await ended.page.getByRole('alert').textContent()).toContain('failed with exit code 1');
  });

  test('says what to fix first, and leads there even into a folded stage', async () => {
    const panel = await opened(completed);
    await row(panel, /^\s*deps/).click();
    await expect.poll(() => row(panel, 'npm ci').count()).toBe(0);
    await panel.page.getByRole('button', { name: /^Show the step: RUN .*npm ci/ }).click();
    await expect
      .poll(() => focused(panel).getAttribute('aria-label'))
      .toMatch(/npm ci .*on the critical path$/);
  });

  test('goes on where the person was when it is brought back', async () => {
    const first = await opened(large(500));
    await first.page.locator('.row[tabindex="0"]').focus();
    for (const key of ['ArrowLeft', 'PageDown', 'PageDown', '+', '+'])
      await first.page.keyboard.press(key);
    await kept(first, /"zoom":2.25/);
    const label = await focused(first).getAttribute('aria-label');
    const state = (await first.state()) as { top: number; left: number };
    const second = await opened(large(500), { state });
    const place = await second.page.evaluate(
      `[document.querySelector('.chart').scrollTop, document.querySelector('.chart').scrollLeft]`,
    );
    expect(place).toEqual([state.top, state.left].map((pixels) => expect.closeTo(pixels, 0)));
    expect(await second.page.locator('.row[tabindex="0"]').getAttribute('aria-label')).toBe(label);
    expect(await second.page.locator('.row').first().getAttribute('aria-expanded')).toBe('false');
  });

  test('forgets where the person was when it shows another build', async () => {
    const state = { build: 'another', zoom: 9, left: 99, top: 99, folded: ['stage deps'] };
    const panel = await opened(completed, { state });
    await kept(panel, /"build":"build-1","zoom":1,/);
    expect(await row(panel, 'npm ci').count()).toBe(1);
  });

  test('is a tree of rows to those who hear it', async () => {
    const panel = await opened(completed);
    const tree = panel.page.getByRole('treegrid', { name: 'Steps of the build' });
    expect(await tree.getAttribute('aria-rowcount')).toBe(String(completed.steps.length + 5));
    const name = `RUN npm run build -- --mode production, build 5 of 5, completed ${formatDuration(16_200)}, started at 36 s, on the critical path`;
    const own = tree.getByRole('row', { name });
    expect(await own.getAttribute('aria-level')).toBe('2');
    expect(await own.getAttribute('aria-posinset')).toBe('5');
    expect(await own.getAttribute('id')).toBe(`row-${BUNDLE + 3}`);
    expect(await panel.page.locator('[tabindex="0"]').count()).toBe(1);
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
    expect(await panel.page.locator('h1').textContent()).toBe(evil[0]);
    const rows = await panel.page.locator('.row.step .name').allTextContents();
    expect(rows[0]).toBe(`[internal] ${evil[0]}`);
    expect(rows[4]).toBe('[internal] \\u202e\\u0000\\u001b[31m');
    expect(Math.max(...rows.map((text) => text.length))).toBeLessThan(500);
    const beyond = await panel.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(beyond).toBe(0);
  });
});
