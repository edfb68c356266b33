import { describe, expect, test } from 'vitest';
import { formatDuration } from '../../src/util/duration.ts';
import {
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
import type { PanelPage } from './support/page.ts';
import { row, timelines } from './support/timeline.ts';

const opened = timelines();

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

describe('the keyboard', () => {
  test('moves from bar to bar, opens, folds and shows cards', async () => {
    const panel = await opened(completed);
    const { keyboard } = panel.page;
    await panel.page.locator('.row[tabindex="0"]').focus();
    for (const _ of 'abc') await keyboard.press('ArrowDown');
    await expect
      .poll(() => focused(panel).getAttribute('aria-label'))
      .toMatch(/^\[internal\] load \.dockerignore/);
    await keyboard.press('End');
    await expect
      .poll(() => focused(panel).getAttribute('aria-label'))
      .toMatch(/^exporting to image/);
    await keyboard.press('Home');
    await keyboard.press('ArrowLeft');
    await expect.poll(() => focused(panel).getAttribute('aria-expanded')).toBe('false');
    await expect.poll(() => row(panel, 'load .dockerignore').count()).toBe(0);
    await keyboard.press('ArrowDown');
    await expect
      .poll(() => focused(panel).getAttribute('aria-label'))
      .toBe('deps, 3 steps, 1 cached');
    await keyboard.press('ArrowRight');
    await expect
      .poll(() => panel.page.getByRole('tooltip').textContent())
      .toContain('FROM docker.io');
    await keyboard.press('Escape');
    await panel.page.getByRole('tooltip').waitFor({ state: 'detached' });
    await keyboard.press('Enter');
    expect(await sent(panel)).toEqual([{ type: 'open', step: idOf(3) }]);
    await kept(panel, /"folded":\["internal"\]/);
  });

  test('hears how long a step has been running once, when it comes to it', async () => {
    const panel = await opened(runningAt(43), {}, 43);
    const running = row(panel, 'npm run build');
    await running.focus();
    const figure = () => running.locator('.figure').textContent();
    // The first drawing after it says how it was found.
    const found = await figure();
    await expect.poll(figure).not.toBe(found);
    await panel.page.evaluate(`globalThis.said = [];
      new MutationObserver(() => said.push(document.activeElement.getAttribute('aria-label')))
        .observe(document.activeElement, { attributeFilter: ['aria-label'] })`);
    const before = await figure();
    await expect.poll(figure).not.toBe(before);
    expect(await panel.page.evaluate('said')).toEqual([]);
    const once = await running.getAttribute('aria-label');
    await panel.page.keyboard.press('ArrowUp');
    await panel.page.keyboard.press('ArrowDown');
    await expect.poll(() => running.getAttribute('aria-label')).not.toBe(once);
  });

  test('keeps the row with the focus in sight', async () => {
    const panel = await opened(large(500), { height: 500 });
    await panel.page.locator('.row[tabindex="0"]').focus();
    for (const key of ['End', 'PageUp', 'PageUp', 'ArrowUp', 'Home', 'PageDown']) {
      await panel.page.keyboard.press(key);
      await expect
        .poll(
          async () => {
            const [own, chart] = await Promise.all([
              focused(panel).boundingBox(),
              panel.page.locator('.chart').boundingBox(),
            ]);
            if (!own || !chart) return 'nothing is drawn';
            const below = own.y + own.height - (chart.y + chart.height);
            if (own.y < chart.y + 24 || below > 1) return `at ${own.y} of ${chart.y}`;
            if ((await focused(panel).getAttribute('aria-level')) === '1') return 'in sight';
            // The card goes with it, beside its row.
            const card = await panel.page.getByRole('tooltip').boundingBox();
            if (!card) return 'no card';
            const gap = Math.max(card.y - own.y - own.height, own.y - card.y - card.height);
            return Math.abs(gap - 4) < 0.5 ? 'in sight' : `a gap of ${gap}`;
          },
          { message: key },
        )
        .toBe('in sight');
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
    await expect
      .poll(() => panel.page.getByRole('button', { name: 'Zoom Out (−)' }).isDisabled())
      .toBe(true);
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
      'exit code 1',
    ])
      expect(text).toContain(part);
    // It can be gone to, for it may have to be scrolled.
    await card.hover();
    await panel.page.waitForTimeout(400);
    await expect.poll(() => card.count()).toBe(1);
    await panel.page.mouse.move(5, 5);
    await card.waitFor({ state: 'detached' });
  });

  test('shows the last of what a step has written, which is at the end of its log', async () => {
    const panel = await opened(failed);
    await panel.page.locator('.row[tabindex="0"]').focus();
    await row(panel, 'npm run lint').hover();
    await panel.page.getByRole('tooltip').waitFor();
    const written = (count: number) =>
      panel.tell({
        type: 'log',
        step: idOf(LINT),
        text: Array.from({ length: count }, (_, place) => `line ${place}`).join('\n'),
      });
    const log = panel.page.locator('#card .log');
    /** Pixels of the text that are above and below what is seen of it. */
    const hidden = async () => {
      const [box, text] = await Promise.all([log.boundingBox(), log.locator('code').boundingBox()]);
      if (!box || !text) return undefined;
      const [above, below] = [box.y - text.y, text.y + text.height - box.y - box.height];
      return { above: above > 0, below: below > 0 };
    };
    await written(30);
    await expect.poll(hidden).toEqual({ above: true, below: false });
    await written(40);
    await expect.poll(hidden).toEqual({ above: true, below: false });
    // Who has gone up stays there.
    await log.hover();
    await panel.page.mouse.wheel(0, -2000);
    await expect.poll(hidden).toEqual({ above: false, below: true });
    await written(50);
    await log.getByText('line 49').waitFor();
    expect(await hidden()).toEqual({ above: false, below: true });
  });

  test('gives a card all of its parts where there is little room: its log gives way', async () => {
    const panel = await opened(failed, { height: 465 });
    await row(panel, 'npm run lint').hover();
    const card = panel.page.getByRole('tooltip');
    await card.waitFor();
    const text = Array.from({ length: 40 }, (_, place) => `line ${place}`).join('\n');
    await panel.tell({ type: 'log', step: idOf(LINT), text });
    await card.getByText('line 39').waitFor();
    await expect
      .poll(async () => {
        const [box, log, hint] = await Promise.all(
          [card, card.locator('.log'), card.locator('.hint')].map((one) => one.boundingBox()),
        );
        if (!box || !log || !hint) return 'nothing is drawn';
        const isWhole = hint.y + hint.height <= box.y + box.height && log.height > 40;
        return isWhole || JSON.stringify({ box, log, hint });
      })
      .toBe(true);
  });

  test('says what each kind of bar means that there is', async () => {
    const legend = async (build: typeof failed) =>
      (await (await opened(build)).page.locator('.legend li').allInnerTexts()).join(', ');
    expect(await legend(completed)).toBe('ran, cached, critical path');
    expect(await legend(failed)).toBe('ran, cached, failed, cancelled, critical path');
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
    await expect
      .poll(() => ended.page.getByRole('alert').textContent())
      .toContain('failed with exit code 1');
  });

  test('can be used when its build is known again after the engine was away', async () => {
    const panel = await opened(completed);
    await panel.tell({ type: 'gone' });
    await panel.page.getByText('Nothing is known of this build any more.').waitFor();
    await panel.tell(told(completed));
    await row(panel, /^\s*deps/).click();
    await expect.poll(() => row(panel, 'npm ci').count()).toBe(0);
    await panel.page.keyboard.press('ArrowRight');
    await row(panel, 'npm ci').waitFor();
    await row(panel, 'npm ci').hover();
    await panel.page.getByRole('tooltip').waitFor();
    // It stays while the pointer is on it, and goes with that.
    await panel.page.getByRole('tooltip').hover();
    await panel.page.getByRole('heading', { level: 1 }).hover();
    await panel.page.getByRole('tooltip').waitFor({ state: 'detached' });
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

  test('says of a quick build that there is little to gain, and nothing of what to fix', async () => {
    const panel = await opened(made([{ name: '[1/1] RUN make', at: 0, ran: 1.4 }]));
    await panel.page.getByText('A build this quick leaves little to gain.').waitFor();
    expect(await panel.page.getByText('What to fix first').count()).toBe(0);
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
    await expect
      .poll(() => second.page.locator('.row[tabindex="0"]').getAttribute('aria-label'))
      .toBe(label);
    await expect
      .poll(() => second.page.locator('.row').first().getAttribute('aria-expanded'))
      .toBe('false');
  });

  test('forgets where the person was when it shows another build', async () => {
    const state = { build: 'another', zoom: 9, left: 99, top: 99, folded: ['stage deps'] };
    const panel = await opened(completed, { state });
    await kept(panel, /"build":"build-1","zoom":1,/);
    await expect.poll(() => row(panel, 'npm ci').count()).toBe(1);
  });

  test('has no dots in what is heard of its figures', async () => {
    const { page } = await opened(completed);
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const texts = nodes.map(({ name }) => String(name?.value ?? ''));
    expect(texts.some((text) => text.startsWith('Completed in'))).toBe(true);
    expect(texts.filter((text) => text.includes('·'))).toEqual([]);
  });

  test('is a tree of rows to those who hear it', async () => {
    const panel = await opened(completed);
    const tree = panel.page.getByRole('treegrid', { name: 'Steps of the build' });
    await expect
      .poll(() => tree.getAttribute('aria-rowcount'))
      .toBe(String(completed.steps.length + 5));
    const name = `RUN npm run build -- --mode production, build 5 of 5, completed ${formatDuration(16_200)}, started at 36 s, on the critical path`;
    const own = tree.getByRole('row', { name });
    await expect.poll(() => own.getAttribute('aria-level')).toBe('2');
    await expect.poll(() => own.getAttribute('aria-posinset')).toBe('5');
    await expect.poll(() => own.getAttribute('id')).toBe(`row-${BUNDLE + 3}`);
    await expect.poll(() => panel.page.locator('[tabindex="0"]').count()).toBe(1);
  });
});
