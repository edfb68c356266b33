import * as vscode from 'vscode';
import { DOCS_SCHEME } from '../util/docs.ts';

/**
 * Pages of the documentation as read-only documents, by their paths below docs/. In the package they are one file, which is
 * read when a page is opened: each by itself, they would take three times as much of it.
 */
export function registerDocs(extensionUri: vscode.Uri): vscode.Disposable {
  const file = vscode.Uri.joinPath(extensionUri, 'dist/docs.json');
  return vscode.workspace.registerTextDocumentContentProvider(DOCS_SCHEME, {
    async provideTextDocumentContent({ path }) {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
      const pages = JSON.parse(text) as Readonly<Record<string, string>>;
      return pages[path.slice(1)];
    },
  });
}
