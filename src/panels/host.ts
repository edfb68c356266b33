import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Disposable } from '../util/emitter.ts';
import { panelHtml } from './html.ts';

/** A kind of panel: what VS Code calls it, which bundle is its page, and which messages its page sends. */
export interface PanelKind<From> {
  /** Such as `stevedore.timeline`; VS Code revives panels by it. */
  readonly viewType: string;
  /** Name of the script and the style sheet in dist/webviews. */
  readonly bundle: string;
  /** What a message says; undefined for one that the page never sends. */
  readonly read: (message: unknown) => From | undefined;
}

export interface PanelEvents<From> {
  /** The page stands and knows nothing: when it was opened, and each time that it was hidden and is seen again. */
  onReady(): void;
  /** The page is hidden, and gone. */
  onDidHide?(): void;
  /** A rejection is reported, and the panel goes on. */
  onMessage(message: From): Promise<void> | void;
  onDidDispose(): void;
}

/** A panel with its page. `To` is what it is told. */
export interface Panel<To> extends vscode.Disposable {
  /** Tells the page something. While it is hidden it has no page, and is told all of it once it is seen. */
  post(message: To): void;
  /** Whether there is a page that hears. */
  isLive(): boolean;
  rename(title: string): void;
  reveal(): void;
}

/** All panels of one kind in a window. */
export interface PanelSet<Opened> extends Disposable {
  /** Shows a panel on what is given: the one that is open on it, or a new one. */
  open(what: Opened): void;
  /** Takes one that VS Code brings back after a restart. @param state what its page had kept */
  revive(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
}

export interface PanelPlace {
  readonly extensionUri: vscode.Uri;
  readonly report: (error: unknown) => void;
}

/** Opens a panel in the column that has the focus. */
export function openPanel<To, From extends { readonly type: string }>(
  kind: PanelKind<From>,
  place: PanelPlace,
  title: string,
  events: PanelEvents<From>,
): Panel<To> {
  const panel = vscode.window.createWebviewPanel(kind.viewType, title, vscode.ViewColumn.Active);
  return adoptPanel(kind, place, panel, events);
}

/**
 * Gives a panel its page, one that VS Code has brought back after a restart too. The page runs one script of ours and
 * reads nothing but dist/webviews; what it sends is read by `kind.read` before anything is done with it. It lives
 * only while it is seen: what should last it keeps itself, by `setState`.
 */
export function adoptPanel<To, From extends { readonly type: string }>(
  kind: PanelKind<From>,
  { extensionUri, report }: PanelPlace,
  panel: vscode.WebviewPanel,
  events: PanelEvents<From>,
): Panel<To> {
  const { webview } = panel;
  const bundles = vscode.Uri.joinPath(extensionUri, 'dist', 'webviews');
  const address = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(bundles, name)).toString();
  let isLive = false;
  let isClosed = false;

  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'images', 'icon.png');
  webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [bundles] };
  const subscriptions = vscode.Disposable.from(
    webview.onDidReceiveMessage((raw: unknown) => {
      const message = kind.read(raw);
      if (message === undefined) {
        report(new Error(`The page of ${kind.viewType} sent what it never sends`));
        return;
      }
      if (message.type === 'ready') {
        isLive = true;
        events.onReady();
        return;
      }
      const act = async () => events.onMessage(message);
      act().catch(report);
    }),
    panel.onDidChangeViewState(() => {
      // VS Code ends the page of a hidden panel, and begins it anew when it is seen.
      if (panel.visible) return;
      isLive = false;
      events.onDidHide?.();
    }),
    panel.onDidDispose(() => {
      isLive = false;
      isClosed = true;
      subscriptions.dispose();
      events.onDidDispose();
    }),
  );
  webview.html = panelHtml({
    title: panel.title,
    script: address(`${kind.bundle}.js`),
    style: address(`${kind.bundle}.css`),
    nonce: randomBytes(16).toString('hex'),
    source: webview.cspSource,
  });

  return {
    post(message) {
      if (isLive) void webview.postMessage(message);
    },
    isLive: () => isLive,
    rename(title) {
      // What was asked for may come when nobody waits for it any more; then VS Code throws.
      if (!isClosed && panel.title !== title) panel.title = title;
    },
    reveal: () => panel.reveal(),
    dispose: () => panel.dispose(),
  };
}
