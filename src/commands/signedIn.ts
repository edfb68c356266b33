import { homedir } from 'node:os';
import type * as vscode from 'vscode';
import type { AuthOptions } from '../engine/buildkit/services/auth.ts';
import { openCredentials } from '../engine/credentials.ts';
import type { Credentials } from '../engine/credentials.ts';
import { hasRegistry, parseRegistryAddress } from '../engine/reference.ts';
import { createRegistries } from '../engine/registry/registries.ts';
import type { Registries } from '../engine/registry/registries.ts';
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
): {
  readonly credentials: Credentials;
  readonly registries: Registries;
  /** Fetches the tokens that a build on the engine needs of registries. */
  readonly fetchToken: AuthOptions['fetchToken'];
} {
  const machine = { env: process.env, home: homedir(), platform: process.platform };
  const isInsecure = (host: string) => hasRegistry(settings.get('registries.insecure'), host);
  const secrets = createSecrets(context.secrets);
  const credentials = openCredentials({ ...machine, secrets, onProblem: report });
  const registries = createRegistries(
    context.globalState,
    credentials,
    async (address, credential) => {
      const { openRegistry } = await import('../engine/registry/registry.ts');
      return openRegistry({
        ...machine,
        address,
        credentials: credential ? { getCredentials: async () => credential } : credentials,
        insecure: isInsecure(parseRegistryAddress(address).host),
      });
    },
    report,
  );
  const fetchToken: AuthOptions['fetchToken'] = async (wish) => {
    const { fetchToken } = await import('../engine/registry/fetchToken.ts');
    return fetchToken(wish, isInsecure(wish.host), machine);
  };
  return { credentials, registries, fetchToken };
}
