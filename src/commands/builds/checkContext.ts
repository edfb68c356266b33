import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { BuildOptions } from '../../engine/buildkit/request.ts';
import { heaviest, measureContext } from '../../engine/contextTree.ts';
import type { ContextNode, ContextTree } from '../../engine/contextTree.ts';
import { EngineError } from '../../engine/errors.ts';
import { count, formatBytes, noIcons } from '../../util/format.ts';
import { addPatterns } from '../context.ts';
import { choose } from '../ask.ts';
import type { Run } from '../services.ts';

/** A build is not held up for longer than this to see what it would be sent, in milliseconds. */
const PATIENCE_MS = 5000;
const MOST_OFFERED = 8;

/**
 * Before a build that would be sent much: shows what weighs most, and lets the person build anyway, leave things out,
 * or look at all of it. What was agreed to is not asked again until it is half as much more.
 * @throws vscode.CancellationError when the person does not go ahead
 */
export async function checkContext(run: Run<unknown>, options: BuildOptions): Promise<void> {
  const limit = run.settings.get('build.contextWarning') * 1_000_000;
  if (limit <= 0 || /^[a-z][a-z\d+.-]+:\/\//i.test(options.context)) return;
  const key = `context/${options.context}`;
  for (;;) {
    const tree = await measure(run, options);
    const agreed = (await run.answers.get<{ size: number }>(key))?.size ?? 0;
    if (!tree || tree.top.size <= Math.max(limit, agreed * 1.5)) return;
    const { act } = await choose(
      vscode.l10n.t(
        'The build would be sent {0}, {1}',
        formatBytes(tree.top.size),
        count(tree.top.files, 'file'),
      ),
      items(tree),
      { placeHolder: vscode.l10n.t('What weighs most can be left out by .dockerignore') },
    );
    if (act === 'build') {
      await run.answers.set(key, { size: tree.top.size });
      return;
    }
    if (act === 'show') {
      await run.views.showContext(tree);
      throw new vscode.CancellationError();
    }
    if (act) await addPatterns([{ tree, node: act }]);
  }
}

/** Undefined where it cannot be known in time, or at all: the build itself says what is wrong. */
async function measure(
  { busy, signal }: Run<unknown>,
  { context, dockerfile }: BuildOptions,
): Promise<ContextTree | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    return await busy(measureContext(context, dockerfile, { signal: limit }));
  } catch (error) {
    if (signal.aborted || !(error instanceof EngineError)) throw error;
    return undefined;
  }
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
