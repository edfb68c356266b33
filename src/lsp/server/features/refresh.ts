import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import { CodeLensRefreshRequest, InlayHintRefreshRequest } from 'vscode-languageserver/node';

/** Lets the client ask anew for what it shows without being asked: hints and lenses, after settings have changed. */
export async function refreshShown(
  connection: Pick<Connection, 'sendRequest'>,
  { workspace }: ClientCapabilities,
): Promise<void> {
  if (workspace?.inlayHint?.refreshSupport)
    await connection.sendRequest(InlayHintRefreshRequest.type);
  if (workspace?.codeLens?.refreshSupport)
    await connection.sendRequest(CodeLensRefreshRequest.type);
}
