import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS, eventually } from './wait.ts';
import { exact } from './workbench.ts';

/** One drawn row of a tree. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly aria: string;
  /** 1 for a root. */
  readonly level: number;
  readonly expanded: boolean | undefined;
  readonly selected: boolean;
}

/** One tree view of the side bar. Only rows that are scrolled into sight are drawn. */
export interface View {
  rows(): Promise<TreeRow[]>;
  /** Waits for a row by its label. */
  row(label: string | RegExp): Promise<TreeRow>;
  /** Waits until `test` holds for the row with this label. */
  until(label: string | RegExp, what: string, test: (row: TreeRow) => boolean): Promise<TreeRow>;
  gone(label: string | RegExp): Promise<void>;
  click(label: string | RegExp, modifiers?: readonly ('Control' | 'Shift')[]): Promise<void>;
  expand(label: string | RegExp): Promise<void>;
  collapse(label: string | RegExp): Promise<void>;
  /** Opens the row's context menu and chooses an entry; `path` descends into submenus. */
  menu(label: string | RegExp, ...path: string[]): Promise<void>;
  /** Entries of the row's context menu; the menu is closed again. */
  menuEntries(label: string | RegExp): Promise<string[]>;
  /** Presses a button that the row shows while the pointer is over it. */
  inline(label: string | RegExp, action: string): Promise<void>;
  /** Presses a button of the view's title. */
  title(action: string): Promise<void>;
  /** Chooses an entry of the view's `…` menu. */
  overflow(entry: string): Promise<void>;
  /** Text of the row's tooltip, which holds `expected`. */
  hover(label: string | RegExp, expected: string | RegExp): Promise<string>;
  /** Folds the whole view, which gives its room to the others. */
  fold(): Promise<void>;
  /** Text of the welcome content, shown instead of rows, which holds `expected`: one text may follow another. */
  welcome(expected: RegExp): Promise<string>;
  welcomeButton(label: string): Promise<void>;
}

/** An icon of the activity bar and the views behind it. */
export interface Container {
  open(): Promise<void>;
  /** Number on the icon; 0 when there is none. */
  badge(): Promise<number>;
  /** Makes the view visible, unfolding it when needed. */
  view(name: string | RegExp): Promise<View>;
}

/** The activity bar's container with this title. */
export function container(page: Page, title: string): Container {
  const icon = page
    .locator('.activitybar .action-item')
    .filter({ has: page.locator(`a.action-label[aria-label^="${title}"]`) })
    .first();
  return {
    open: async () => {
      await icon.waitFor({ timeout: PATIENCE_MS });
      const composite = page.locator('.sidebar .composite.title', {
        hasText: new RegExp(title, 'i'),
      });
      await eventually(`${title} to open`, async () => {
        // A click on the icon of the open container folds the side bar, as in a window that is just about to draw it.
        if (!(await composite.isVisible())) await icon.click();
        await composite.waitFor({ timeout: 5000 });
        return true;
      });
    },
    badge: async () => {
      const badge = icon.locator('.badge-content');
      return (await badge.isVisible()) ? Number(await badge.innerText()) : 0;
    },
    view: async (name) => {
      const pane = page.locator('.sidebar .pane').filter({
        has: page.locator('.pane-header .title', { hasText: exact(name) }),
      });
      const header = pane.locator('.pane-header').first();
      await header.waitFor({ timeout: PATIENCE_MS });
      if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
      return view(page, pane.first());
    },
  };
}

/** Waits until a row stays where it is: a click meant for one that moves hits its neighbour. */
async function still(row: Locator): Promise<void> {
  let last = '';
  await eventually('the row to stand still', async () => {
    const now = JSON.stringify(await row.boundingBox({ timeout: PATIENCE_MS }));
    const same = now === last;
    last = now;
    if (!same) await row.page().waitForTimeout(100);
    return same;
  });
}

