import * as vscode from 'vscode';
import type { Client } from '../engine/client.ts';
import { EngineError } from '../engine/errors.ts';
import { isAnonymous } from '../engine/volumes.ts';
import type { Container, Kind } from '../engine/model.ts';
import { splitTag } from '../engine/reference.ts';
import { count, listNames, shortId } from '../util/format.ts';
import { inform } from '../views/notify.ts';
import { confirm } from './ask.ts';
import type { Run } from './services.ts';

/** What of the engine's objects nobody uses, by the name a person knows it by: what a prune takes. */
export interface Unused {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly danglingImages: readonly string[];
  readonly images: readonly string[];
  readonly anonymousVolumes: readonly string[];
  readonly volumes: readonly string[];
  /** The engine that has them. @throws EngineError `conflict` once another one was chosen, which has others by these names */
  readonly engine: () => Promise<Client>;
}

/** Whether a prune of containers takes it. */
const isStopped = ({ state }: Container) =>
  state === 'exited' || state === 'created' || state === 'dead';

/**
 * Reads from the live model what is unused.
 * @param afterwards once stopped containers are gone, so that what they alone use is unused too
 * @throws EngineError when a kind cannot be listed
 */
export async function findUnused(
  { client, current }: Run<unknown>,
  afterwards = false,
): Promise<Unused> {
  const { engine, endpoint } = await client();
  const { store } = current;
  const kinds: readonly Kind[] = ['container', 'image', 'network', 'volume'];
  await Promise.all(kinds.map(async (kind) => store?.load(kind)));
  const containers = store?.list('container') ?? [];
  const users = afterwards ? containers.filter((one) => !isStopped(one)) : containers;
  const usedImages = new Set(users.map(({ imageId }) => imageId));
  // Docker's prune looks for containers that run, and takes what stopped ones need to be started; Podman's does not.
  const onNetworks = engine.podman ? users : containers.filter((one) => !isStopped(one));
  const usedNetworks = new Set(onNetworks.flatMap(({ networks }) => networks));
  const usedVolumes = new Set(users.flatMap(({ mounts }) => mounts.map(({ source }) => source)));
  const images = (store?.list('image') ?? []).filter(({ id }) => !usedImages.has(id));
  const volumes = (store?.list('volume') ?? [])
    .map(({ name }) => name)
    .filter((name) => !usedVolumes.has(name));
  return {
    containers: containers.filter(isStopped).map(({ name }) => name),
    networks: (store?.list('network') ?? [])
      .filter(({ builtIn, name }) => !builtIn && !usedNetworks.has(name))
      .map(({ name }) => name),
    danglingImages: images.filter(({ tags }) => !tags.length).map(({ id }) => shortId(id)),
    images: images.map(({ id, tags }) => tags.map(nameOf)[0] ?? shortId(id)),
    anonymousVolumes: volumes.filter(isAnonymous).map((name) => name.slice(0, 12)),
    volumes: volumes.map((name) => (isAnonymous(name) ? name.slice(0, 12) : name)),
    async engine() {
      const now = await client();
      if (now.endpoint.url === endpoint.url) return now;
      throw new EngineError(
        'conflict',
        vscode.l10n.t('Another engine was chosen meanwhile: nothing was removed.'),
      );
    },
  };
}

const nameOf = (reference: string) => {
  const { repository, tag } = splitTag(reference);
  return tag === 'latest' ? repository : reference;
};

/**
 * Asks whether to remove these, naming them; says so when there are none.
 * @param noun of one of them: `unused network`
 * @throws vscode.CancellationError unless the person agrees
 */
export async function confirmPrune(
  names: readonly string[],
  noun: string,
  detail: string,
): Promise<void> {
  if (!names.length) {
    void inform(vscode.l10n.t('There is no {0}.', noun));
    throw new vscode.CancellationError();
  }
  await confirm(
    vscode.l10n.t('Remove {0}: {1}?', count(names.length, noun), listNames(names, 10)),
    vscode.l10n.t('Remove'),
    detail,
  );
}
