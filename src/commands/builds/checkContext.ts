import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { Allowance } from '../../engine/allowance.ts';
import type { BuildOptions } from '../../engine/buildkit/request.ts';
import { heaviest, measureContext } from '../../engine/contextTree.ts';
import type { ContextNode, ContextTree } from '../../engine/contextTree.ts';
import { count, formatBytes, noIcons } from '../../util/format.ts';
import { addPatterns } from '../context.ts';
import { choose } from '../ask.ts';
import type { Run } from '../services.ts';

const MOST_OFFERED = 8;

/** Something was left out of the context: the build has to begin anew to be sent less. */
export class ContextChanged extends Error {}

/**
 * What a build may be sent without a question, and the question: it shows what weighs most, and lets the person go on,
 * leave things out, or look at all of it. What was agreed to is not asked again until it is half as much more. The engine
 * says what it lacks, so that a large context of which little has changed is no reason to ask.
 *
 * The question is answered by a ContextChanged when the build is to begin anew, by vscode.CancellationError when the
 * person does not go ahead.
 */
export async function contextAllowance(
  run: Run<unknown>,
  options: BuildOptions,
): Promise<Allowance | undefined> {
  const limit = run.settings.get('build.contextWarning') * 1_000_000;
  if (limit <= 0) return undefined;
  const key = `context/${options.context}`;
  const agreed = (await run.answers.get<{ size: number }>(key))?.size ?? 0;
  return { bytes: Math.max(limit, agreed * 1.5), ask: () => question(run, options, key) };
}

async function question(run: Run<unknown>, options: BuildOptions, key: string): Promise<void> {
  const { context, dockerfile } = options;
  const tree = await run.busy(measureContext(context, dockerfile, { signal: run.signal }));
  const { act } = await choose(
    vscode.l10n.t(
      'Much of the build context ({0}, {1}) is about to be sent to the engine',
      formatBytes(tree.top.size),
      count(tree.top.files, 'file'),
    ),
    items(tree),
    { placeHolder: vscode.l10n.t('What weighs most can be left out by .dockerignore') },
  );
  if (act === 'build') return run.answers.set(key, { size: tree.top.size });
  if (act === 'show') {
    await run.views.showContext(tree);
    throw new vscode.CancellationError();
  }
  if (act) await addPatterns([{ tree, node: act }]);
  throw new ContextChanged();
}

type Item = vscode.QuickPickItem & { act?: 'build' | 'show' | ContextNode };

function items(tree: ContextTree): Item[] {
  const ignore = relative(tree.root, tree.ignoreFile ?? '') || '.dockerignore';
  return [
    {
      label: vscode.l10n.t('Build Anyway'),
      iconPath: new vscode.ThemeIcon('play'),
      act: 'build',
    },
    {
      label: vscode.l10n.t('Show What Goes into the Build Context'),
      iconPath: new vscode.ThemeIcon('list-tree'),
      act: 'show',
    },
    {
      label: vscode.l10n.t('Add to {0}', tree.ignoreFile ? ignore : '.dockerignore'),
      kind: vscode.QuickPickItemKind.Separator,
    },
    ...heaviest(tree.top, MOST_OFFERED).map((node): Item => ({
      label: noIcons(node.path),
      description: formatBytes(node.size),
      iconPath: new vscode.ThemeIcon('exclude'),
      act: node,
    })),
  ];
}
