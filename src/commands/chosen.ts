import { homedir } from 'node:os';
import type * as vscode from 'vscode';
import { findEndpoints, resolveEndpoint } from '../engine/endpoint.ts';
import type { Endpoint, EndpointOptions, FoundEndpoint } from '../engine/endpoint.ts';
import type { Settings } from '../manifest/settings.ts';

type Choice = Pick<EndpointOptions, 'host' | 'context'>;
const key = 'engine.chosen';

export interface EngineChoice {
  /** The endpoint that this window works with. @throws EngineError `config` */
  resolve(): Promise<Endpoint>;
  find(): Promise<FoundEndpoint[]>;
  /** Takes another one, or undefined for what docker uses, and remembers it with the workspace. */
  set(endpoint: FoundEndpoint | undefined): Promise<void>;
}

/**
 * Which engine the window works with: the one chosen in it, else the setting, else what the docker command would use.
 * A choice by context name stays true when the context is changed.
 * @param changed called after another one was chosen
 */
export function createEngineChoice(
  memento: vscode.Memento,
  settings: Settings,
  changed: () => void,
): EngineChoice {
  const machine = {
    env: process.env,
    home: homedir(),
    platform: process.platform,
    uid: process.getuid?.(),
  };
  const preferred = (): Choice => {
    const chosen = memento.get<Choice>(key);
    if (chosen) return chosen;
    const text = settings.get('engine.endpoint').trim();
    if (!text) return {};
    return text.includes('://') ? { host: text } : { context: text };
  };
  return {
    resolve: () => resolveEndpoint({ ...machine, ...preferred() }),
    find: () => findEndpoints({ ...machine, ...preferred() }),
    async set(endpoint) {
      const choice =
        endpoint?.kind === 'context'
          ? { context: endpoint.name }
          : endpoint?.endpoint
            ? { host: endpoint.endpoint.url }
            : undefined;
      await memento.update(key, choice);
      changed();
    },
  };
}
