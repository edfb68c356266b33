import * as vscode from 'vscode';
import { stepLines } from '../../engine/builds/lines.ts';
import type { Build, BuildStep } from '../../engine/builds/model.ts';
import type { Builds } from '../../engine/builds/service.ts';
import { logText } from '../../engine/builds/stepLog.ts';
import { watchWhole } from '../../engine/builds/watchWhole.ts';
import { readOutline } from '../../util/dockerfileOutline.ts';
import { fullId } from '../../manifest/commands.ts';
import { plainText } from '../../util/plainText.ts';
import { buildRows, stepRow } from '../../views/rows/builds.ts';
import { dockerfileOf, findBuild, keeperOf } from './known.ts';
import type { WorkspaceBuilds } from './parts.ts';

/** Shows a step's instruction in its Dockerfile, where it stands now. */
export async function openInstruction(build: Build, step: BuildStep): Promise<void> {
  const document = await vscode.workspace.openTextDocument(dockerfileOf(build));
  const [line] = stepLines(readOutline(document.getText()), build.steps).get(step.id) ??
    step.lines ?? [1];
  const start = new vscode.Position(Math.min(line, document.lineCount) - 1, 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start) });
}

/** What a step has written, as a document to be read. */
export function logDocument(
  builds: Pick<Builds, 'hasLogs' | 'log' | 'tail'>,
  { id, state }: Build,
  step: BuildStep,
): string {
  const log = builds.hasLogs(id)
    ? plainText(logText(builds.log(id, step.id)))
    : builds.tail(id, step.id, 1000).map(plainText).join('\n');
  const none = builds.hasLogs(id)
    ? state === 'running'
      ? vscode.l10n.t('Nothing so far.')
      : vscode.l10n.t('It wrote nothing.')
    : vscode.l10n.t('What the steps of earlier sessions have written is not kept.');
  return [
    `${step.name}\n`,
    log.trimEnd() || none,
    ...(step.error === undefined ? [] : [`\n${plainText(step.error)}`]),
    '',
  ].join('\n');
}

/** Builds as the timeline needs them. */
export const timelineBuilds = (builds: WorkspaceBuilds) => ({
  get: (id: string) => findBuild(builds, id),
  onDidChange(listener: (id: string) => void) {
    const own = builds.onDidChange(({ build }) => listener(build.id));
    const others = builds.engine.onDidChange((ids) => {
      for (const id of ids) listener(id);
    });
    return vscode.Disposable.from(own, others);
  },
  /** Those of others are told of only while somebody watches. */
  watch: (id: string, onProblem: (problem: string | undefined) => void) =>
    builds.get(id) ? { dispose() {} } : watchWhole(builds.engine, id, onProblem),
  async logTail(id: string, step: string) {
    const keeper = keeperOf(builds, id);
    return keeper.hasLogs(id)
      ? logText(keeper.log(id, step)).slice(-65_536)
      : keeper.tail(id, step, 100).join('\n');
  },
  /** By its command, which says so where the Dockerfile is none of this machine any more. */
  async openStep(build: Build, step: BuildStep): Promise<void> {
    await vscode.commands.executeCommand(fullId('build.goToInstruction'), stepRow(build, step));
  },
  cancel: builds.cancel,
  /** Undefined where it cannot be run again: the command says why, and what to do. */
  async rerun(id: string): Promise<string | undefined> {
    const options = vscode.workspace.isTrusted ? await builds.options(id) : undefined;
    if (options) return (await builds.start(options)).id;
    const build = findBuild(builds, id);
    const [row] = buildRows(build ? [build] : [], Date.now() / 1000);
    // It is over when its message is closed; nobody waits for that.
    if (row) void vscode.commands.executeCommand(fullId('build.again'), row);
    return undefined;
  },
});
