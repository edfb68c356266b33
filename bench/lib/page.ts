import type { Page } from 'playwright-core';

/** The little of the DOM that is used in the page; this program is otherwise compiled without its types. */
interface Drawn {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Drawn | null;
  querySelectorAll(selector: string): Iterable<Drawn>;
}
declare const document: Drawn & {
  addEventListener(name: string, listener: () => void, options: object): void;
};
declare const MutationObserver: new (seen: (records: unknown, self: Observer) => void) => Observer;
interface Observer {
  observe(target: object | null, options: object): void;
  disconnect(): void;
}

/** A row that is being waited for. */
export interface Awaited {
  /** Milliseconds since the epoch at which the row stood in the document. */
  readonly at: Promise<number>;
}

/** Begins to watch for a row of the side bar that holds `text`; resolves once the page watches. */
export async function watchForRow(page: Page, text: string): Promise<Awaited> {
  return begin(
    page,
    page.evaluate(
      (text) =>
        new Promise<number>((resolve) => {
          new MutationObserver((_records, self) => {
            for (const row of document.querySelectorAll('.sidebar .monaco-list-row')) {
              if (!(row.textContent ?? '').includes(text)) continue;
              self.disconnect();
              resolve(Date.now());
              return;
            }
          }).observe(document, { subtree: true, childList: true, characterData: true });
        }),
      text,
    ),
  );
}

/** What a click on an icon brought. */
export interface Click {
  /** Milliseconds since the epoch at which the mouse button went down. */
  readonly down: number;
  /** Milliseconds since the epoch at which the first row of the view stood in the document. */
  readonly row: number;
}

/** Begins to watch for the next press of the mouse and for the first row of the view `pane` after it. */
export async function watchForFirstRow(
  page: Page,
  pane: string,
): Promise<{ readonly click: Promise<Click> }> {
  const { at } = await begin(
    page,
    page.evaluate(
      (pane) =>
        new Promise<Click>((resolve) => {
          const times = { down: 0 };
          document.addEventListener('pointerdown', () => (times.down ||= Date.now()), {
            capture: true,
          });
          new MutationObserver((_records, self) => {
            for (const each of document.querySelectorAll('.sidebar .pane')) {
              const title = each.querySelector('.pane-header .title')?.textContent?.trim() ?? '';
              if (title.toLowerCase() !== pane.toLowerCase()) continue;
              if (each.querySelector('.monaco-list-row .label-name') === null) continue;
              self.disconnect();
              resolve({ down: times.down, row: Date.now() });
              return;
            }
          }).observe(document, { subtree: true, childList: true });
        }),
      pane,
    ),
  );
  return { click: at };
}

/** The page takes one call after the other: when it answers this one, what was called before has begun. */
async function begin<T>(page: Page, at: Promise<T>): Promise<{ readonly at: Promise<T> }> {
  await page.evaluate(() => true);
  return { at };
}

/**
 * Notes when rows of the side bar whose spoken label matches `pattern` first say `word`. Resolves, once the page watches,
 * with what answers the times so far: milliseconds since the epoch by the pattern's match.
 */
export async function watchRows(
  page: Page,
  pattern: string,
  word: string,
): Promise<() => Promise<Map<string, number>>> {
  await page.evaluate(
    ({ pattern, word }) => {
      const seen: Record<string, number> = {};
      Object.assign(globalThis, { seenRows: seen });
      new MutationObserver(() => {
        for (const row of document.querySelectorAll('.sidebar .monaco-list-row')) {
          const label = row.getAttribute('aria-label') ?? '';
          const match = new RegExp(pattern).exec(label)?.[0];
          if (match !== undefined && label.includes(word)) seen[match] ??= Date.now();
        }
      }).observe(document, { subtree: true, childList: true, attributes: true });
    },
    { pattern, word },
  );
  return async () =>
    new Map(
      Object.entries(
        await page.evaluate(
          () => (globalThis as unknown as { seenRows: Record<string, number> }).seenRows,
        ),
      ),
    );
}
