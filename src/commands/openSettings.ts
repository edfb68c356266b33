import * as vscode from 'vscode';

/**
 * Opens the settings at those whose ids start with `query`. Ours choose programs and addresses of the machine that the
 * extension runs on; where that is a remote one, the user's own tab does not show them.
 */
export async function openSettings(query: string): Promise<void> {
  if (vscode.env.remoteName)
    await vscode.commands.executeCommand('workbench.action.openRemoteSettings', { query });
  else await vscode.commands.executeCommand('workbench.action.openSettings', query);
}
