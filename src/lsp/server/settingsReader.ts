import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import type { Settings } from './settings.ts';
import { DEFAULTS, readSettings } from './settings.ts';

export interface SettingsReader {
  /** The settings for a document. Answers the defaults when the client has no configuration or fails to give it. */
  get(uri: string): Promise<Settings>;
  drop(uri: string): void;
  /** Forgets all: the next call asks again. */
  clear(): void;
}

/** Asks the client for `stevedore.dockerfile` once for each document. */
export function createSettingsReader(
  connection: Connection,
  client: () => ClientCapabilities,
  log: (context: string, error: unknown) => void,
): SettingsReader {
  const known = new Map<string, Promise<Settings>>();
  const ask = async (uri: string): Promise<Settings> => {
    try {
      return readSettings(
        await connection.workspace.getConfiguration({
          scopeUri: uri,
          section: 'stevedore.dockerfile',
        }),
      );
    } catch (error) {
      log(`settings of ${uri}`, error);
      known.delete(uri);
      return DEFAULTS;
    }
  };
  return {
    get(uri) {
      if (!client().workspace?.configuration) return Promise.resolve(DEFAULTS);
      const answer = known.get(uri) ?? ask(uri);
      known.set(uri, answer);
      return answer;
    },
    drop: (uri) => void known.delete(uri),
    clear: () => known.clear(),
  };
}
