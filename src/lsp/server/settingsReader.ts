import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import type { Settings } from './settings.ts';
import { DEFAULTS, readSettings, record, wrongLevels } from './settings.ts';

export interface SettingsReader {
  /**
   * The settings for a document. A client that can't be asked has those that it has sent, or the defaults, which stand
   * too where one fails to answer.
   */
  get(uri: string): Promise<Settings>;
  /** Takes what a client that can't be asked sends: all of its settings, those of others among them. */
  take(sent: unknown): void;
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
  let given = DEFAULTS;
  const told = new Set<string>();
  const read = (value: unknown): Settings => {
    for (const text of wrongLevels(value)) {
      if (!told.has(text)) connection.console.warn(text);
      told.add(text);
    }
    return readSettings(value);
  };
  const ask = async (uri: string): Promise<Settings> => {
    try {
      return read(
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
      if (!client().workspace?.configuration) return Promise.resolve(given);
      const answer = known.get(uri) ?? ask(uri);
      known.set(uri, answer);
      return answer;
    },
    take(sent) {
      const ours = record(record(sent)['stevedore'])['dockerfile'];
      if (ours !== undefined) given = read(ours);
    },
    drop: (uri) => void known.delete(uri),
    clear: () => known.clear(),
  };
}
