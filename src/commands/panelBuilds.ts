import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { entriesOfSteps } from '../engine/builds/layers.ts';
import type { Build } from '../engine/builds/model.ts';
import type { Builds } from '../engine/builds/service.ts';
import { readOutline } from '../util/dockerfileOutline.ts';
import type { WorkspaceBuilds } from './builds/parts.ts';
import { openInstruction, timelineBuilds } from './builds/steps.ts';

/** Builds as the panels need them. */
export const panelBuilds = (builds: WorkspaceBuilds) => ({
  timelines: timelineBuilds(builds),
  layers: layerBuilds(builds),
});

type Entry = { readonly createdBy: string };

/** What builds of ours know of an image's layers. */
const layerBuilds = (builds: Pick<Builds, 'list'>) => ({
  /** The entries of an image's history, by their places, whose instructions stand in the Dockerfile of a build. */
  async linked(image: string, history: readonly Entry[]): Promise<ReadonlySet<number>> {
    const build = buildOf(builds, image);
    return new Set(build && (await stepsOf(build, history)).keys());
  },

  async openInstruction(image: string, history: readonly Entry[], entry: number): Promise<void> {
    const build = buildOf(builds, image);
    const id = build && (await stepsOf(build, history)).get(entry);
    const step = build?.steps.find((step) => step.id === id);
    if (build && step) await openInstruction(build, step);
  },
});

/** The last build that an image came of. */
const buildOf = (builds: Pick<Builds, 'list'>, image: string) =>
  builds.list().find((build) => build.image === image);

/** Ids of steps by the entries that they made; none where the Dockerfile cannot be read any more. */
async function stepsOf(build: Build, history: readonly Entry[]): Promise<Map<number, string>> {
  // Of an address for a context the Dockerfile is in there.
  if (!isAbsolute(build.request.dockerfile)) return new Map();
  const uri = vscode.Uri.file(build.request.dockerfile);
  const text = await vscode.workspace.fs.readFile(uri).then(
    (bytes) => new TextDecoder().decode(bytes),
    // It was removed, or was never a file of this machine.
    () => '',
  );
  const entries = entriesOfSteps(readOutline(text), build, history);
  return new Map([...entries].map(([step, entry]) => [entry, step]));
}
