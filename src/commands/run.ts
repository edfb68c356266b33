import * as vscode from 'vscode';
import { EngineError } from '../engine/errors.ts';
import { bySelection, commands, fullId } from '../manifest/commands.ts';
import type { CommandId } from '../manifest/commands.ts';
import type { CommandSpec } from '../manifest/commands/spec.ts';
import type { Noun } from '../manifest/facts.ts';
import { inform, showProblem } from '../views/notify.ts';
import { buildRows } from '../views/rows/builds.ts';
import { withProgress } from './progress.ts';
import { commandOf, remedies, remediesOfBuild } from './remedies.ts';
import type { Run, Services, TargetOf, TargetRow } from './services.ts';
import { pickTargets, rowsOf, selectedRows } from './targets.ts';

type Spec<K extends CommandId> = (typeof commands)[K];
type FirstNoun<K extends CommandId> =
  Spec<K> extends { readonly on: readonly [infer N extends Noun, ...unknown[]] } ? N : never;
type Target<K extends CommandId> = [FirstNoun<K>] extends [never]
  ? vscode.Uri | undefined
  : FirstNoun<K> extends keyof TargetOf
    ? TargetOf[FirstNoun<K>]
    : never;

/** What a command does, once its targets are known. It throws what goes wrong; it shows nothing of that itself. */
export type Handler<K extends CommandId> = (run: Run<Target<K>>) => Promise<void>;
export type Handlers<K extends CommandId = CommandId> = { readonly [Id in K]: Handler<Id> };

/** How long a command may take before its progress is shown, in milliseconds. */
const patience = 700;

/**
 * Runs `work` and, when it is not done by then, shows its progress with a cancel button.
 * Rejects with what `work` rejects with.
 */
async function withLateProgress<R>(
  title: string,
  controller: AbortController,
  work: Promise<R>,
): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((done) => {
    timer = setTimeout(() => done('late'), patience);
  });
  const first = await Promise.race([work, late]).finally(() => clearTimeout(timer));
  if (first !== 'late') return work;
  return withProgress(title, (_, signal) => {
    signal.addEventListener('abort', () => controller.abort());
    return work;
  });
}

/** Says what failed, why and what to do, in one message; the rest goes to the log. Nothing else shows errors. */
async function showError(
  error: unknown,
  id: CommandId,
  services: Services,
  argument: unknown,
): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  if (error instanceof EngineError && error.reason === 'cancelled') return;
  const { log } = services;
  const known = error instanceof EngineError;
  const text = error instanceof Error ? error.message : String(error);
  log.error(`${id}: ${text}`);
  if (known && error.detail) log.error(error.detail);
  if (!known && error instanceof Error && error.stack) log.error(error.stack);
  // With the engine connected its remedies are of no use: then a file, a helper or a registry was at fault.
  const connected = services.current.state.name === 'connected';
  const build = known && error.build !== undefined ? services.builds.get(error.build) : undefined;
  const offered = [
    ...(known ? remedies(error.reason, id) : []).filter(
      ({ command }) => !(connected && command.startsWith('engine.')),
    ),
    ...(build ? remediesOfBuild(build) : []),
  ];
  const showLog = vscode.l10n.t('Show Log');
  const message = known ? text : vscode.l10n.t('Something went wrong: {0}', text);
  const chosen = await showProblem(message, ...offered.map(({ title }) => title), showLog);
  if (chosen === showLog) await showLogOf(build?.id, services);
  const remedy = offered.find(({ title }) => title === chosen);
  const given = remedy?.same && argument !== bySelection ? [argument] : [];
  if (remedy?.row) given.push(remedy.row);
  if (remedy) await vscode.commands.executeCommand(commandOf(remedy), ...given);
}

/** Shows what a build has done and written; without a build, or once it is forgotten, what we have written down. */
async function showLogOf(id: string | undefined, { builds, log }: Services): Promise<void> {
  const build = id === undefined ? undefined : builds.get(id);
  if (!build) return log.show();
  const [row] = buildRows([build], Date.now() / 1000);
  await vscode.commands.executeCommand(fullId('build.log'), row);
}

/** The file that a command was called on: a Uri from the editor's menus, its text from a document's own commands. */
function fileOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  return typeof argument === 'string' && /^[a-z][a-z\d+.-]+:/i.test(argument)
    ? vscode.Uri.parse(argument)
    : undefined;
}

/**
 * Runs one command: finds its targets, runs its handler with progress and cancel, and shows what fails.
 * `argument` and `selected` are what VS Code passes: a tree node and all selected ones, a file, or nothing.
 */
async function run(
  id: CommandId,
  load: () => Promise<Handlers>,
  services: Services,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  const spec: CommandSpec = commands[id];
  const controller = new AbortController();
  const { signal } = controller;
  try {
    let targets: unknown[];
    if (spec.on) {
      const rows: readonly TargetRow[] =
        argument === bySelection ? selectedRows(spec, services) : rowsOf(spec, argument, selected);
      if (!rows.length && argument !== undefined && argument !== bySelection) {
        // What was clicked has changed meanwhile; another one is not meant.
        void inform(vscode.l10n.t('{0}: this no longer applies.', spec.title.replace(/…$/, '')));
        return;
      }
      const chosen = rows.length ? rows : await pickTargets(spec, services);
      if (!chosen.length) return;
      targets = chosen.map(({ target }) => target);
    } else targets = [fileOf(argument)];
    const busy = <R>(work: Promise<R>): Promise<R> =>
      withLateProgress(`${vscode.l10n.t(spec.doing ?? spec.title)}…`, controller, work);
    const handler = (await load())[id] as (run: Run<unknown>) => Promise<void>;
    await handler({
      ...services,
      targets,
      signal,
      client: () => busy(services.current.client(signal)),
      busy,
    });
  } catch (error) {
    await showError(error, id, services, argument);
  }
}

/** Registers every command of the table. @param load loads what they do, when the first of them is run */
export function registerCommands(
  load: () => Promise<Handlers>,
  services: Services,
): vscode.Disposable {
  const ids = Object.keys(commands) as CommandId[];
  return vscode.Disposable.from(
    ...ids.map((id) =>
      vscode.commands.registerCommand(fullId(id), (argument?: unknown, selected?: unknown) =>
        run(id, load, services, argument, selected),
      ),
    ),
  );
}
