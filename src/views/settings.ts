import * as vscode from 'vscode';
import type { SettingId, Settings } from '../manifest/settings.ts';
import { settingValue } from '../manifest/settingValue.ts';

/** The one module that reads the configuration. */
export function createSettings(): Settings {
  const configuration = () => vscode.workspace.getConfiguration('stevedore');
  return {
    get<K extends SettingId>(id: K) {
      return settingValue(id, configuration().get(id));
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