function view(page: Page, pane: Locator): View {
  const rows = pane.locator('.pane-body .monaco-list-row');
  const find = (label: string | RegExp): Locator =>
    rows.filter({ has: page.locator('.monaco-icon-label .label-name', { hasText: exact(label) }) });
  const menu = page.locator('.monaco-menu');

  const openMenu = async (label: string | RegExp): Promise<void> => {
    const row = find(label).first();
    await eventually(`the menu of ${label}`, async () => {
      // What the pointer rests on may show a tooltip, which would lie over the row.
      await page.mouse.move(640, 5);
      await still(row);
      await row.click({ button: 'right', timeout: 5000 });
      await menu.first().waitFor({ timeout: PATIENCE_MS });
      // A row may have moved from under the pointer; the one that the menu is for is focused.
      if (/\bfocused\b/.test((await row.getAttribute('class')) ?? '')) return true;
      await page.keyboard.press('Escape');
      await menu.first().waitFor({ state: 'hidden', timeout: PATIENCE_MS });
      return false;
    });
  };

  const until: View['until'] = (label, what, test) =>
    eventually(`row ${label} ${what}`, async () => {
      const [row] = await find(label).evaluateAll(readRows);
      return row !== undefined && test(row) ? row : undefined;
    });

  /** Chooses entries of the open menu, one of each of its levels; false when the menu closed by itself before. */
  const choose = async (path: readonly string[]): Promise<boolean> => {
    await menu.first().waitFor({ timeout: PATIENCE_MS });
    for (const [index, entry] of path.entries()) {
      const item = menu
        .locator('.action-item')
        .filter({ has: page.locator('.action-label', { hasText: exact(entry) }) })
        .last();
      const isLast = index === path.length - 1;
      // A menu ignores the mouse for its first tenth of a second, lest the click that opened it chooses something.
      await page.waitForTimeout(150);
      let clicked = false;
      const done = await eventually(`the menu to take ${entry}`, async () => {
        const open = await menu.count();
        if (open === 0) return clicked && isLast ? 'taken' : 'closed';
        if (clicked && open > index + 1) return 'taken';
        try {
          await item.click({ timeout: 1000 });
          clicked = true;
        } catch (error) {
          // A busy window may have taken the click, and answer too late for it to be counted as one.
          clicked ||= String(error).includes('performing click action');
          throw error;
        }
        return undefined;
      });
      if (done === 'closed') return false;
    }
    return true;
  };

  const fold = async (label: string | RegExp, open: boolean): Promise<void> => {
    const row = find(label).first();
    const twistie = row.locator('.monaco-tl-twistie');
    const done = async () => (await row.getAttribute('aria-expanded')) === String(open);
    await eventually(`row ${label} to ${open ? 'unfold' : 'fold'}`, async () => {
      if (await done()) return true;
      // A busy window may miss a click. What takes its time is seen to load after a second, and another click would stop it.
      if (!/\bcodicon-tree-item-loading\b/.test((await twistie.getAttribute('class')) ?? '')) {
        await still(row);
        await twistie.click({ timeout: PATIENCE_MS });
      }
      for (let wait = 0; wait < 20 && !(await done()); wait++) await page.waitForTimeout(100);
      return done();
    });
    await until(label, open ? 'to unfold' : 'to fold', ({ expanded }) => expanded === open);
  };

  return {
    rows: () => rows.evaluateAll(readRows),
    row: (label) => until(label, 'to appear', () => true),
    until,
    gone: (label) => find(label).first().waitFor({ state: 'hidden', timeout: PATIENCE_MS }),
    click: async (label, modifiers = []) => {
      const row = find(label).first();
      await eventually(`the click on ${label} to select it`, async () => {
        await still(row);
        await row.click({ modifiers: [...modifiers], timeout: PATIENCE_MS });
        return /\bselected\b/.test((await row.getAttribute('class')) ?? '');
      });
    },
    expand: (label) => fold(label, true),
    collapse: (label) => fold(label, false),
    menu: async (label, ...path) => {
      // A busy window, with a large file say, takes the focus away, and the menu goes with it.
      await eventually(`the menu of ${label} to take ${path.join(', ')}`, async () => {
        await openMenu(label);
        return choose(path);
      });
    },
    menuEntries: async (label) => {
      await openMenu(label);
      const names = await menu.locator('.action-label:not(.separator)').allInnerTexts();
      await page.keyboard.press('Escape');
      await menu.first().waitFor({ state: 'hidden', timeout: PATIENCE_MS });
      return names.map((name) => name.trim());
    },
    inline: async (label, action) => {
      const row = find(label).first();
      await still(row);
      await row.hover({ timeout: PATIENCE_MS });
      await row
        .locator(`.actions .action-label[aria-label^="${action}"]`)
        .click({ timeout: PATIENCE_MS });
    },
    title: async (action) => {
      await pane.locator('.pane-header').hover();
      await pane
        .locator(`.pane-header .action-label[aria-label^="${action}"]`)
        .click({ timeout: PATIENCE_MS });
    },
    overflow: async (entry) => {
      await eventually(`the view's menu to take ${entry}`, async () => {
        await pane.locator('.pane-header').hover();
        await pane
          .locator('.pane-header .action-label.codicon-toolbar-more')
          .click({ timeout: PATIENCE_MS });
        return choose([entry]);
      });
    },
    hover: async (label, expected) => {
      const hover = page.locator('.monaco-hover.workbench-hover:visible');
      return eventually(`a tooltip of ${label} that holds ${expected}`, async () => {
        // The pointer leaves first, so that a hover of something else is not taken for the row's.
        await page.mouse.move(640, 5);
        await hover.first().waitFor({ state: 'hidden', timeout: 5000 });
        await find(label).first().hover({ timeout: PATIENCE_MS });
        await hover.last().waitFor({ timeout: 5000 });
        const text = await hover.last().innerText();
        const fits = typeof expected === 'string' ? text.includes(expected) : expected.test(text);
        if (!fits) throw new Error(`it reads ${text}`);
        return text;
      });
    },
    fold: async () => {
      const header = pane.locator('.pane-header').first();
      if ((await header.getAttribute('aria-expanded')) === 'true') await header.click();
    },
    welcome: (expected) =>
      eventually(`a welcome text that holds ${expected}`, async () => {
        const text = await pane.locator('.welcome-view-content').innerText({ timeout: 5000 });
        if (!expected.test(text)) throw new Error(`it reads ${text}`);
        return text;
      }),
    welcomeButton: async (label) => {
      await pane
        .locator('.welcome-view-content .monaco-button', { hasText: exact(label) })
        .click({ timeout: PATIENCE_MS });
    },
  };
}

/** The little of the DOM that is read here; this program is otherwise compiled without its types. */
interface Drawn {
  readonly textContent: string | null;
  readonly classList: { contains(name: string): boolean };
  getAttribute(name: string): string | null;
  querySelector(selector: string): Drawn | null;
}

/** Runs in the page, so it can use nothing from outside of itself. */
function readRows(all: readonly Drawn[]): TreeRow[] {
  return all.map((row) => {
    const expanded = row.getAttribute('aria-expanded');
    return {
      label: row.querySelector('.label-name')?.textContent ?? '',
      description: row.querySelector('.label-description')?.textContent ?? '',
      aria: row.getAttribute('aria-label') ?? '',
      level: Number(row.getAttribute('aria-level')),
      expanded: expanded === null ? undefined : expanded === 'true',
      selected: row.classList.contains('selected'),
    };
  });
}
