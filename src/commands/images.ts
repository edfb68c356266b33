import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { EngineError } from '../engine/errors.ts';
import { loadImages, saveImages } from '../engine/imageArchive.ts';
import { inspectImage, pruneImages, removeImage, tagImage } from '../engine/images.ts';
import { HUB, familiarReference, parseReference } from '../engine/reference.ts';
import { asFileName, count, formatBytes, listNames, shortId } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { askFor, choose, confirm, each } from './ask.ts';
import { buildFrom } from './builds/buildFrom.ts';
import { checkWithEngine } from './builds/check.ts';
import { copies } from './copy.ts';
import { checkReference } from './names.ts';
import { confirmPrune, findUnused } from './unused.ts';
import { withProgress } from './progress.ts';
import { runForm, runInteractively } from './runImage.ts';
import type { Handlers } from './run.ts';
import type { ImageTarget, Run } from './services.ts';
import { pullWithProgress, pushWithProgress, registryOf } from './transfers.ts';

const nameOf = ({ image, reference }: ImageTarget) =>
  image.tags.length ? reference : shortId(reference);

/** A reference with another registry in front: `team/app:1` for `host:5000` is `host:5000/team/app:1`. */
function moveTo(host: string, reference: string): string {
  const { repository, tag } = parseReference(reference);
  const path = host === HUB ? repository : repository.replace(/^library\//, '');
  return familiarReference(parseReference(`${host}/${path}:${tag ?? 'latest'}`));
}

/** Asks where to push to, and pushes; a registry other than the tag's own means that the image is tagged for it first. */
async function pushToChosen(run: Run<ImageTarget>, reference: string): Promise<void> {
  const push = async (destination: string) => {
    if (destination !== reference)
      await tagImage(await run.client(), reference, destination, run.signal);
    await pushWithProgress(run, destination);
  };
  const entries = await run.registries.shown(run.signal);
  const hosts = new Set([registryOf(reference), ...entries.map(({ host }) => host)]);
  const { destination } = await choose(vscode.l10n.t('Push {0} to', reference), [
    ...[...hosts].map((host) => {
      const destination = moveTo(host, reference);
      return { label: destination, description: host === HUB ? 'Docker Hub' : host, destination };
    }),
    { label: vscode.l10n.t('Another name…'), description: '', destination: '' },
  ]);
  if (destination) return push(destination);
  const title = vscode.l10n.t('Push {0} as', reference);
  const options = { value: reference, check: checkReference };
  return askFor(run.answers, `push/${reference}`, title, options, push);
}

export const imageHandlers = {
  async 'image.build'(run) {
    await buildFrom(run, run.targets[0]);
  },

  async 'image.buildAgain'(run) {
    await buildFrom(run, run.targets[0], true);
  },

  async 'image.check'(run) {
    await checkWithEngine(run, run.targets[0]);
  },

  async 'image.buildAndRun'(run) {
    const { request, image } = await buildFrom(run, run.targets[0]);
    const reference = request.tags[0] ?? image;
    if (reference === undefined)
      throw new EngineError('bad-request', vscode.l10n.t('No image came of this build.'));
    await runForm(run, { reference });
  },

  async 'image.run'(run) {
    const [target] = run.targets;
    if (target) await runForm(run, target);
  },

  async 'image.runInteractive'(run) {
    const [target] = run.targets;
    if (target) await runInteractively(run, target);
  },

  async 'image.pull'(run) {
    await askFor(
      run.answers,
      'image.pull',
      vscode.l10n.t('Pull an image'),
      {
        placeHolder: 'repository:tag',
        prompt: vscode.l10n.t('Its name, with a registry in front unless it is on Docker Hub'),
        check: checkReference,
      },
      (reference) => pullWithProgress(run, reference),
    );
  },

  async 'image.pullAgain'(run) {
    for (const { reference } of run.targets) await pullWithProgress(run, reference);
  },

  async 'image.push'(run) {
    const [target] = run.targets;
    if (target) await pushToChosen(run, target.reference);
  },

  async 'image.tag'({ targets: [target], client, signal, answers }) {
    if (!target) return;
    const engine = await client();
    await askFor(
      answers,
      `tag/${target.reference}`,
      vscode.l10n.t('Another tag for {0}', nameOf(target)),
      {
        value: target.image.tags.length ? target.reference : '',
        placeHolder: 'repository:tag',
        check: checkReference,
      },
      (reference) => tagImage(engine, target.reference, reference, signal),
    );
  },

  async 'image.inspect'({ targets: [target], client, signal, showDocument }) {
    if (!target) return;
    await showDocument(`image/${nameOf(target)}.json`, async () =>
      inspectImage(await client(), target.reference, signal),
    );
  },

  'image.copyTag': copies(({ reference }: ImageTarget) => reference),
  'image.copyId': copies(({ image }: ImageTarget) => image.id),

  async 'image.save'({ targets, client }) {
    const [first] = targets;
    if (!first) return;
    const name = asFileName(nameOf(first));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
    const file = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save {0}', listNames(targets.map(nameOf))),
      defaultUri: vscode.Uri.file(join(folder, `${name}.tar`)),
      filters: { [vscode.l10n.t('Image archive')]: ['tar'] },
    });
    if (!file) return;
    const engine = await client();
    const references = targets.map(({ reference }) => reference);
    const bytes = await withProgress(
      vscode.l10n.t('Saving {0}', listNames(references)),
      (report, signal) =>
        saveImages(
          engine,
          references,
          file.fsPath,
          { onProgress: (done) => report(formatBytes(done)) },
          signal,
        ),
    );
    void inform(
      vscode.l10n.t(
        'Saved {0} to {1} ({2}).',
        listNames(references),
        file.fsPath,
        formatBytes(bytes),
      ),
    );
  },

  async 'image.load'({ client }) {
    const files = await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Load images'),
      filters: { [vscode.l10n.t('Image archives')]: ['tar', 'gz', 'tgz', 'xz', 'bz2', 'zst'] },
    });
    const [file] = files ?? [];
    if (!file) return;
    const engine = await client();
    const loaded = await withProgress(vscode.l10n.t('Loading {0}', file.fsPath), (report, signal) =>
      loadImages(
        engine,
        file.fsPath,
        {
          onProgress: ({ sent, size }) =>
            report(`${formatBytes(sent)} / ${formatBytes(size)}`, size ? sent / size : undefined),
        },
        signal,
      ),
    );
    void inform(vscode.l10n.t('Loaded {0}.', listNames(loaded)));
  },

  async 'image.remove'({ targets, client, signal, current, busy, files }) {
    const engine = await client();
    await current.store?.load('container');
    const containers = current.store?.list('container') ?? [];
    const users = containers.filter(({ imageId }) =>
      targets.some(({ image }) => image.id === imageId),
    );
    await confirm(
      targets.length === 1
        ? vscode.l10n.t('Remove the image {0}?', listNames(targets.map(nameOf)))
        : vscode.l10n.t(
            'Remove {0}: {1}?',
            count(targets.length, 'image'),
            listNames(targets.map(nameOf)),
          ),
      vscode.l10n.t('Remove'),
      users.length
        ? vscode.l10n.t(
            'In use by {0}: the engine keeps what running containers need.',
            listNames(users.map(({ name }) => name)),
          )
        : vscode.l10n.t('A tag goes; the image itself goes with its last tag.'),
    );
    await busy(
      each(targets, nameOf, async ({ image, reference }) => {
        await files.letGo({ kind: 'image', id: image.id });
        await removeImage(engine, reference, {}, signal);
      }),
    );
  },

  async 'image.showDangling'({ settings }) {
    await settings.update('images.showDangling', true);
  },

  async 'image.hideDangling'({ settings }) {
    await settings.update('images.showDangling', false);
  },

  async 'image.prune'(run) {
    const { danglingImages, images, engine } = await findUnused(run);
    const { all } = await choose(vscode.l10n.t('Remove unused images'), [
      {
        label: vscode.l10n.t('Dangling images'),
        description: vscode.l10n.t('{0}, those without a tag', danglingImages.length),
        all: false,
      },
      {
        label: vscode.l10n.t('All unused images'),
        description: vscode.l10n.t('{0}, tagged ones too', images.length),
        all: true,
      },
    ]);
    await confirmPrune(
      all ? images : danglingImages,
      all ? 'unused image' : 'dangling image',
      vscode.l10n.t('They have to be built or pulled again when they are needed.'),
    );
    const { bytes } = await run.busy(pruneImages(await engine(), { all }, run.signal));
    void inform(vscode.l10n.t('{0} reclaimed.', formatBytes(bytes)));
  },
} satisfies Partial<Handlers>;
