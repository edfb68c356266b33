import * as vscode from 'vscode';
import type { SettingId, Settings, SettingValue } from '../manifest/settings.ts';

/** The one module that reads the configuration. */
export function createSettings(): Settings {
  const configuration = () => vscode.workspace.getConfiguration('stevedore');
  return {
    get<K extends SettingId>(id: K) {
      // The manifest declares a default for each, so there always is a value.
      return configuration().get(id) as SettingValue<K>;
    },
    async update(id, value) {
      const { workspaceFolderValue, workspaceValue } = configuration().inspect(id) ?? {};
      const here = workspaceValue !== undefined && workspaceFolderValue === undefined;
      await configuration().update(
        id,
        value,
        here ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global,
      );
    },
    onDidChange: (listener) =>
      vscode.workspace.onDidChangeConfiguration((event) =>
        listener((prefix) => event.affectsConfiguration(`stevedore.${prefix}`)),
      ),
  };
}
