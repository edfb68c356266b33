import * as vscode from 'vscode';
import { rebuiltBy } from '../engine/builds/rebuilt.ts';
import { createCoalescer } from '../engine/coalesce.ts';
import type { Settings } from '../manifest/settings.ts';
import { readOutline } from '../util/dockerfileOutline.ts';
import { isDockerfile } from '../util/served.ts';

/**
 * Marks in the gutter what a build would have to run again if the instruction at the cursor were changed, in the
 * Dockerfile that is edited.
 * @param images folder of the gutter's icons
 */
export function markRebuilt(settings: Settings, images: vscode.Uri): vscode.Disposable {
  const icon = (theme: string) => vscode.Uri.joinPath(images, `rebuild-${theme}.svg`);
  const mark = vscode.window.createTextEditorDecorationType({
    light: { gutterIconPath: icon('light') },
    dark: { gutterIconPath: icon('dark') },
    gutterIconSize: 'contain',
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.infoForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  let marked: vscode.TextEditor | undefined;

  function draw(): void {
    const editor = vscode.window.activeTextEditor;
    if (marked && marked !== editor) marked.setDecorations(mark, []);
    marked = undefined;
    if (!editor || !isDockerfile(editor.document)) return;
    const ranges = settings.get('build.rebuildMarks') ? rangesOf(editor) : [];
    editor.setDecorations(mark, ranges);
    if (ranges.length > 0) marked = editor;
  }

  const drawing = createCoalescer(draw);
  const later = (editor: vscode.TextEditor | undefined) => {
    if (marked || (editor && isDockerfile(editor.document))) drawing.request();
  };
  draw();
  return vscode.Disposable.from(
    { dispose: drawing.cancel },
    mark,
    vscode.window.onDidChangeActiveTextEditor(later),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => later(textEditor)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const editor = vscode.window.activeTextEditor;
      if (editor?.document === document) later(editor);
    }),
    settings.onDidChange((affects) => {
      if (affects('build.rebuildMarks')) draw();
    }),
  );
}

function rangesOf({ document, selection }: vscode.TextEditor): vscode.Range[] {
  return rebuiltBy(readOutline(document.getText()), selection.active.line + 1).map(
    ([first]) => new vscode.Range(first - 1, 0, first - 1, 0),
  );
}
