import * as vscode from 'vscode';
import { EngineError } from '../../engine/errors.ts';

/**
 * Said by the manifest; menus keep to it, but commands are also called from inside a document.
 * @throws EngineError `untrusted` in a workspace that is not trusted
 */
export function demandTrust(): void {
  if (!vscode.workspace.isTrusted)
    throw new EngineError(
      'untrusted',
      vscode.l10n.t(
        'A build runs what its Dockerfile says, and this workspace is not trusted. Trust it to build from it.',
      ),
    );
}
