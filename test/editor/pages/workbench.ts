import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS, eventually } from './wait.ts';

/** The window as a whole: palette, quick input, notifications, dialogs, files. */
export interface Workbench {
  readonly page: Page;
  /** Runs a command by its full palette label, such as `Stevedore: Start Container`. */
  run(label: string): Promise<void>;
  /** Opens a file by its path within the workspace, through quick open, and waits for its text. */
  open(path: string): Promise<void>;
  /** The same for a file that may have no text to show. */
  reveal(path: string): Promise<void>;
  /** Answers the open file dialog with a path. */
  answerFile(path: string): Promise<void>;
  /** Types `text` into the open quick input and accepts it. */
  answer(text: string): Promise<void>;
  /** Chooses the row of the open quick pick whose label is, or matches, `label`. */
  pick(label: string | RegExp): Promise<void>;
  /** The same for a list too long to be drawn whole: types the label first. */
  search(label: string): Promise<void>;
  /** Ticks the rows of a pick that allows several and accepts. */
  pickMany(labels: readonly string[]): Promise<void>;
  /** Rows of the open quick pick, as their accessible labels. */
  choices(): Promise<string[]>;
  /**
   * Waits for a quick input and returns its title, prompt, validation message and placeholder as one
   * text. One input replaces another in the same place, so say which is expected.
   */
  question(expected?: RegExp): Promise<string>;
  /** Closes the quick input as Escape does. */
  dismiss(): Promise<void>;
  /** Texts of the notifications on screen. */
  notifications(): Promise<string[]>;
  /** Texts of those that tell of an error. */
  errors(): Promise<string[]>;
  /** Waits for a notification and returns its text. */
  notified(text: string | RegExp): Promise<string>;
  /** Presses a button of the notification that shows `text`. */
  notificationButton(text: string | RegExp, button: string): Promise<void>;
  clearNotifications(): Promise<void>;
  /** Waits for a modal question and returns its text. */
  dialog(): Promise<string>;
  /** Presses a button of the modal question. */
  dialogButton(label: string): Promise<void>;
  /** Closes whatever asks for an answer: questions, menus, the quick input. Answers nothing. */
  putAside(): Promise<void>;
  closeAll(): Promise<void>;
  /** Entries of the status bar, as their accessible labels. */
  statusBar(): Promise<string[]>;
}

