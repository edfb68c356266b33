import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { FilePath } from '../../engine/containerFiles/service.ts';
import { EngineError } from '../../engine/errors.ts';
import { inform } from '../../views/notify.ts';
import type { FileTarget } from '../../views/rows/files.ts';
import { count, formatBytes, listNames, oneLine } from '../../util/format.ts';
import { groupBy } from '../../util/multimap.ts';
import { askFor, choose, confirm, each } from '../ask.ts';
import { copies } from '../copy.ts';
import type { Handlers } from '../run.ts';
import type { Run } from '../services.ts';
import { compareTitle, otherSources } from './compare.ts';
import { exists } from './exists.ts';
import { uploadAll } from './upload.ts';

const join = (folder: string, name: string) => posix.join(folder, name);
const nameOf = ({ at }: FileTarget) => oneLine(posix.basename(at.path) || at.path);

/** Names a question about a file. */
const keyOf = (what: string, { at: { source, path } }: FileTarget) =>
  `${what}/${source.kind}/${source.id}${path}`;

/** What is wrong with a text as the name of one file, or undefined. */
function checkFileName(text: string): string | undefined {
  if (text === '' || text === '.' || text === '..') return vscode.l10n.t('A name is needed.');
  if (/[/\0]/.test(text)) return vscode.l10n.t('A name has no “/”.');
  return Buffer.byteLength(text) > 255 ? vscode.l10n.t('It is longer than 255 bytes.') : undefined;
}

const open = (uri: vscode.Uri) => vscode.commands.executeCommand('vscode.open', uri);

/** @throws EngineError when the name is taken: what is there is never replaced by a new one */
async function checkFree(run: Run<unknown>, at: FilePath): Promise<void> {
  if (await exists(run, at))
    throw new EngineError('conflict', vscode.l10n.t('There is a “{0}” already.', at.path));
}

/** Asks for a name in a folder and makes something of it. */
async function create(
  run: Run<FileTarget>,
  key: string,
  title: string,
  make: (at: FilePath) => Promise<void>,
): Promise<void> {
  const [folder] = run.targets;
  if (!folder) return;
  const { source, path } = folder.at;
  await askFor(
    run.answers,
    key,
    title,
    { prompt: vscode.l10n.t('In {0}', path), check: checkFileName },
    async (name) => {
      const at = { source, path: join(path, name) };
      await run.busy(checkFree(run, at));
      await run.busy(make(at));
    },
  );
}

