import type { Page } from 'playwright-core';
import { PATIENCE_MS, eventually } from './wait.ts';
import { workbench } from './workbench.ts';

export interface Problem {
  /** Message with its source and code, as the Problems view shows it. */
  readonly text: string;
  readonly severity: 'error' | 'warning' | 'info';
}

/** The active text editor. */
export interface Editor {
  /** Puts the cursor at a line and a column, both counted from 1. */
  goTo(line: number, column?: number): Promise<void>;
  type(text: string): Promise<void>;
  /** Replaces the whole of a line. */
  replaceLine(line: number, text: string): Promise<void>;
  save(): Promise<void>;
  /** Waits until the number of underlined ranges of this severity satisfies `test`. */
  squiggles(
    severity: 'error' | 'warning' | 'info' | 'hint',
    test: (count: number) => boolean,
  ): Promise<number>;
  /** Opens the Problems view and waits until its rows satisfy `test`. */
  problems(test: (found: readonly Problem[]) => boolean): Promise<Problem[]>;
  /** Asks for completions at the cursor and waits until their labels satisfy `test`. */
  completions(test: (labels: readonly string[]) => boolean): Promise<string[]>;
  /** Takes a completion from the open list. */
  complete(label: string): Promise<void>;
  /** Points at the first place in sight that reads `text` and waits for a hover that holds `expected`. */
  hover(text: string, expected: RegExp): Promise<string>;
  /** Opens the menu of fixes at the cursor and takes the first whose title matches. */
  fix(title: RegExp): Promise<void>;
  /** Lines in sight, from top to bottom. */
  lines(): Promise<string[]>;
  /** Waits for a comparison with `before` in the text to the left and `after` in that to the right. */
  sides(before: string, after: string): Promise<void>;
}

/** Page object of the editor that has the focus. */
export function editor(page: Page): Editor {
  const wb = workbench(page);
  const active = page.locator('.editor-group-container.active');
  const suggestions = page.locator('.suggest-widget.visible .monaco-list-row');

  const goTo = async (line: number, column = 1): Promise<void> => {
    // Leaving a list or a terminal first, so that the keys below reach the editor.
    await active.locator('.monaco-editor .view-lines').first().click();
    await page.keyboard.press('Control+G');
    await wb.answer(`:${line}:${column}`);
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden', timeout: PATIENCE_MS });
    await active.locator('.monaco-editor.focused').waitFor({ timeout: PATIENCE_MS });
  };

  return {
    goTo,
    type: (text) => page.keyboard.type(text),
    replaceLine: async (line, text) => {
      await goTo(line);
      await page.keyboard.press('Shift+End');
      await page.keyboard.insertText(text);
    },
    save: async () => {
      await page.keyboard.press('Control+S');
      await active.locator('.tab.active.dirty').waitFor({ state: 'hidden', timeout: PATIENCE_MS });
    },
    squiggles: (severity, test) =>
      eventually(`${severity} squiggles`, async () => {
        const count = await active.locator(`.squiggly-${severity}`).count();
        return test(count) ? { count } : undefined;
      }).then(({ count }) => count),
    problems: async (test) => {
      await wb.run('Problems: Focus on Problems View');
      const rows = page.locator('.markers-panel .monaco-list-row');
      // An open view shows those of before for a moment.
      return eventually('the problems', async () => {
        const found = await rows.evaluateAll(readProblems);
        if (!test(found)) throw new Error(`there are ${JSON.stringify(found)}`);
        return found;
      });
    },
    completions: (test) =>
      eventually('the completions', async () => {
        // What was typed may have opened the list, with what fitted before its last letter.
        if ((await suggestions.count()) === 0) await page.keyboard.press('Control+Space');
        await suggestions.first().waitFor({ timeout: 5000 });
        const labels = await suggestions.locator('.label-name').allInnerTexts();
        if (!test(labels)) throw new Error(`there are ${labels.join()}`);
        return labels;
      }),
    complete: async (label) => {
      await suggestions
        .filter({ has: page.locator('.label-name', { hasText: label }) })
        .first()
        .click({ timeout: PATIENCE_MS });
    },
    hover: (text, expected) =>
      eventually(`a hover that holds ${expected}`, async () => {
        await page.mouse.move(640, 5);
        await active.locator('.view-line span span', { hasText: text }).first().hover();
        const hover = page.locator('.monaco-hover:visible .hover-contents');
        await hover.first().waitFor({ timeout: 5000 });
        const said = (await hover.allInnerTexts()).join('\n');
        if (!expected.test(said)) throw new Error(said);
        return said;
      }),
    fix: async (title) => {
      await eventually('the fixes', async () => {
        await page.keyboard.press('Control+.');
        const rows = page.locator('.action-widget .monaco-list-row.action', { hasText: title });
        await rows.first().click({ timeout: 5000 });
        return true;
      });
    },
    lines: () => active.locator('.monaco-editor .view-lines .view-line').evaluateAll(readLines),
    sides: (before, after) =>
      eventually(`${before} beside ${after}`, async () => {
        const text = async (side: string) =>
          (await active.locator(`.monaco-diff-editor .${side} .view-lines`).allInnerTexts()).join();
        const [left, right] = await Promise.all(['original', 'modified'].map(text));
        const plain = (said = '') => said.replaceAll('\u00a0', ' ');
        if (plain(left).includes(before) && plain(right).includes(after)) return true;
        throw new Error(`it shows “${left}” beside “${right}”`);
      }).then(() => undefined),
  };
}

/** The little of the DOM that is read here; this program is otherwise compiled without its types. */
interface Drawn {
  readonly textContent: string | null;
  readonly offsetTop: number;
  querySelector(selector: string): Drawn | null;
}

/** Runs in the page. Rows that name a file hold no marker icon and are left out. */
function readProblems(rows: readonly Drawn[]): Problem[] {
  return rows
    .filter((row) => row.querySelector('.marker-icon') !== null)
    .map((row) => ({
      text: row.textContent ?? '',
      severity:
        row.querySelector('.codicon-error') !== null
          ? 'error'
          : row.querySelector('.codicon-warning') !== null
            ? 'warning'
            : 'info',
    }));
}

/** Runs in the page. Lines are drawn in any order and with no-break spaces. */
function readLines(lines: readonly Drawn[]): string[] {
  return [...lines]
    .sort((a, b) => a.offsetTop - b.offsetTop)
    .map((line) => (line.textContent ?? '').replaceAll('\u00a0', ' '));
}
