import { homedir } from 'node:os';
import type * as vscode from 'vscode';
import { openCredentials } from '../engine/credentials.ts';
import type { Credentials } from '../engine/credentials.ts';
import { parseRegistryAddress } from '../engine/reference.ts';
import { createRegistries } from '../engine/registry/registries.ts';
import type { Registries } from '../engine/registry/registries.ts';
import { openRegistry } from '../engine/registry/registry.ts';
import type { Settings } from '../manifest/settings.ts';
import { createSecrets } from './secrets.ts';

/**
 * The registries on show and who is signed in where: by docker's own configuration, else by VS Code's SecretStorage.
 * @param report told of a credential helper or configuration that could not be asked
 */
export function createSignedIn(
  context: vscode.ExtensionContext,
  settings: Settings,
  report: (error: unknown) => void,
): { readonly credentials: Credentials; readonly registries: Registries } {
  const machine = { env: process.env, home: homedir(), platform: process.platform };
  const secrets = createSecrets(context.secrets);
  const credentials = openCredentials({ ...machine, secrets, onProblem: report });
  const registries = createRegistries(
    context.globalState,
    credentials,
    (address, credential) =>
      openRegistry({
        ...machine,
        address,
        credentials: credential ? { getCredentials: async () => credential } : credentials,
        insecure: settings.get('registries.insecure').includes(parseRegistryAddress(address).host),
      }),
    report,
  );
  return { credentials, registries };
}