export const fileHandlers = {
  async 'file.open'({ targets, fileUri }) {
    for (const { at } of targets) await open(fileUri(at));
  },

  async 'file.openFolder'({ targets: [folder], fileUri }) {
    if (!folder) return;
    const name = folder.at.path === '/' ? folder.owner : `${folder.owner}: ${nameOf(folder)}`;
    const at = vscode.workspace.workspaceFolders?.length ?? 0;
    vscode.workspace.updateWorkspaceFolders(at, 0, {
      uri: fileUri(folder.at),
      name: oneLine(name),
    });
  },

  async 'file.goTo'(run) {
    const [folder] = run.targets;
    if (!folder) return;
    const { source, path } = folder.at;
    await askFor(
      run.answers,
      keyOf('goTo', folder),
      vscode.l10n.t('Go to a path in {0}', folder.owner),
      {
        value: path === '/' ? '/' : `${path}/`,
        valueSelection: [path.length + 1, path.length + 1],
      },
      async (typed) => {
        const at = { source, path: posix.resolve(path, typed) };
        const { type } = await run.busy(run.files.stat(at, run.signal));
        if (type === 'directory') await run.views.revealFile(folder, at.path);
        else await open(run.fileUri(at));
      },
    );
  },

  'file.newFile': (run) =>
    create(run, 'file.newFile', vscode.l10n.t('New file'), async (at) => {
      await run.files.write(at, { size: 0, bytes: async function* () {} }, run.signal);
      await open(run.fileUri(at));
    }),

  'file.newFolder': (run) =>
    create(run, 'file.newFolder', vscode.l10n.t('New folder'), (at) =>
      run.files.makeFolder(at, run.signal),
    ),

  async 'file.rename'(run) {
    const [file] = run.targets;
    if (!file) return;
    const { source, path } = file.at;
    const name = posix.basename(path);
    await askFor(
      run.answers,
      keyOf('rename', file),
      vscode.l10n.t('Rename {0}', nameOf(file)),
      { value: name, check: checkFileName },
      async (wanted) => {
        if (wanted === name) return;
        const to = { source, path: join(posix.dirname(path), wanted) };
        await run.busy(checkFree(run, to));
        await run.busy(run.files.rename(file.at, to, run.signal));
      },
    );
  },

  async 'file.delete'({ targets, files, busy, signal }) {
    if (!targets.length) return;
    const paths = targets.map(({ at }) => at.path);
    const folders = targets.some(({ isFolder }) => isFolder);
    // Rows of several containers and volumes can be selected at once.
    const owned = groupBy(targets, ({ at: { source } }) => `${source.kind}/${source.id}`);
    const going = [...owned.values()]
      .map((files) =>
        vscode.l10n.t(
          '{0} in {1}',
          listNames(files.map(({ at }) => at.path)),
          oneLine(files[0]?.owner ?? ''),
        ),
      )
      .join('; ');
    await confirm(
      targets.length === 1
        ? vscode.l10n.t('Delete {0}?', going)
        : vscode.l10n.t('Delete {0}: {1}?', count(targets.length, 'file'), going),
      vscode.l10n.t('Delete'),
      folders
        ? vscode.l10n.t('Folders go with all that is in them. This cannot be undone.')
        : vscode.l10n.t('This cannot be undone.'),
    );
    // One after the other, for one may be within another.
    await busy(
      each(
        [targets],
        () => listNames(paths),
        async () => {
          for (const { at } of targets) await files.remove(at, signal);
        },
      ),
    );
  },

  'file.upload': uploadAll,

  async 'file.download'(run) {
    const { targets, files, signal, busy } = run;
    const [first] = targets;
    if (!first) return;
    const [folder] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t('Download to'),
        openLabel: vscode.l10n.t('Download Here'),
        canSelectFiles: false,
        canSelectFolders: true,
      })) ?? [];
    if (!folder) return;
    // All have their names before the first comes: it is not there to be seen until it is whole.
    const wanted: { target: FileTarget; to: vscode.Uri; bytes: number }[] = [];
    const given = new Set<string>();
    for (const target of targets) {
      const to = await freeName(folder, posix.basename(target.at.path) || target.owner, given);
      wanted.push({ target, to, bytes: 0 });
    }
    const left: string[] = [];
    await busy(
      each(
        wanted,
        ({ target }) => nameOf(target),
        async (one) => {
          const onProgress = (bytes: number) => (one.bytes = bytes);
          left.push(...(await files.download(one.target.at, one.to.fsPath, onProgress, signal)));
        },
      ),
    );
    const rest = left.length > 0 ? vscode.l10n.t(' Left out: {0}.', listNames(left)) : '';
    const reveal = vscode.l10n.t('Open');
    const single = targets.length === 1 && !first.isFolder;
    const chosen = await inform(
      vscode.l10n.t(
        'Downloaded {0}, {1}.{2}',
        listNames(targets.map(nameOf)),
        formatBytes(wanted.reduce((sum, { bytes }) => sum + bytes, 0)),
        rest,
      ),
      ...(single ? [reveal] : []),
    );
    if (chosen === reveal && wanted[0]) await open(wanted[0].to);
  },

  async 'file.compareLocal'({ targets: [file], fileUri }) {
    if (!file) return;
    const [local] =
      (await vscode.window.showOpenDialog({ openLabel: vscode.l10n.t('Compare') })) ?? [];
    if (!local) return;
    const title = compareTitle(file.at.path, vscode.l10n.t('local'), file.owner);
    await vscode.commands.executeCommand('vscode.diff', local, fileUri(file.at), title);
  },

  async 'file.compareOther'(run) {
    const [file] = run.targets;
    if (!file) return;
    const { source, name } = await choose(
      vscode.l10n.t('Compare {0} with that in', oneLine(file.at.path)),
      run.busy(otherSources(run, file.at.source)),
      { matchOnDescription: true },
    );
    const other = { source, path: file.at.path };
    await run.busy(run.files.stat(other, run.signal));
    const title = compareTitle(file.at.path, name, file.owner);
    await vscode.commands.executeCommand(
      'vscode.diff',
      run.fileUri(other),
      run.fileUri(file.at),
      title,
    );
  },

  'file.copyPath': copies(({ at }: FileTarget) => at.path),

  async 'file.refresh'({ targets, views }) {
    for (const target of targets) views.reloadFiles(target);
  },

  async 'change.compare'(run) {
    const [change] = run.targets;
    if (!change) return;
    const { at, what, owner, image } = change;
    const before = { source: { kind: 'image', id: image }, path: at.path } as const;
    const there = what === 'deleted' ? before : at;
    const { type } = await run.busy(run.files.stat(there, run.signal));
    if (type !== 'file')
      throw new EngineError(
        'bad-request',
        vscode.l10n.t('“{0}” is not a file: there is no text to compare.', at.path),
      );
    if (what !== 'modified') await open(run.fileUri(there));
    else
      await vscode.commands.executeCommand(
        'vscode.diff',
        run.fileUri(before),
        run.fileUri(at),
        compareTitle(at.path, vscode.l10n.t('image'), owner),
      );
  },

  async 'change.open'({ targets: [change], fileUri }) {
    if (change) await open(fileUri(change.at));
  },

  'change.copyPath': copies(({ at }: { readonly at: FilePath }) => at.path),
} satisfies Partial<Handlers>;

/**
 * A name in a folder of this machine that nothing has: `name`, `name (2)` …
 * @param given in small letters, for not every disk tells them from capitals: those that others will have; it is added to
 */
async function freeName(folder: vscode.Uri, name: string, given: Set<string>): Promise<vscode.Uri> {
  const plain = name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
  const { name: stem, ext } = posix.parse(plain);
  for (let number = 1; ; number++) {
    const free = number === 1 ? plain : `${stem} (${number})${ext}`;
    if (given.has(free.toLowerCase())) continue;
    const uri = vscode.Uri.joinPath(folder, free);
    const there = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (there) continue;
    given.add(free.toLowerCase());
    return uri;
  }
}
