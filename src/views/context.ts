import * as vscode from 'vscode';
import type { ContextTree } from '../engine/contextTree.ts';
import { createTree } from './tree.ts';

export interface ContextView extends vscode.Disposable {
  /** Shows a build context in place of the one before, and the view with it. */
  show(tree: ContextTree): Promise<void>;
  /** What is shown. */
  shown(): ContextTree | undefined;
}

/** The Build Context view, which is there from the first context that is shown on. */
export function createContextView(): ContextView {
  const tree = createTree();
  const view = vscode.window.createTreeView('stevedore.context', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  let current: ContextTree | undefined;
  return {
    async show(found) {
      // With the patterns of ignore files, which nothing else needs before a build.
      const { contextRows } = await import('./rows/context.ts');
      const again = current?.root === found.root;
      current = found;
      tree.update(contextRows(found));
      // What is below is read when it is opened, from the tree that was current then.
      tree.reload();
      await vscode.commands.executeCommand('setContext', 'stevedore.contextShown', true);
      if (!again || !view.visible) await vscode.commands.executeCommand('stevedore.context.focus');
    },
    shown: () => current,
    dispose: () => view.dispose(),
  };
}
