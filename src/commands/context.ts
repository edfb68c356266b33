import { basename, dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { measureContext, patternFor } from '../engine/contextTree.ts';
import type { ContextTarget } from '../engine/contextTree.ts';
import { EngineError } from '../engine/errors.ts';
import { explainIgnored } from '../engine/ignored.ts';
import type { Verdict } from '../engine/ignored.ts';
import { inform } from '../views/notify.ts';
import { choose } from './ask.ts';
import { chooseDockerfile } from './dockerfiles.ts';
import type { Handlers } from './run.ts';
import type { Run } from './services.ts';

type ContextId = Extract<keyof Handlers, `context.${string}`>;

/** Reads a build context, which shows progress when it takes long, and shows it. */
async function show(
  { busy, signal, views }: Run<unknown>,
  root: string,
  dockerfile: string | undefined,
): Promise<void> {
  await views.showContext(await busy(measureContext(root, dockerfile, { signal })));
}

/** A file on disk that a command was called on, or that of the editor. @throws EngineError `bad-request` */
function fileOf(uri: vscode.Uri | undefined): string {
  const file = uri ?? vscode.window.activeTextEditor?.document.uri;
  if (file?.scheme === 'file') return file.fsPath;
  throw new EngineError(
    'bad-request',
    file
      ? vscode.l10n.t('Only files on this machine’s disk can be in a build context.')
      : vscode.l10n.t('Open a file, or choose one in the explorer.'),
  );
}

/** The folder that a Dockerfile is built with: its own or the workspace's, which the person knows. */
async function contextOf(dockerfile: string): Promise<string> {
  const own = dirname(dockerfile);
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(dockerfile))?.uri.fsPath;
  if (folder === undefined || relative(folder, own) === '') return own;
  const { root } = await choose(vscode.l10n.t('Built in which folder?'), [
    { label: vscode.l10n.t("The Dockerfile's folder"), description: own, root: own },
    { label: vscode.l10n.t("The workspace's folder"), description: folder, root: folder },
  ]);
  return root;
}

async function showAt(file: string, line: number): Promise<void> {
  const position = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    selection: new vscode.Range(position, position),
  });
}

function inWords({ path, ignored, by, ignoreFile }: Verdict): string {
  const name = vscode.workspace.asRelativePath(ignoreFile);
  if (!by) return vscode.l10n.t('“{0}” is sent: no pattern of {1} is about it.', path, name);
  const [text, line] = [by.text, String(by.line)];
  return ignored
    ? vscode.l10n.t('“{0}” is left out by “{1}”, line {2} of {3}.', path, text, line, name)
    : vscode.l10n.t(
        '“{0}” is sent by the exception “{1}”, line {2} of {3}.',
        path,
        text,
        line,
        name,
      );
}

/** Puts paths at the end of the ignore file, where they have the last word, by an edit that can be undone. */
export async function addPatterns(targets: readonly ContextTarget[]): Promise<void> {
  const [first] = targets;
  if (!first) return;
  const { root, ignoreFile } = first.tree;
  const uri = vscode.Uri.file(ignoreFile ?? join(root, '.dockerignore'));
  if (ignoreFile === undefined) {
    const creation = new vscode.WorkspaceEdit();
    creation.createFile(uri, { ignoreIfExists: true });
    await vscode.workspace.applyEdit(creation);
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const text = document.getText();
  const lines = targets.map(({ node }) => patternFor(node));
  const edit = new vscode.WorkspaceEdit();
  const end = document.positionAt(text.length);
  edit.insert(uri, end, `${text && !text.endsWith('\n') ? '\n' : ''}${lines.join('\n')}\n`);
  if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save()))
    throw new EngineError(
      'permission',
      vscode.l10n.t('{0} could not be changed.', basename(uri.fsPath)),
    );
}

export const contextHandlers: Pick<Handlers, ContextId> = {
  'context.show': async (run) => {
    const uri = run.targets[0];
    const clicked = uri ?? vscode.window.activeTextEditor?.document.uri;
    if (clicked?.scheme === 'file' && clicked.path.endsWith('.dockerignore')) {
      const own = clicked.fsPath.slice(0, -'.dockerignore'.length);
      const isNamed = basename(clicked.fsPath) !== '.dockerignore';
      const root = isNamed ? await contextOf(own) : dirname(clicked.fsPath);
      return show(run, root, isNamed ? own : undefined);
    }
    const dockerfile = fileOf(
      await chooseDockerfile(uri, vscode.l10n.t('The context of which Dockerfile?')),
    );
    return show(run, await contextOf(dockerfile), dockerfile);
  },

  'context.reload': async (run) => {
    const shown = run.views.context();
    if (shown) await show(run, shown.root, shown.dockerfile);
  },

  'context.explain': async ({ targets, busy }) => {
    const file = fileOf(targets[0]);
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath;
    const verdicts = await busy(explainIgnored(file, folder ?? dirname(file)));
    const [only] = verdicts;
    if (!only) {
      const text = vscode.l10n.t('“{0}” is sent: no .dockerignore is above it.', basename(file));
      void inform(text);
      return;
    }
    if (verdicts.length > 1) {
      const items = verdicts.map((verdict) => ({ label: inWords(verdict), verdict }));
      const { verdict } = await choose(vscode.l10n.t('What the ignore files say'), items);
      await showAt(verdict.ignoreFile, verdict.by?.line ?? 1);
      return;
    }
    const open = only.by
      ? vscode.l10n.t('Go to the Pattern')
      : vscode.l10n.t('Open {0}', basename(only.ignoreFile));
    const chosen = await inform(inWords(only), open);
    if (chosen === open) await showAt(only.ignoreFile, only.by?.line ?? 1);
  },

  'context.ignore': async (run) => {
    await addPatterns(run.targets);
    const tree = run.targets[0]?.tree;
    if (tree) await show(run, tree.root, tree.dockerfile);
  },

  'context.showPattern': async ({ targets }) => {
    const [target] = targets;
    const file = target?.tree.ignoreFile;
    if (file !== undefined && target?.node.by) await showAt(file, target.node.by.line);
  },

  'context.open': async ({ targets }) => {
    const [target] = targets;
    if (!target) return;
    const uri = vscode.Uri.file(join(target.tree.root, target.node.path));
    await vscode.commands.executeCommand('vscode.open', uri);
  },
};
