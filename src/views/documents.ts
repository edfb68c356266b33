import * as vscode from 'vscode';

const scheme = 'stevedore';

export interface Documents extends vscode.Disposable {
  /**
   * Opens what `read` answers as a read-only document, text as it is and anything else as JSON.
   * @param path what names the document, in its tab too: `container/web.json`
   * @param atEnd whether its end is what a person wants to see
   * @throws what `read` throws; no document is opened then
   */
  show(path: string, read: () => Promise<unknown>, atEnd?: boolean): Promise<void>;
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
    async show(path, read, atEnd = false) {
      const value = await read();
      const uri = vscode.Uri.from({ scheme, path: `/${path}` });
      const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
      texts.set(uri.toString(), text);
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      const end = new vscode.Position(text.split('\n').length - 1, 0);
      await vscode.window.showTextDocument(document, {
        preview: true,
        ...(atEnd && { selection: new vscode.Range(end, end) }),
      });
    },
    dispose: () => subscriptions.dispose(),
  };
}
