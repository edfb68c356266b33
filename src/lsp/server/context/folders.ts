import { relative } from 'node:path';
import type { InitializeParams } from 'vscode-languageserver/node';
import { fileOf } from './fileOf.ts';

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
    .map(fileOf)
    .filter((path) => path !== undefined)
    .sort((a, b) => b.length - a.length);
  return (path) =>
    paths.find((folder) => !/^\.\.(?:[/\\]|$)|^[a-z]:/i.test(relative(folder, path)));
}
