import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { stepLines } from '../engine/builds/lines.ts';
import type { Build } from '../engine/builds/model.ts';
import { problemsOf, unsaid } from '../engine/builds/problems.ts';
import type { Problem } from '../engine/builds/problems.ts';
import type { Builds } from '../engine/builds/service.ts';
import { commands, fullId } from '../manifest/commands.ts';
import { plainText } from '../util/plainText.ts';
import { readOutline } from '../util/dockerfileOutline.ts';
import { movedBy, othersAt, toDiagnostic } from './problems.ts';
import { failedStepRow, keepsFailedStep } from './rows/builds.ts';

const SOURCE = 'Stevedore build';
/** Lines of a failed command's output that its message ends with. */
const TAIL_LINES = 10;

/**
 * Shows what builds said of their Dockerfiles as problems: the instruction that failed, until a build of the same file
 * and target passes, and the builder's warnings, unless the language server says the same. They go with the file.
 */
export function createBuildDiagnostics(builds: Builds): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection(SOURCE);
  /** By the file's URI, and in it by the target. */
  const files = new Map<string, Map<string, readonly Problem[]>>();
  let deletions: vscode.Disposable | undefined;

  /** Hears of files that go while there is something to drop: with a large folder each of its files is told of. */
  function watch(): void {
    if (files.size === 0) {
      deletions?.dispose();
      deletions = undefined;
    } else if (!deletions) {
      const watcher = vscode.workspace.createFileSystemWatcher('**', true, true);
      const hearing = watcher.onDidDelete((uri) => void drop(uri));
      deletions = vscode.Disposable.from(watcher, hearing);
    }
  }

  function show(uri: vscode.Uri): void {
    const problems = [...(files.get(uri.toString())?.values() ?? [])].flat();
    const shown = unsaid(problems, othersAt(uri, SOURCE));
    collection.set(
      uri,
      distinct(shown).map((problem) => toDiagnostic(problem, SOURCE)),
    );
  }

  async function take(build: Build, matched: boolean): Promise<void> {
    // Of an address for a context the Dockerfile may be in there.
    if (build.state === 'cancelled' || !isAbsolute(build.request.dockerfile)) return;
    const uri = vscode.Uri.file(build.request.dockerfile);
    const key = uri.toString();
    const target = build.request.target ?? '';
    const text = await textOf(uri);
    const problems = text === undefined ? [] : found(build, text);
    const targets = files.get(key) ?? new Map<string, readonly Problem[]>();
    if (problems.length > 0 && !matched) targets.set(target, problems);
    else targets.delete(target);
    if (targets.size > 0) files.set(key, targets);
    else files.delete(key);
    watch();
    show(uri);
  }

  function found(build: Build, text: string): Problem[] {
    const places = stepLines(readOutline(text), build.steps);
    return problemsOf(
      build,
      (step) => builds.tail(build.id, step, TAIL_LINES).map(plainText),
      (step) => places.get(step),
    );
  }

  function move({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const targets = files.get(document.uri.toString());
    if (!targets || contentChanges.length === 0) return;
    for (const [target, problems] of targets)
      targets.set(
        target,
        contentChanges.reduce<readonly Problem[]>(
          (all, change) => all.flatMap((problem) => movedBy(problem, change)),
          problems,
        ),
      );
    show(document.uri);
  }

  /** Drops what was said of a file that has gone, or of those in a folder that has. */
  async function drop(gone: vscode.Uri): Promise<void> {
    const path = gone.toString();
    for (const key of files.keys()) {
      if (key !== path && !key.startsWith(`${path}/`)) continue;
      const uri = vscode.Uri.parse(key);
      // A file that is written by another taking its place has gone for a moment alone.
      if (await isThere(uri)) continue;
      files.delete(key);
      show(uri);
    }
    watch();
  }

  /** What is there to look at where the instruction failed, as its row in the Builds view has it. */
  function actionsAt(
    { uri }: Pick<vscode.TextDocument, 'uri'>,
    { start, end }: vscode.Range,
    { diagnostics }: Pick<vscode.CodeActionContext, 'diagnostics'>,
  ): vscode.CodeAction[] {
    const problems = [...(files.get(uri.toString())?.values() ?? [])].flat();
    const at = problems.find(
      ({ build, lines }) =>
        build !== undefined && lines[0] <= end.line + 1 && start.line + 1 <= lines[1],
    );
    const build = at?.build === undefined ? undefined : builds.get(at.build);
    const row = build && failedStepRow(build);
    if (!row) return [];
    const shown = ['build.debug', 'build.stepLog'] as const;
    return shown.slice(keepsFailedStep(build) ? 0 : 1).map((id) => {
      const { title } = commands[id];
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.command = { title, command: fullId(id), arguments: [row] };
      action.diagnostics = diagnostics.filter(({ source }) => source === SOURCE);
      return action;
    });
  }

  return vscode.Disposable.from(
    collection,
    { dispose: () => deletions?.dispose() },
    vscode.languages.registerCodeActionsProvider(
      { scheme: 'file' },
      { provideCodeActions: actionsAt },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    builds.onDidChange(({ what, build, matched }) => {
      // A file that cannot be read any more is told of by the build itself.
      if (what === 'ended') void take(build, matched);
    }),
    vscode.workspace.onDidChangeTextDocument(move),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) if (wouldDiffer(uri)) show(uri);
    }),
  );

  /** Whether what others find changes what is shown; our own telling is heard here, too. */
  function wouldDiffer(uri: vscode.Uri): boolean {
    const targets = files.get(uri.toString());
    if (!targets) return false;
    const shown = distinct(unsaid([...targets.values()].flat(), othersAt(uri, SOURCE)));
    return shown.length !== (collection.get(uri)?.length ?? 0);
  }
}

/** Builds of several targets may say the same. */
function distinct(problems: readonly Problem[]): Problem[] {
  const keys = new Map(
    problems.map((problem) => [JSON.stringify({ ...problem, build: undefined }), problem]),
  );
  return [...keys.values()];
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    return !(error instanceof vscode.FileSystemError && error.code === 'FileNotFound');
  }
}

/** The text of a file as the editor has it; undefined for one that is not there. */
async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return (await vscode.workspace.openTextDocument(uri)).getText();
  } catch {
    // A build's Dockerfile may be of another machine, or gone.
    return undefined;
  }
}
