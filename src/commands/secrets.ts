import type * as vscode from 'vscode';
import type { Credential, SecretSource } from '../engine/credentials.ts';

/**
 * The answers given to forms, to be offered again. They may hold secrets (environment values, build arguments), so
 * they are kept where secrets are.
 */
export interface Answers {
  get<T>(key: string): Promise<T | undefined>;
  /** Undefined forgets them. */
  set(key: string, answers: object | string | undefined): Promise<void>;
}

/** Keeps answers in VS Code's SecretStorage. */
export function createAnswers(storage: vscode.SecretStorage): Answers {
  return {
    async get<T>(key: string) {
      const text = await storage.get(`answers:${key}`);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    async set(key, answers) {
      if (answers === undefined) await storage.delete(`answers:${key}`);
      else await storage.store(`answers:${key}`, JSON.stringify(answers));
    },
  };
}

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
