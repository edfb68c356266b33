import { homedir } from 'node:os';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import { newRef } from '../../engine/buildkit/ids.ts';
import type { BuildWithDebug, DebugOnEngine, EngineParts } from '../../engine/builds/onEngine.ts';
import { createBuilds } from '../../engine/builds/service.ts';
import type { Builds } from '../../engine/builds/service.ts';
import type { Answers } from '../secrets.ts';

const HISTORY = 'builds';

/** The builds of a workspace, with what can be asked of the engine about them. */
export interface WorkspaceBuilds extends Builds {
  readonly debug: DebugOnEngine;
}

/**
 * Makes the service of this workspace's builds: what may be shown of them is kept with the workspace, what they were
 * asked for with where secrets are.
 */
export function createWorkspaceBuilds(
  { extensionUri, workspaceState }: vscode.ExtensionContext,
  parts: Pick<EngineParts, 'current' | 'credentials' | 'fetchToken' | 'report'>,
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
  const builds = createBuilds({
    build: async (...asked) => (await onEngine())(...asked),
    history: {
      load: () => workspaceState.get<unknown>(HISTORY),
      save: (value) => void workspaceState.update(HISTORY, value).then(undefined, report),
    },
    options: {
      get: (build) => answers.get(`options/${build}`),
      set: (build, options) => answers.set(`options/${build}`, options),
    },
    newId: newRef,
    report,
  });
  return {
    ...builds,
    debug: async (...asked) => (await onEngine()).debug(...asked),
    dispose() {
      builds.dispose();
      void loading?.then((build) => build.dispose(), report);
    },
  };
}
