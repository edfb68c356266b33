import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InitializeParams } from 'vscode-languageserver/node';

/**
 * The workspace's folders on disk that `initialize` tells, as a function that answers the innermost one that holds a
 * file; undefined for files in none. Uses the older `rootUri` where a client has no `workspaceFolders`.
 */
export function workspaceFolders({
  workspaceFolders: folders,
  rootUri,
}: Pick<InitializeParams, 'workspaceFolders' | 'rootUri'>): (path: string) => string | undefined {
  const uris = folders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  const paths = uris
    .filter((uri) => uri.startsWith('file:'))
    .map((uri) => fileURLToPath(uri))
    .sort((a, b) => b.length - a.length);
  return (path) =>
    paths.find((folder) => !/^\.\.(?:[/\\]|$)|^[a-z]:/i.test(relative(folder, path)));
}
