import { basename } from 'node:path/posix';
import * as vscode from 'vscode';
import { EngineError } from '../engine/errors.ts';
import { DOCKERFILE_GLOB, isDockerfileName } from '../util/dockerfileNames.ts';
import { outerFirst } from '../util/naturalOrder.ts';
import { choose } from './ask.ts';

/** The Dockerfiles of the workspace, as many as a person can choose from, those of outer folders first. */
export async function findDockerfiles(): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(DOCKERFILE_GLOB, '**/node_modules/**', 200);
  return found
    .filter(({ path }) => isDockerfileName(basename(path)))
    .sort((a, b) => outerFirst(a.path, b.path));
}

/**
 * The Dockerfile that is meant: the one clicked, the one in the editor, or one of the workspace's, for which `title`
 * asks. @throws EngineError `not-found` when there is none
 */
export async function chooseDockerfile(
  clicked: vscode.Uri | undefined,
  title: string,
): Promise<vscode.Uri> {
  if (clicked) return clicked;
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === 'dockerfile' && active.uri.scheme === 'file') return active.uri;
  const files = await findDockerfiles();
  if (!files.length)
    throw new EngineError(
      'not-found',
      vscode.l10n.t(
        'There is no Dockerfile in this workspace: create one, or open the folder that has it.',
      ),
    );
  const [only] = files;
  if (only && files.length === 1) return only;
  const { uri } = await choose(
    title,
    files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri })),
  );
  return uri;
}
