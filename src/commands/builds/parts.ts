import { homedir } from 'node:os';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { CurrentEngine } from '../../engine/current.ts';
import { newRef } from '../../engine/buildkit/ids.ts';
import type { BuildWithDebug, EngineParts } from '../../engine/builds/onEngine.ts';
import type { EngineBuilds } from '../../engine/builds/engineBuilds.ts';
import { keptOptions } from '../../engine/builds/request.ts';
import { createBuilds } from '../../engine/builds/service.ts';
import type { BuildHistory, Builds } from '../../engine/builds/service.ts';
import type { Answers } from '../secrets.ts';
import { createOthers } from './others.ts';

/** The builds of a workspace, with what can be asked of the engine about them. */
export interface WorkspaceBuilds extends Builds, Pick<BuildWithDebug, 'debug' | 'secretsOf'> {
  /** Those that were made elsewhere on the engine at hand. */
  readonly engine: EngineBuilds;
}

/**
 * Makes the service of this workspace's builds: what may be shown of them is kept with the workspace, what they were
 * asked for with where secrets are.
 */
export function createWorkspaceBuilds(
  { extensionUri, workspaceState }: vscode.ExtensionContext,
  parts: Pick<EngineParts, 'credentials' | 'fetchToken' | 'report'> & {
    readonly current: CurrentEngine;
  },
  answers: Answers,
): WorkspaceBuilds {
  const { report } = parts;
  const walker = vscode.Uri.joinPath(extensionUri, 'dist', 'walker.cjs');
  const machine = {
    walkerThread: pathToFileURL(walker.fsPath),
    env: process.env,
    home: homedir(),
  };
  let loading: Promise<BuildWithDebug> | undefined;
  /** The client of BuildKit is loaded with the first build. */
  const onEngine = () =>
    (loading ??= import('../../engine/builds/onEngine.ts').then(({ createBuildOnEngine }) =>
      createBuildOnEngine({ ...parts, ...machine }),
    ));
  const memory = (key: string): BuildHistory => ({
    load: () => workspaceState.get<unknown>(key),
    save: (value) => void workspaceState.update(key, value).then(undefined, report),
  });
  const builds = createBuilds({
    build: async (...asked) => (await onEngine())(...asked),
    history: memory('builds'),
    options: {
      get: async (build) => keptOptions(await answers.get(`options/${build}`)),
      set: (build, options) => answers.set(`options/${build}`, options),
    },
    newId: newRef,
    report,
  });
  const engine = createOthers(parts, builds, memory('forgottenBuilds'));
  return {
    ...builds,
    engine,
    debug: async (...asked) => (await onEngine()).debug(...asked),
    secretsOf: async (...asked) => (await onEngine()).secretsOf(...asked),
    dispose() {
      engine.dispose();
      builds.dispose();
      void loading?.then((build) => build.dispose(), report);
    },
  };
}
