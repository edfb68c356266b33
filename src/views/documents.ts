import * as vscode from 'vscode';
import { createCoalescer } from '../engine/coalesce.ts';
import { SHOWN_SCHEME } from '../util/docs.ts';
import type { Event } from '../util/emitter.ts';

/** Milliseconds between two readings of what changes all the time. */
const PACE = { first: 0, shortest: 200, longest: 1000 };

export interface ShowOptions {
  /** Whether its end is what a person wants to see. */
  readonly atEnd?: boolean;
  /** Whether it opens in the editor that the person or the manifest has for files of its name, such as a preview. */
  readonly inOwnEditor?: boolean;
  /**
   * Tells that there is something else to show, which is read then for as long as the document is open. Who has the caret in
   * the last line is kept there.
   */
  readonly onDidChange?: Event<void> | undefined;
}

export interface Documents extends vscode.Disposable {
  /**
   * Opens what `read` answers as a read-only document, text as it is and anything else as JSON.
   * @param path what names the document, in its tab too: `container/web.json`
   * @throws what `read` throws first; no document is opened then
   */
  show(path: string, read: () => Promise<unknown>, options?: ShowOptions): Promise<void>;
}

/**
 * Read-only documents that show what an engine or a registry said of an object when they were asked for.
 * @param report is told why one could not be read again
 */
export function createDocuments(report: (error: unknown) => void): Documents {
  const texts = new Map<string, string>();
  const following = new Map<string, vscode.Disposable>();
  /** Those whose caret is to be in the last line once their document has changed. */
  const trailing = new Set<vscode.TextEditor>();
  const changed = new vscode.EventEmitter<vscode.Uri>();

  function put(uri: vscode.Uri, value: unknown): string {
    const key = uri.toString();
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
    if (texts.get(key) === text) return text;
    texts.set(key, text);
    if (following.has(key))
      for (const editor of vscode.window.visibleTextEditors) {
        const { document, selection } = editor;
        if (document.uri.toString() === key && selection.active.line === document.lineCount - 1)
          trailing.add(editor);
      }
    changed.fire(uri);
    return text;
  }

  function leave(uri: vscode.Uri): void {
    following.get(uri.toString())?.dispose();
    following.delete(uri.toString());
  }

  function follow(uri: vscode.Uri, read: () => Promise<unknown>, onDidChange: Event<void>): void {
    const isOpen = () => following.get(uri.toString()) === all;
    const again = createCoalescer(() => {
      read().then((value) => isOpen() && put(uri, value), report);
    }, PACE);
    const subscription = onDidChange(() => again.request());
    const all = vscode.Disposable.from(subscription, { dispose: () => again.cancel() });
    following.set(uri.toString(), all);
  }

  const subscriptions = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SHOWN_SCHEME, {
      onDidChange: changed.event,
      // VS Code brings tabs back when a window is reloaded, and shows an error in one that has no text.
      provideTextDocumentContent: (uri) =>
        texts.get(uri.toString()) ??
        vscode.l10n.t(
          'This was shown before the window was reloaded, and is not kept. Open it again.',
        ),
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      for (const editor of trailing) {
        if (editor.document !== document) continue;
        trailing.delete(editor);
        const end = new vscode.Position(document.lineCount - 1, 0);
        editor.selection = new vscode.Selection(end, end);
        editor.revealRange(new vscode.Range(end, end));
      }
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      texts.delete(uri.toString());
      leave(uri);
    }),
  );
  return {
    async show(path, read, { atEnd = false, inOwnEditor = false, onDidChange } = {}) {
      const value = await read();
      const uri = vscode.Uri.from({ scheme: SHOWN_SCHEME, path: `/${path}` });
      leave(uri);
      const text = put(uri, value);
      if (onDidChange) follow(uri, read, onDidChange);
      if (inOwnEditor) {
        await vscode.commands.executeCommand('vscode.open', uri, { preview: true });
        return;
      }
      const document = await vscode.workspace.openTextDocument(uri);
      const end = new vscode.Position(text.split('\n').length - 1, 0);
      await vscode.window.showTextDocument(document, {
        preview: true,
        ...(atEnd && { selection: new vscode.Range(end, end) }),
      });
    },
    dispose() {
      for (const one of following.values()) one.dispose();
      subscriptions.dispose();
    },
  };
}
