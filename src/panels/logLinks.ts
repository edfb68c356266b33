import * as vscode from 'vscode';
import type { Container } from '../engine/model.ts';
import { placeOf } from '../util/textLinks.ts';

/** Files that a path of a container may mean are looked for by so many of its last parts at least. */
const MOST_FOUND = 20;

/** Opens an address in the browser: VS Code asks before it trusts one. Only the web's own are. */
export async function openUrl(text: string): Promise<void> {
  const uri = vscode.Uri.parse(text, true);
  if (uri.scheme !== 'http' && uri.scheme !== 'https') return;
  await vscode.env.openExternal(uri);
}

/**
 * Opens the place in a file that a log names: where a folder of this machine is mounted there, the file in it; else the one
 * in the workspace whose path ends alike. Answers whether there was one.
 * @param container whose log it is; its paths are meant
 */
export async function openPlace(text: string, container: Container | undefined): Promise<boolean> {
  const place = placeOf(text);
  if (!place) return false;
  const path = place.path.replace(/^\/+/, '/').replace(/^(?:\.\/)+/, '');
  const uri = (await mounted(path, container)) ?? (await inWorkspace(path));
  if (!uri) return false;
  const document = await vscode.workspace.openTextDocument(uri);
  const line = Math.min(Math.max(place.line, 1), document.lineCount) - 1;
  const start = new vscode.Position(line, Math.max(place.column, 1) - 1);
  await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(start, start),
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
  return true;
}

/** The file behind a bind mount, as long as it lies in the workspace: a log must not open what else is on the machine. */
async function mounted(
  path: string,
  container: Container | undefined,
): Promise<vscode.Uri | undefined> {
  for (const { type, source, target } of container?.mounts ?? []) {
    if (type !== 'bind' || !path.startsWith(`${target.replace(/\/$/, '')}/`)) continue;
    const uri = vscode.Uri.joinPath(vscode.Uri.file(source), path.slice(target.length));
    if (vscode.workspace.getWorkspaceFolder(uri) && (await isFile(uri))) return uri;
  }
  return undefined;
}

async function inWorkspace(path: string): Promise<vscode.Uri | undefined> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return undefined;
  for (let from = 0; from < parts.length; from++) {
    const suffix = parts.slice(from).map(quoted).join('/');
    const found = await vscode.workspace.findFiles(
      `**/${suffix}`,
      '**/node_modules/**',
      MOST_FOUND,
    );
    const [first, ...others] = found.sort((a, b) => a.path.length - b.path.length);
    if (!first) continue;
    if (others.length === 0) return first;
    const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
    const title = vscode.l10n.t('Which {0}?', parts.at(-1) ?? '');
    return (await vscode.window.showQuickPick(items, { title }))?.uri;
  }
  return undefined;
}

/** A name in a glob that stands for itself. */
const quoted = (name: string) => name.replace(/[*?[\]{}]/g, (char) => `[${char}]`);

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type === vscode.FileType.File;
  } catch {
    // It isn't there.
    return false;
  }
}
