import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { EngineError } from '../../engine/errors.ts';
import { warn } from '../../views/notify.ts';
import type { DroppedFile, FileTarget } from '../../views/rows/files.ts';
import { listNames, oneLine } from '../../util/format.ts';
import { confirm, each } from '../ask.ts';
import type { Run } from '../services.ts';
import { namesakes } from './arrivals.ts';
import type { Arrival } from './arrivals.ts';
import { exists } from './exists.ts';

/**
 * Sends what was dropped on a folder, or is chosen, to it. What comes from the same container is moved there. Asks before
 * anything is replaced, naming it.
 * @throws EngineError `conflict` before anything is brought, when two have one name
 */
export async function uploadAll(run: Run<FileTarget>): Promise<void> {
  const [folder] = run.targets;
  if (!folder) return;
  const { source, path } = folder.at;
  const { files, signal, busy } = run;
  const arrivals = folder.dropped
    ? folder.dropped.map((dropped) => arrivalOf(run, folder, dropped))
    : await chosen(run, folder);
  const moved = arrivals.filter(({ name }) => name !== '');
  const same = namesakes(moved);
  if (same)
    throw new EngineError(
      'conflict',
      vscode.l10n.t(
        '“{0}” and “{1}” have the same name, and {2} can hold one of them only. Nothing was moved or uploaded.',
        ...same.map(({ from }) => oneLine(from)),
        oneLine(path),
      ),
    );
  const taken: string[] = [];
  await busy(
    each(
      moved,
      ({ name }) => name,
      async ({ name }) => {
        if (await exists(run, { source, path: posix.join(path, name) })) taken.push(name);
      },
    ),
  );
  if (taken.length > 0)
    await confirm(
      vscode.l10n.t('Replace {0} in {1}?', listNames(taken), oneLine(path)),
      vscode.l10n.t('Replace'),
      vscode.l10n.t('What is there now is lost.'),
    );
  const left: string[] = [];
  await busy(
    each(
      moved,
      ({ name }) => name,
      async ({ name, bring, replacesFile }) => {
        const to = { source, path: posix.join(path, name) };
        const goesAtOnce = async () =>
          (await files.stat(to, signal)).type === 'file' && (await replacesFile());
        // What is there stands aside until what comes is whole.
        const aside = taken.includes(name) && !(await goesAtOnce());
        left.push(...(await (aside ? files.replace(to, () => bring(to), signal) : bring(to))));
      },
    ),
  );
  if (left.length > 0)
    void warn(vscode.l10n.t('Left out, for they are no files: {0}.', listNames(left)));
}

/** Lets the person choose files or a folder of this machine. */
async function chosen(run: Run<FileTarget>, folder: FileTarget): Promise<Arrival[]> {
  const uris = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Upload to {0}', oneLine(folder.at.path)),
    openLabel: vscode.l10n.t('Upload'),
    canSelectFiles: true,
    canSelectFolders: true,
    canSelectMany: true,
  });
  return (uris ?? []).map((uri) => arrivalOf(run, folder, { uri: uri.toString() }));
}

function arrivalOf(run: Run<FileTarget>, folder: FileTarget, dropped: DroppedFile): Arrival {
  const { files, signal } = run;
  if ('content' in dropped) {
    const { content } = dropped;
    return {
      name: posix.basename(dropped.name),
      from: dropped.name,
      replacesFile: async () => true,
      async bring(to) {
        await files.write(to, contentOf(content), signal);
        return [];
      },
    };
  }
  const uri = vscode.Uri.parse(dropped.uri, true);
  const name = posix.basename(uri.path);
  const from = run.fileAt(uri);
  if (from) {
    const same =
      from.source.kind === folder.at.source.kind && from.source.id === folder.at.source.id;
    const stays = same && posix.dirname(from.path) === folder.at.path;
    return {
      // What is dropped on its own folder stays where it is.
      name: stays ? '' : name,
      from: from.path,
      replacesFile: async () => false,
      async bring(to) {
        if (same) await files.rename(from, to, signal);
        else await files.copy(from, to, signal);
        return [];
      },
    };
  }
  if (uri.scheme === 'file')
    return {
      name,
      from: uri.fsPath,
      replacesFile: () =>
        stat(uri.fsPath).then(
          (found) => found.isFile(),
          // What cannot be looked at cannot be read either, which is said before anything is replaced.
          () => true,
        ),
      bring: (to) => files.upload(uri.fsPath, to, undefined, signal),
    };
  return {
    name,
    from: uri.path,
    replacesFile: async () => true,
    async bring(to) {
      await files.write(to, contentOf(await vscode.workspace.fs.readFile(uri)), signal);
      return [];
    },
  };
}

const contentOf = (content: Uint8Array) => ({
  size: content.length,
  bytes: async function* () {
    yield content;
  },
});