/** Page object of the workbench drawn in `page`. */
export function workbench(page: Page): Workbench {
  const input = page.locator('.quick-input-widget input.input');
  const rows = page.locator('.quick-input-list .monaco-list-row');
  const toasts = page.locator('.notifications-toasts .notification-list-item');
  const dialog = page.locator('.monaco-dialog-box');

  const toast = (text: string | RegExp): Locator =>
    toasts.filter({ has: page.locator('.notification-list-item-message', { hasText: text }) });

  const row = (label: string | RegExp): Locator =>
    rows.filter({
      has: page.locator('.quick-input-list-rows .label-name', { hasText: exact(label) }),
    });

  /** Opens a quick input that starts with `text`, as the palette and quick open do. */
  const quickOpen = async (
    key: string,
    text: string,
    choice: Locator,
    limit = PATIENCE_MS,
  ): Promise<void> => {
    await page.keyboard.press(key);
    // A window that has just opened may close the input again, or find nothing yet and look again only when asked again.
    const offered = async () => {
      await input.waitFor({ timeout: 3000 }).catch(() => page.keyboard.press(key));
      await input.fill('', { timeout: 3000 });
      await input.fill(text, { timeout: 3000 });
      await choice.first().click({ timeout: 3000 });
      return true;
    };
    await eventually(`${text} to be offered`, offered, limit);
  };

  /** @param hasText whether there is to be an editor of text: only that says which file it shows */
  const reveal = async (path: string, hasText = false): Promise<void> => {
    const name = path.split('/').at(-1) ?? path;
    // By its whole path one file is offered first, however many of like names were open before.
    const root = new URL(page.url()).searchParams.get('folder');
    const shown = page.locator('.editor-group-container.active .editor-instance [data-uri]');
    const isShown = async () => {
      await page.locator('.tab.active', { hasText: name }).first().waitFor({ timeout: 3000 });
      const [uri] = await shown.evaluateAll((all) =>
        all.map((one) => one.getAttribute('data-uri')),
      );
      if (uri == null) return !hasText;
      return decodeURIComponent(uri).endsWith(`${root ?? ''}/${path}`);
    };
    let attempt = 0;
    await eventually(`${path} to open`, async () => {
      // The list is drawn anew while more files are found, and a click may hit what has come under it.
      const choice = row(name).nth(attempt++ % 3);
      await quickOpen('Control+P', root === null ? path : `${root}/${path}`, choice, 5000);
      return eventually(`${path} to be shown`, isShown, 5000);
    });
  };

  return {
    page,
    run: (label) => quickOpen('F1', `>${label}`, row(label)),
    reveal,
    open: async (path) => {
      await reveal(path, true);
      await page
        .locator('.editor-group-container.active .view-line')
        .first()
        .waitFor({ timeout: PATIENCE_MS });
    },
    answerFile: async (path) => {
      await input.waitFor({ timeout: PATIENCE_MS });
      // The dialog reads its folder first, and writes a path of its own when it has.
      await eventually('the dialog to be ready', async () =>
        (await input.inputValue()).startsWith('/'),
      );
      await eventually('the path to stay', async () => {
        if ((await input.inputValue()) === path) return true;
        await input.fill(path);
        await page.waitForTimeout(300);
        return (await input.inputValue()) === path;
      });
      await input.press('Enter');
    },
    answer: async (text) => {
      await input.waitFor({ timeout: PATIENCE_MS });
      await input.fill(text);
      await input.press('Enter');
    },
    pick: async (label) => {
      await row(label).first().click({ timeout: PATIENCE_MS });
    },
    search: async (label) => {
      await input.waitFor({ timeout: PATIENCE_MS });
      await input.fill(label);
      await row(label).first().click({ timeout: PATIENCE_MS });
    },
    pickMany: async (labels) => {
      for (const label of labels) {
        await row(label).first().locator('input[type=checkbox], .monaco-checkbox').first().click();
      }
      await input.press('Enter');
    },
    choices: async () => {
      await rows.first().waitFor({ timeout: PATIENCE_MS });
      return rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
    },
    question: (expected = /./) =>
      eventually(`a question like ${expected}`, async () => {
        if (!(await input.isVisible())) return undefined;
        const parts = page.locator('.quick-input-title, .quick-input-message');
        const hint = (await input.getAttribute('placeholder')) ?? '';
        const text = [...(await parts.allInnerTexts()), hint].join('\n').trim();
        if (!expected.test(text)) throw new Error(`it asks: ${text}`);
        return text;
      }),
    dismiss: async () => {
      await input.waitFor({ timeout: PATIENCE_MS });
      await eventually('the quick input to close', async () => {
        await page.keyboard.press('Escape');
        return !(await input.isVisible());
      });
    },
    notifications: () =>
      page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts(),
    errors: () =>
      toasts
        .filter({ has: page.locator('.notification-list-item-icon.codicon-error') })
        // This host comes without TypeScript, and says so when a script is opened.
        .filter({ hasNotText: /^VS Code's tsserver was deleted/ })
        .locator('.notification-list-item-message')
        .allInnerTexts(),
    notified: async (text) => {
      const found = toast(text).last();
      await found.waitFor({ timeout: PATIENCE_MS });
      return found.locator('.notification-list-item-message').innerText();
    },
    notificationButton: async (text, button) => {
      await toast(text)
        .last()
        .locator('.monaco-button', { hasText: exact(button) })
        .click({ timeout: PATIENCE_MS });
    },
    clearNotifications: async () => {
      await quickOpen(
        'F1',
        '>Notifications: Clear All Notifications',
        row('Notifications: Clear All Notifications'),
      );
      await eventually('no notification', async () => (await toasts.count()) === 0);
    },
    dialog: async () => {
      await dialog.waitFor({ timeout: PATIENCE_MS });
      return dialog.locator('.dialog-message-container').innerText();
    },
    dialogButton: async (label) => {
      await dialog
        .locator('.monaco-button', { hasText: exact(label) })
        .click({ timeout: PATIENCE_MS });
      await dialog.waitFor({ state: 'hidden', timeout: PATIENCE_MS });
    },
    putAside: () =>
      eventually('nothing to ask', async () => {
        const asking = [dialog, input, page.locator('.monaco-menu')];
        const open = await Promise.all(asking.map((one) => one.first().isVisible()));
        if (!open.includes(true)) return true;
        await page.keyboard.press('Escape');
        return false;
      }).then(() => undefined),
    closeAll: async () => {
      await quickOpen('F1', '>View: Close All Editors', row('View: Close All Editors'));
    },
    statusBar: () =>
      page
        .locator('.statusbar-item')
        .evaluateAll((all) => all.map((item) => item.getAttribute('aria-label') ?? '')),
  };
}

/** A pattern for the whole of `text`, whatever case and space surround it on screen. */
export function exact(text: string | RegExp): RegExp {
  if (text instanceof RegExp) return text;
  return new RegExp(`^\\s*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`, 'i');
}
