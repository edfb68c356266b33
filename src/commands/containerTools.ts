import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { attachContainer } from '../engine/attach.ts';
import { exportContainer, waitContainer } from '../engine/containers.ts';
import { healthLog, readDetails } from '../engine/details/details.ts';
import { exitMeaning } from '../engine/details/why.ts';
import { addressOf } from '../engine/hostUrl.ts';
import type { Container } from '../engine/model.ts';
import { composeFile } from '../engine/recreate/composeFile.ts';
import { readRecipe } from '../engine/recreate/recipe.ts';
import { runLine } from '../engine/recreate/runLine.ts';
import { createToolbox, removeToolbox } from '../engine/toolbox.ts';
import { formatBytes, noIcons, oneLine } from '../util/format.ts';
import { inform, warn } from '../views/notify.ts';
import { runOn } from '../views/runOn.ts';
import { choose } from './ask.ts';
import { withProgress } from './progress.ts';
import type { Handlers } from './run.ts';
import type { Run } from './services.ts';
import { openSession } from './terminals.ts';
import type { TerminalSize } from './terminals.ts';

/** The images that have names, those with few layers' worth of bytes first: a toolbox is usually small. */
async function chooseToolbox({ current, answers }: Run<Container>): Promise<string> {
  await current.store?.load('image');
  const last = await answers.get<string>('toolbox');
  const images = (current.store?.list('image') ?? [])
    .flatMap(({ tags, size }) => tags.map((tag) => ({ tag, size })))
    .sort((a, b) => Number(b.tag === last) - Number(a.tag === last) || a.size - b.size);
  const { tag } = await choose(
    vscode.l10n.t('Image whose shell and programs to use'),
    images.map(({ tag, size }) => ({
      label: noIcons(oneLine(tag)),
      description: formatBytes(size),
      tag,
    })),
  );
  return tag;
}

async function openToolbox(run: Run<Container>, container: Container): Promise<void> {
  const client = await run.client();
  const image = await chooseToolbox(run);
  const id = await run.busy(createToolbox(client, container, image, run.signal));
  const remove = () =>
    removeToolbox(client, id).catch((error: unknown) => run.log.error(String(error)));
  try {
    const start = async ({ columns, rows }: TerminalSize) => {
      const session = await attachContainer(client, id, { start: true, cols: columns, rows });
      // Also when its terminal is closed: it is of no use to anyone else.
      void session.ended.then(remove);
      return session;
    };
    await openSession(`${container.name} (${image})`, 'debug-alt', start, { isShell: true });
  } catch (error) {
    await remove();
    throw error;
  }
  await run.answers.set('toolbox', image);
}

const shell = () => (process.platform === 'win32' ? 'powershell' : 'posix');

export const containerToolHandlers = {
  async 'container.debugShell'(run) {
    const [container] = run.targets;
    if (container) await openToolbox(run, container);
  },

  async 'container.export'({ targets: [container], client }) {
    if (!container) return;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
    const file = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export the files of {0}', container.name),
      defaultUri: vscode.Uri.file(join(folder, `${container.name}.tar`)),
      filters: { [vscode.l10n.t('Archive')]: ['tar'] },
    });
    if (!file) return;
    const engine = await client();
    const bytes = await withProgress(
      vscode.l10n.t('Exporting {0}', container.name),
      (report, signal) =>
        exportContainer(
          engine,
          container.id,
          file.fsPath,
          { onProgress: (done) => report(formatBytes(done)) },
          signal,
        ),
    );
    void inform(
      vscode.l10n.t('Exported {0} to {1} ({2}).', container.name, file.fsPath, formatBytes(bytes)),
    );
  },

  async 'container.copyRun'({ targets: [container], client, signal }) {
    if (!container) return;
    const recipe = await readRecipe(await client(), container.id, signal);
    await vscode.env.clipboard.writeText(runLine(recipe, shell()));
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied the docker run line.'), 4000);
  },

  async 'container.copyCompose'({ targets: [container], client, signal }) {
    if (!container) return;
    const recipe = await readRecipe(await client(), container.id, signal);
    await vscode.env.clipboard.writeText(composeFile(recipe));
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied the Compose service.'), 4000);
  },

  async 'container.healthLog'({ targets: [container], client, signal, showDocument }) {
    if (!container) return;
    await showDocument(`container/${container.name} health.log`, async () =>
      healthLog(await readDetails(await client(), container.id, signal)),
    );
  },

  async 'container.wait'({ targets: [container], client }) {
    if (!container) return;
    const engine = await client();
    const code = await withProgress(
      vscode.l10n.t('Waiting for {0} to end', container.name),
      (_, signal) => waitContainer(engine, container.id, signal),
    );
    const meaning = exitMeaning(code);
    const text = vscode.l10n.t('{0} ended with exit code {1}.', container.name, code);
    const logs = vscode.l10n.t('View Logs');
    const tell = code === 0 ? inform : warn;
    const said = meaning === undefined ? text : `${text} ${oneLine(meaning)}.`;
    if ((await tell(said, logs)) === logs) await runOn('container.logs', container);
  },

  async 'port.open'({ targets: [target], current }) {
    const port = target?.port.published[0]?.host;
    if (port !== undefined)
      await vscode.env.openExternal(vscode.Uri.parse(addressOf(current.endpoint?.host, port)));
  },

  async 'port.copyAddress'({ targets: [target], current }) {
    const port = target?.port.published[0]?.host;
    if (port !== undefined)
      await vscode.env.clipboard.writeText(addressOf(current.endpoint?.host, port));
  },
} satisfies Partial<Handlers>;
