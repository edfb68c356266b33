import * as vscode from 'vscode';
import type { FilePath } from '../../engine/containerFiles/service.ts';
import { fullId } from '../../manifest/commands.ts';
import { inform } from '../notify.ts';
import type { Row } from '../row.ts';
import type { DroppedFile, FileTarget } from '../rows/files.ts';
import { isFileTarget } from '../rows/files.ts';
import type { Node } from '../tree.ts';

const URIS = 'text/uri-list';
const FILES = 'files';

/**
 * Lets files be dragged out of a tree, into an editor or another folder, and dropped on folders of it, from the explorer and from
 * outside of the editor too. What is dropped is given to the command that uploads.
 */
export function createFileDrag(
  uri: (at: FilePath) => vscode.Uri,
): vscode.TreeDragAndDropController<Node> {
  return {
    dragMimeTypes: [URIS],
    dropMimeTypes: [URIS, FILES],
    handleDrag(nodes, transfer) {
      const targets = nodes.flatMap(({ row }) => (isFileTarget(row.target) ? [row.target] : []));
      if (targets.length === 0) return;
      const list = targets.map(({ at }) => uri(at).toString()).join('\r\n');
      transfer.set(URIS, new vscode.DataTransferItem(list));
    },
    async handleDrop(node, transfer) {
      const folder = node && folderOf(node);
      // VS Code marks every row as one to drop on.
      if (!folder) {
        void inform(vscode.l10n.t('Files can be dropped onto what is below “Files”.'));
        return;
      }
      const dropped = await droppedIn(transfer);
      if (dropped.length === 0) return;
      const target: FileTarget = { ...folder.target, dropped };
      await vscode.commands.executeCommand(fullId('file.upload'), { ...folder.row, target });
    },
  };
}

/** The folder that something dropped on a row comes to: the row's own, or that which it is in. */
function folderOf(node: Node): { readonly row: Row; readonly target: FileTarget } | undefined {
  for (let at: Node | undefined = node; at; at = at.parent) {
    const { target } = at.row;
    if (isFileTarget(target) && target.isFolder) return { row: at.row, target };
  }
  return undefined;
}

async function droppedIn(transfer: vscode.DataTransfer): Promise<readonly DroppedFile[]> {
  const list = await transfer.get(URIS)?.asString();
  const uris = (list ?? '').split(/\r?\n/).filter((line) => line && !line.startsWith('#'));
  if (uris.length > 0) return uris.map((uri) => ({ uri }));
  const found: DroppedFile[] = [];
  for (const [, item] of transfer) {
    const file = item.asFile();
    if (file) found.push({ name: file.name, content: await file.data() });
  }
  return found;
}
