import { annotationAttrs } from './annotations.ts';
import { isAtLeast } from '../calls.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';
import { isAnnotation } from './exporterAttrs.ts';
import type { ExporterAttrs } from './exporterAttrs.ts';
import { hasContainerdStore } from '../imageStore.ts';
import type { BuildOptions, BuildOutput, LocalOutput } from './request.ts';

/** One thing that a builder is to do with the result. */
export interface Exporter {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
  /** What it sends is written there. */
  readonly output?: LocalOutput;
}

/** What becomes of the result (`--output`). */
export interface ExporterChoice {
  readonly exporters: readonly Exporter[];
  /** Archives that are saved from the engine's store once the image is there. */
  readonly saves: readonly string[];
}

const IMAGE: BuildOutput = { type: 'image' };

type ImageOptions = Pick<BuildOptions, 'annotations' | 'platforms' | 'attestations'>;

/**
 * Chooses the exporters. Docker's `moby` exporter puts an image into whichever store the engine has. Archives of images
 * are exported where containerd keeps the images, and saved afterwards where it doesn't.
 * @throws EngineError `not-supported` for an OCI archive of an engine before Docker 25 (API 1.44), several exporters before Docker 26
 *   (API 1.45), and attributes that its builder does not know; `bad-request` for annotations of what is no image; `not-supported` for annotations, attestations, attributes and images of several
 *   platforms, where containerd doesn't keep the images
 */
export async function chooseExporters(
  client: Pick<Client, 'request' | 'apiVersion' | 'engine'>,
  options: Pick<BuildOptions, 'outputs' | 'tags'> & ImageOptions,
  signal?: AbortSignal,
): Promise<ExporterChoice> {
  const { outputs = [IMAGE], tags, annotations = [] } = options;
  const types = new Set(outputs.map(({ type }) => type));
  const attrs = { ...(tags.length && { name: tags.join(',') }), ...annotationAttrs(annotations) };
  // It has no BuildKit, and is told so in other words.
  if (client.engine.podman !== undefined) return choiceOf(outputs, attrs, false);
  demandVersion(client, outputs);
  const [demand] = demandsOf(outputs, options);
  const hasArchive = types.has('docker') || types.has('oci');
  const isContainerds =
    (demand !== undefined || hasArchive) && (await hasContainerdStore(client, signal));
  if (demand !== undefined && !isContainerds) throw new EngineError('not-supported', demand);
  if (types.has('oci') && !isContainerds && !isAtLeast(client.apiVersion, 44))
    throw new EngineError(
      'not-supported',
      'This engine saves images in docker’s own form only: choose that instead of OCI, or an engine of Docker 25 or later.',
    );
  const choice = choiceOf(outputs, attrs, isContainerds);
  if (choice.exporters.length > 1 && !isAtLeast(client.apiVersion, 45))
    throw new EngineError(
      'not-supported',
      'This engine makes one output of a build: run it once for each, or use an engine of Docker 26 or later.',
    );
  return choice;
}

function choiceOf(
  outputs: readonly BuildOutput[],
  attrs: Readonly<Record<string, string>>,
  isContainerds: boolean,
): ExporterChoice {
  const exporters: Exporter[] = [];
  const saves: string[] = [];
  let kept: ExporterAttrs | undefined;
  for (const output of outputs) {
    if (output.type === 'cacheonly') continue;
    const { type, attrs: own } = output;
    if (type === 'image') kept = { ...attrs, ...kept, ...own };
    else if (type === 'local' || type === 'tar')
      exporters.push({ type, attrs: { ...own }, output });
    else if (isContainerds) exporters.push({ type, attrs: { ...attrs, ...own }, output });
    else saves.push(output.dest);
  }
  // What is saved has to be there, too.
  if (saves.length > 0) kept ??= attrs;
  return { exporters: [...(kept ? [{ type: 'moby', attrs: kept }] : []), ...exporters], saves };
}

/** What outputs are told beside where to, in all. */
const attrsOf = (outputs: readonly BuildOutput[]): string[] =>
  outputs.flatMap((output) => ('attrs' in output ? Object.keys(output.attrs ?? {}) : []));

/** Attributes that an older builder would pass over in silence, by the API and the Docker that have them. */
const SINCE: Readonly<Record<string, readonly [minor: number, docker: string]>> = {
  'platform-split': [44, 'Docker 25'],
  'rewrite-timestamp': [45, 'Docker 26'],
};

/** @throws EngineError `not-supported` for an attribute that the engine's builder does not know */
function demandVersion(
  { apiVersion }: Pick<Client, 'apiVersion'>,
  outputs: readonly BuildOutput[],
): void {
  for (const name of attrsOf(outputs)) {
    const [minor = 0, docker] = SINCE[name] ?? [];
    if (isAtLeast(apiVersion, minor)) continue;
    throw new EngineError(
      'not-supported',
      `This engine passes over “${name}” of an output: leave it out, or use an engine of ${docker} or later.`,
    );
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
  outputs: readonly BuildOutput[],
  { annotations = [], platforms = [], attestations = [] }: ImageOptions,
): string[] {
  const types = new Set(outputs.map(({ type }) => type));
  const isImage = types.has('image') || types.has('docker') || types.has('oci');
  const told = attrsOf(outputs.filter(({ type }) => type !== 'local' && type !== 'tar'));
  const attr = told.find((name) => !isAnnotation(name));
  if (attestations.length > 0 && types.has('docker'))
    throw new EngineError(
      'bad-request',
      'An archive for docker load takes no attestations: choose type=oci.',
    );
  if (annotations.length > 0 && !isImage)
    throw new EngineError('bad-request', 'Only an image has annotations.');
  const demands: readonly [boolean, string][] = [
    [
      attr !== undefined,
      `This engine keeps its images itself, and those have no “${attr}”: leave it out, or ${LET_CONTAINERD}.`,
    ],
    [
      isImage && platforms.length > 1,
      `This engine takes no image of several platforms: build for one at a time, or ${LET_CONTAINERD}.`,
    ],
    [
      attestations.length > 0,
      `This engine has no attestations: leave them out, or ${LET_CONTAINERD}.`,
    ],
    [
      annotations.length > 0 || told.some(isAnnotation),
      'This engine keeps its images itself, and those have no annotations: use labels, or an engine whose images containerd keeps.',
    ],
  ];
  return demands.flatMap(([isAsked, sentence]) => (isAsked ? [sentence] : []));
}
