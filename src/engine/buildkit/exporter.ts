import { annotationAttrs } from './annotations.ts';
import { isAtLeast } from '../calls.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { hasContainerdStore } from '../imageStore.ts';
import type { BuildOptions, BuildOutput } from './request.ts';

/** What a builder is to do with the result (`--output`). */
export interface ExporterChoice {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
  /** An archive that is saved from the engine's store once the image is there. */
  readonly save?: string;
}

const IMAGE: BuildOutput = { type: 'image' };

type ImageOptions = Pick<BuildOptions, 'annotations' | 'platforms' | 'attestations'>;

/**
 * Chooses the exporter. Docker's `moby` exporter puts an image into whichever store the engine has. Archives of images
 * are exported where containerd keeps the images, and saved afterwards where it doesn't.
 * @returns undefined where nothing is to be done
 * @throws EngineError `not-supported` for an OCI archive of an engine before Docker 25 (API 1.44), `bad-request` for a push without a name,
 *   for the id, a push or annotations of what is no image; `not-supported` for annotations, attestations, and images of several platforms, where containerd
 *   doesn't keep the images
 */
export async function chooseExporter(
  client: Pick<Client, 'request' | 'apiVersion' | 'engine'>,
  options: Pick<BuildOptions, 'output' | 'tags' | 'push' | 'iidFile'> & ImageOptions,
  signal?: AbortSignal,
): Promise<ExporterChoice | undefined> {
  const { output = IMAGE, tags, push, iidFile, annotations = [] } = options;
  const attrs = { ...(tags.length && { name: tags.join(',') }), ...annotationAttrs(annotations) };
  if (push && output.type !== 'image')
    throw new EngineError('bad-request', 'Only a build whose result is an image can be pushed.');
  if (push && !tags.length)
    throw new EngineError('bad-request', 'An image needs a name before it can be pushed.');
  if (iidFile !== undefined && (output.type === 'local' || output.type === 'tar'))
    throw new EngineError(
      'bad-request',
      'Files have no image id: --iidfile needs a build whose result is an image.',
    );
  // Podman has no BuildKit, and is told so in other words.
  const [demand] = client.engine.podman === undefined ? demandsOf(output.type, options) : [];
  const isArchive = output.type === 'docker' || output.type === 'oci';
  const isContainerds =
    (demand !== undefined || isArchive) && (await hasContainerdStore(client, signal));
  if (demand !== undefined && !isContainerds) throw new EngineError('not-supported', demand);
  switch (output.type) {
    case 'image':
      return { type: 'moby', attrs };
    case 'cacheonly':
      return undefined;
    case 'local':
      return { type: 'local', attrs: {} };
    case 'tar':
      return { type: 'tar', attrs: {} };
    case 'docker':
    case 'oci':
      if (isContainerds) return { type: output.type, attrs };
      if (output.type === 'oci' && !isAtLeast(client.apiVersion, 44))
        throw new EngineError(
          'not-supported',
          'This engine saves images in docker’s own form only: choose that instead of OCI, or an engine of Docker 25 or later.',
        );
      return { type: 'moby', attrs, save: output.dest };
  }
}

const LET_CONTAINERD =
  'have containerd keep the engine’s images ("containerd-snapshotter" among the "features" of its daemon.json)';

/**
 * What can't be had where the engine keeps its images itself, in sentences that say so: it would be refused once all is built, or
 * passed over in silence.
 * @throws EngineError `bad-request` for what no engine has
 */
function demandsOf(
  type: BuildOutput['type'],
  { annotations = [], platforms = [], attestations = [] }: ImageOptions,
): string[] {
  const isImage = type === 'image' || type === 'docker' || type === 'oci';
  if (attestations.length > 0 && type === 'docker')
    throw new EngineError(
      'bad-request',
      'An archive for docker load takes no attestations: choose type=oci.',
    );
  if (annotations.length > 0 && !isImage)
    throw new EngineError('bad-request', 'Only an image has annotations.');
  const demands: readonly [boolean, string][] = [
    [
      isImage && platforms.length > 1,
      `This engine takes no image of several platforms: build for one at a time, or ${LET_CONTAINERD}.`,
    ],
    [
      attestations.length > 0,
      `This engine has no attestations: leave them out, or ${LET_CONTAINERD}.`,
    ],
    [
      annotations.length > 0,
      'This engine keeps its images itself, and those have no annotations: use labels, or an engine whose images containerd keeps.',
    ],
  ];
  return demands.flatMap(([isAsked, sentence]) => (isAsked ? [sentence] : []));
}
