import type * as vscode from 'vscode';
import { lateContainerFiles } from '../../engine/containerFiles/late.ts';
import type { ContainerFiles } from '../../engine/containerFiles/service.ts';
import type { CurrentEngine } from '../../engine/current.ts';
import type { Settings } from '../../manifest/settings.ts';
import type { FileParts } from '../engineView.ts';
import { createFileDrag } from './drag.ts';
import { createFileRows } from './rows.ts';
import { createFileSystem } from './system.ts';
import type { FileSystem } from './system.ts';

/** Files of containers, images and volumes: for commands, for the editor and for the trees. */
export interface Files extends vscode.Disposable {
  readonly files: ContainerFiles;
  readonly fileUri: FileSystem['uri'];
  readonly fileAt: FileSystem['at'];
  readonly parts: FileParts;
}

/** Makes all that has to do with files. Nothing is asked of the engine before someone looks at one. */
export function createFiles(
  current: CurrentEngine,
  settings: Settings,
  report: (error: unknown) => void,
): Files {
  const files = lateContainerFiles(async () => {
    const { createContainerFiles } = await import('../../engine/containerFiles/service.ts');
    return createContainerFiles((signal) => current.client(signal), report);
  });
  const system = createFileSystem(files, current, settings);
  const rows = createFileRows(files, report);
  const parts = { rows, drag: createFileDrag(system.uri) };
  return {
    files,
    fileUri: system.uri,
    fileAt: system.at,
    parts,
    dispose() {
      system.dispose();
      rows.dispose();
      files.dispose().catch(report);
    },
  };
}
