import * as vscode from 'vscode';
import type { Build } from '../../engine/builds/model.ts';
import { isSameFile } from '../../engine/builds/sameFile.ts';
import type { Builds } from '../../engine/builds/service.ts';
import { createBuildPty } from './pty.ts';
import { buildName } from '../../views/rows/builds.ts';

/** The terminals of builds. */
export interface BuildTerminals {
  /** Shows a build's terminal, a new one where it has none any more. Closing it cancels the build if it still runs. */
  show(id: string): void;
}

export function createBuildTerminals(builds: Builds): BuildTerminals {
  const open = new Map<string, vscode.Terminal>();

  /** A build that begins takes the place of those of the same file and stage that have ended: their terminals pile up. */
  function closeEnded(build: Build): void {
    if (build.state !== 'running') return;
    for (const [id, terminal] of open) {
      const other = builds.get(id);
      if (!other || other.state === 'running') continue;
      if (isSameFile(other, build) && other.request.target === build.request.target)
        terminal.dispose();
    }
  }

  return {
    show(id) {
      const build = builds.get(id);
      if (!build) return;
      const known = open.get(id);
      if (known) {
        known.show(true);
        return;
      }
      closeEnded(build);
      const pty = createBuildPty(builds, id, () => {
        open.delete(id);
        builds.cancel(id);
      });
      const terminal = vscode.window.createTerminal({
        // Its icon says that it is a build's; the list of terminals has little room for words.
        name: buildName(build),
        iconPath: new vscode.ThemeIcon('tools'),
        isTransient: true,
        pty,
      });
      open.set(id, terminal);
      terminal.show(true);
    },
  };
}
