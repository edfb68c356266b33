import type { Panel, PanelEvents } from '../../../src/panels/host.ts';
import type { PanelPage } from './page.ts';

/** The extension's side of a panel, joined to a page as VS Code joins them. */
export interface Joined<To, From> {
  readonly make: (events: PanelEvents<From>) => Panel<To>;
  /** What went wrong. */
  readonly errors: string[];
  /** The page is hidden, and seen again as another one. */
  attach(page: PanelPage): void;
  close(): Promise<void>;
}

/** Joins a panel with a page; messages are read by `read`, as those of a page are. */
export function joined<To, From extends { readonly type: string }>(
  first: PanelPage,
  read: (message: unknown) => From | undefined,
): Joined<To, From> {
  const errors: string[] = [];
  const over = new AbortController();
  let page: PanelPage | undefined = first;
  let events: PanelEvents<From> | undefined;
  let isLive = false;
  let telling = Promise.resolve();
  const report = (error: unknown) => errors.push(String(error));

  async function pump(): Promise<void> {
    while (!over.signal.aborted) {
      const messages = page ? await page.sent().catch(() => []) : [];
      for (const raw of messages) {
        const message = read(raw);
        if (!message) report(`not understood: ${JSON.stringify(raw)}`);
        else if (message.type === 'ready') {
          isLive = true;
          events?.onReady();
        } else Promise.resolve(events?.onMessage(message)).catch(report);
      }
      await new Promise((done) => setTimeout(done, 10));
    }
  }
  const pumping = pump();

  return {
    errors,
    make(made) {
      events = made;
      return {
        post(message) {
          const to = page;
          if (isLive)
            telling = telling
              .then(() => to?.tell(message))
              .catch(() => {
                // The page was closed meanwhile.
              });
        },
        isLive: () => isLive,
        rename() {},
        reveal() {},
        dispose: () => made.onDidDispose(),
      };
    },
    attach(next) {
      isLive = false;
      page = next;
    },
    async close() {
      over.abort();
      page = undefined;
      await pumping;
      await telling;
      events?.onDidDispose();
    },
  };
}
