import type * as vscode from 'vscode';
import type { Credential, SecretSource } from '../engine/credentials.ts';

/** Keeps what we are given to sign in with in VS Code's SecretStorage, by registry host. */
export function createSecrets(storage: vscode.SecretStorage): SecretSource {
  const key = (host: string) => `registry:${host}`;
  return {
    async get(host) {
      const text = await storage.get(key(host));
      return text === undefined ? undefined : (JSON.parse(text) as Credential);
    },
    store: async (host, credential) => storage.store(key(host), JSON.stringify(credential)),
    delete: async (host) => storage.delete(key(host)),
  };
}
