import * as vscode from 'vscode';

const scheme = 'stevedore';

export interface Documents extends vscode.Disposable {
  /**
   * Opens what `read` answers as a read-only document, text as it is and anything else as JSON.
   * @param path what names the document, in its tab too: `container/web.json`
   * @throws what `read` throws; no document is opened then
   */
  show(path: string, read: () => Promise<unknown>): Promise<void>;
}

/** Read-only documents that show what an engine or a registry said of an object when they were asked for. */
export function createDocuments(): Documents {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const subscriptions = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.toString()),
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      texts.delete(uri.toString());
    }),
  );
  return {
    async show(path, read) {
      const value = await read();
      const uri = vscode.Uri.from({ scheme, path: `/${path}` });
      texts.set(uri.toString(), typeof value === 'string' ? value : JSON.stringify(value, null, 2));
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: true });
    },
    dispose: () => subscriptions.dispose(),
  };
}
