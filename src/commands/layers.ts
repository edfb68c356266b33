import * as vscode from 'vscode';
import type { Client } from '../engine/client.ts';
import { imageHistory } from '../engine/imageHistory.ts';
import { analyseImage } from '../engine/layers/analyse.ts';
import type { Analysis } from '../engine/layers/analyse.ts';
import { reconstructDockerfile } from '../engine/layers/reconstruct.ts';
import type { Image } from '../engine/model.ts';
import { asFileName, formatBytes, noIcons, shortId } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { choose } from './ask.ts';
import { imageComparison } from './imageComparison.ts';
import { withProgress } from './progress.ts';
import type { Handlers } from './run.ts';
import type { ImageTarget, Run } from './services.ts';

const nameOf = ({ image, reference }: ImageTarget) =>
  image.tags.length ? reference : shortId(reference);

export const layerHandlers = {
  async 'image.layers'(run) {
    const [target] = run.targets;
    if (!target) return;
    await run.client();
    await run.openLayers({ id: target.image.id, name: nameOf(target) });
  },

  async 'image.compare'(run) {
    const [target] = run.targets;
    if (!target) return;
    const client = await run.client();
    const other = await chooseOther(run, target);
    if (!other) return;
    const [first, second] = [nameOf(target), nameOf(other)];
    const before = await analyse(client, target.image, first);
    const after = await analyse(client, other.image, second);
    const path = `image/${asFileName(first)}-${asFileName(second)}-compared.md`;
    await run.showDocument(
      path,
      async () =>
        imageComparison({ name: first, analysis: before }, { name: second, analysis: after }),
      { inOwnEditor: true },
    );
  },

  async 'image.dockerfile'(run) {
    const [target] = run.targets;
    if (!target) return;
    const name = nameOf(target);
    await run.showDocument(`image/${asFileName(name)}/Dockerfile`, async () =>
      reconstructDockerfile(
        name,
        await imageHistory(await run.client(), target.image.id, run.signal),
      ),
    );
  },
} satisfies Partial<Handlers>;

/** Asks which other image is meant; other tags of its repository come first. */
async function chooseOther(
  run: Run<ImageTarget>,
  target: ImageTarget,
): Promise<ImageTarget | undefined> {
  const { current } = run;
  await current.store?.load('image');
  const repository = (reference: string) => reference.replace(/:[^:/]*$/, '');
  const own = repository(target.reference);
  const others = (current.store?.list('image') ?? [])
    .filter(({ id }) => id !== target.image.id)
    .flatMap((image): ImageTarget[] =>
      (image.tags.length > 0 ? image.tags : [image.id]).map((reference) => ({ image, reference })),
    )
    .map((other) => ({ other, isKin: repository(other.reference) === own }))
    .sort((a, b) => Number(b.isKin) - Number(a.isKin));
  if (others.length === 0) {
    void inform(vscode.l10n.t('There is no other image to compare with.'));
    return undefined;
  }
  const { other } = await choose(
    vscode.l10n.t('Compare {0} with', nameOf(target)),
    others.map(({ other }) => ({
      label: noIcons(nameOf(other)),
      description: formatBytes(other.image.size),
      other,
    })),
  );
  return other;
}

const analyse = (client: Client, { id, size }: Image, name: string): Promise<Analysis> =>
  withProgress(vscode.l10n.t('Reading the layers of {0}', name), (report, signal) =>
    analyseImage(
      client,
      id,
      (bytes) => report(`${formatBytes(bytes)} / ${formatBytes(size)}`),
      signal,
    ),
  );
