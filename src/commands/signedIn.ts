import { homedir } from 'node:os';
import type * as vscode from 'vscode';
import type { AuthOptions } from '../engine/buildkit/services/auth.ts';
import { openCredentials } from '../engine/credentials.ts';
import type { Credentials } from '../engine/credentials.ts';
import { parseRegistryAddress } from '../engine/reference.ts';
import { createRegistries } from '../engine/registry/registries.ts';
import type { Registries } from '../engine/registry/registries.ts';
import { isLoopback, openRegistry } from '../engine/registry/registry.ts';
import { requestToken } from '../engine/registry/token.ts';
import { createTransport } from '../engine/registry/transport.ts';
import { trustFor } from '../engine/registry/trust.ts';
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
  const fetchToken: AuthOptions['fetchToken'] = async (wish) => {
    const insecure = settings.get('registries.insecure').includes(wish.host);
    const allowHttp = (name: string) => insecure || isLoopback(name);
    const trust = () => trustFor(wish.host, machine);
    const transport = createTransport({ trust, skipVerify: insecure, allowHttp });
    try {
      return await requestToken({ ...wish, transport, allowHttp });
    } finally {
      transport.dispose();
    }
  };
  return { credentials, registries, fetchToken };
}
