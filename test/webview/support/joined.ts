import type { Panel, PanelEvents } from '../../../src/panels/host.ts';
import type { PanelPage } from './page.ts';

/** The extension's side of a panel, joined to a page as VS Code joins them. */
export interface Joined<To, From> {
  readonly make: (events: PanelEvents<From>) => Panel<To>;
  /** What went wrong. */
  readonly errors: string[];
  /** What the page has been told. */
  readonly told: To[];
  /** Nobody sees the panel any more: its page is gone. */
  hide(): void;
  /** The panel is seen again, by another page. */
  attach(page: PanelPage): void;
  close(): Promise<void>;
}

/** Joins a panel with a page; messages are read by `read`, as those of a page are. */
export function joined<To, From extends { readonly type: string }>(
  first: PanelPage,
  read: (message: unknown) => From | undefined,
): Joined<To, From> {
  const errors: string[] = [];
  const told: To[] = [];
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

  function hide(): void {
    const wasLive = isLive;
    isLive = false;
    page = undefined;
    if (wasLive) events?.onDidHide?.();
  }

  return {
    errors,
    told,
    hide,
    make(made) {
      events = made;
      return {
        post(message) {
          const to = page;
          if (!isLive) return;
          told.push(message);
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
      hide();
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
