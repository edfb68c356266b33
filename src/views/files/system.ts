import * as vscode from 'vscode';
import type { ContainerFiles, FilePath, FileStat } from '../../engine/containerFiles/service.ts';
import { engineMark, fromAuthority, toAuthority } from '../../engine/containerFiles/source.ts';
import type { CurrentEngine } from '../../engine/current.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Reason } from '../../engine/errors.ts';
import { FILES_SCHEME } from '../../manifest/settings.ts';
import type { Settings } from '../../manifest/settings.ts';
import { formatBytes } from '../../util/format.ts';
import { gather } from './gather.ts';

/** Files of containers, images and volumes for the editor. */
export interface FileSystem extends vscode.Disposable {
  /** The address of a file of the engine that this window works with. @throws EngineError while there is none */
  uri(at: FilePath): vscode.Uri;
  /** What an address of ours stands for; undefined for others. */
  at(uri: vscode.Uri): FilePath | undefined;
}

/**
 * Serves files by the scheme `stevedore-files`. The authority of an address names the engine, what kind of object it is and its
 * id, so that no file is ever taken for one of another container, not even of one that has its name later.
 */
export function createFileSystem(
  files: ContainerFiles,
  current: CurrentEngine,
  settings: Settings,
): FileSystem {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const uri = ({ source, path }: FilePath) => {
    const { endpoint } = current;
    if (!endpoint) throw new EngineError('no-socket', 'There is no engine.');
    return vscode.Uri.from({
      scheme: FILES_SCHEME,
      authority: toAuthority(source, endpoint),
      path,
    });
  };

  /** What an address means on the engine of this window. */
  async function target(address: vscode.Uri): Promise<FilePath> {
    const read = fromAuthority(address.authority);
    if (!read) throw vscode.FileSystemError.FileNotFound(address);
    await current.client();
    if (!current.endpoint || engineMark(current.endpoint) !== read.engine)
      throw vscode.FileSystemError.Unavailable(
        vscode.l10n.t(
          'This file is on an engine that this window does not work with at the moment.',
        ),
      );
    return { source: read.source, path: address.path || '/' };
  }

  async function asked<R>(address: vscode.Uri, act: (at: FilePath) => Promise<R>): Promise<R> {
    try {
      return await act(await target(address));
    } catch (error) {
      throw toFileSystemError(error);
    }
  }

  /** What is there, undefined when nothing is. */
  async function there(at: FilePath): Promise<FileStat | undefined> {
    try {
      return await files.stat(at);
    } catch (error) {
      if (error instanceof EngineError && error.reason === 'not-found') return undefined;
      throw error;
    }
  }

  /** Has something put at a path. @throws when something is there that is to stay */
  async function put(at: FilePath, overwrite: boolean, act: () => Promise<void>): Promise<void> {
    if (!(await there(at))) return act();
    if (!overwrite) throw vscode.FileSystemError.FileExists(at.path);
    return files.replace(at, act);
  }

  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => {}),
    stat: (address) => asked(address, async (at) => toStat(await files.stat(at))),
    readDirectory: (address) =>
      asked(address, async (at) => {
        const entries = await files.list(at, { fresh: true });
        return entries.map(({ name, type, leadsTo }): [string, vscode.FileType] => [
          name,
          type === 'symlink' ? typeOf(leadsTo, true) : typeOf(type, false),
        ]);
      }),
    readFile: (address) =>
      asked(address, (at) =>
        files.read(at, async (file) => {
          const most = settings.get('files.openLimit') * 1_000_000;
          const content = await gather(file, most);
          if (content) return new Uint8Array(content);
          throw new EngineError(
            'bad-request',
            vscode.l10n.t(
              '“{0}” has over {1}: such files are not opened (setting stevedore.files.openLimit). It can be downloaded.',
              at.path,
              formatBytes(most),
            ),
          );
        }),
      ),
    writeFile: (address, content, { create, overwrite }) =>
      asked(address, async (at) => {
        const before = await there(at);
        if (!before && !create) throw vscode.FileSystemError.FileNotFound(address);
        if (before && create && !overwrite) throw vscode.FileSystemError.FileExists(address);
        if (before?.type === 'directory') throw vscode.FileSystemError.FileIsADirectory(address);
        await files.write(at, {
          size: content.length,
          bytes: async function* () {
            yield content;
          },
        });
      }),
    createDirectory: (address) =>
      asked(address, async (at) => {
        if (await there(at)) throw vscode.FileSystemError.FileExists(address);
        await files.makeFolder(at);
      }),
    delete: (address, { recursive }) =>
      asked(address, async (at) => {
        const { type, isLink } = await files.stat(at);
        if (type === 'directory' && !isLink && !recursive) {
          const entries = await files.list(at, { fresh: true });
          if (entries.length > 0)
            throw new EngineError('conflict', vscode.l10n.t('“{0}” is not empty.', at.path));
        }
        await files.remove(at);
      }),
    rename: (from, to, { overwrite }) =>
      asked(from, async (at) => {
        const other = await target(to);
        await files.stat(at);
        await put(other, overwrite, () => files.rename(at, other));
      }),
    copy: (from, to, { overwrite }) =>
      asked(from, async (at) => {
        const other = await target(to);
        await files.stat(at);
        await put(other, overwrite, () => files.copy(at, other));
      }),
  };

  const types = {
    created: vscode.FileChangeType.Created,
    changed: vscode.FileChangeType.Changed,
    deleted: vscode.FileChangeType.Deleted,
  };
  const subscriptions = vscode.Disposable.from(
    changed,
    files.onDidChange(({ at, what }) => {
      if (current.endpoint) changed.fire([{ type: types[what], uri: uri(at) }]);
    }),
    vscode.workspace.registerFileSystemProvider(FILES_SCHEME, provider, { isCaseSensitive: true }),
  );
  return {
    uri,
    at(address) {
      const read = address.scheme === FILES_SCHEME ? fromAuthority(address.authority) : undefined;
      return read && { source: read.source, path: address.path || '/' };
    },
    dispose: () => subscriptions.dispose(),
  };
}

function typeOf(type: FileStat['type'], isLink: boolean): vscode.FileType {
  const own =
    type === 'directory'
      ? vscode.FileType.Directory
      : type === 'file'
        ? vscode.FileType.File
        : vscode.FileType.Unknown;
  return isLink ? own | vscode.FileType.SymbolicLink : own;
}

const toStat = ({ type, isLink, size, mtime, writable }: FileStat): vscode.FileStat => ({
  type: typeOf(type, isLink),
  size,
  mtime,
  ctime: mtime,
  ...(writable ? {} : { permissions: vscode.FilePermission.Readonly }),
});

const { FileNotFound, NoPermissions, Unavailable } = vscode.FileSystemError;
const plain = (message: string) => new vscode.FileSystemError(message);

/** The editor has kinds of its own, by which it knows what to offer; whatever else there is means that no engine answers. */
const kinds: Partial<Record<Reason, (message: string) => vscode.FileSystemError>> = {
  'not-found': (message) => FileNotFound(message),
  forbidden: (message) => NoPermissions(message),
  permission: (message) => NoPermissions(message),
  'bad-request': plain,
  conflict: plain,
  'not-supported': plain,
  server: plain,
};

function toFileSystemError(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  return (kinds[error.reason] ?? ((message) => Unavailable(message)))(error.message);
}
