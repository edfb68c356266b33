import { refusedAttr } from '../buildkit/exporterAttrs.ts';
import { isTrue } from '../buildkit/files/metadata.ts';
import type { BuildOptions, BuildOutput } from '../buildkit/request.ts';
import { EngineError } from '../errors.ts';
import { bad, parseAttributes, parseBoolean, toPath } from './optionText.ts';
import { parseReference } from '../reference.ts';
import { splitList } from '../words.ts';

const OUTPUTS = ['image', 'cacheonly', 'local', 'tar', 'oci', 'docker'] as const;
const NAMED: ReadonlySet<string> = new Set(['image', 'oci', 'docker']);

/** What becomes of a build, with what an output may say of the image beside. */
export interface OutputChoice {
  readonly output: BuildOutput;
  /** Names of the image, which count where it has no tags. */
  readonly names: readonly string[];
  readonly push: boolean;
}

/**
 * `type=local,dest=out`, `type=tar,dest=out.tar`, `type=oci,…`, `type=docker,…`, `type=image`, `type=cacheonly`, or a folder
 * alone, with what BuildKit's exporters may be told: `compression=zstd`. As with buildx, `type=docker` without a file is an image
 * on the engine, and `type=registry` one that is pushed.
 */
export function parseOutput(text: string, folder: string): OutputChoice {
  if (text === '-') throw bad(text, 'does not say where to, as type=tar,dest=file does');
  if (!text.includes('='))
    return { output: { type: 'local', dest: toPath(text, folder) }, names: [], push: false };
  const { type: asked = '', dest = '', name, push, ...others } = parseAttributes(text);
  const type = asked === 'registry' ? 'image' : OUTPUTS.find((one) => one === asked);
  if (type === undefined) throw bad(text, `is not of type registry, ${OUTPUTS.join(', ')}`);
  const [other] = [
    ...(name !== undefined && !NAMED.has(type) ? ['name'] : []),
    ...(push !== undefined && type !== 'image' ? ['push'] : []),
    ...(dest !== '' && (type === 'image' || type === 'cacheonly') ? ['dest'] : []),
  ];
  if (other !== undefined)
    throw bad(text, `says “${other}”, which means nothing here: leave it out`);
  // An archive is what docker writes of an image by itself.
  if (isTrue(others['tar'] ?? '') && (type === 'docker' || type === 'oci')) delete others['tar'];
  const isImage = type === 'image' || (type === 'docker' && dest === '');
  for (const [attr, value] of Object.entries(others)) {
    const why = refusedAttr(isImage ? 'image' : type, attr, value);
    if (why !== undefined) throw bad(text, why);
  }
  const attrs = Object.keys(others).length > 0 && { attrs: others };
  const isPushed = parseBoolean(push ?? String(asked === 'registry'));
  if (isPushed === undefined) throw bad(text, 'says “push” with what is neither true nor false');
  const more = { names: splitList(name ?? ''), push: isPushed };
  if (type === 'cacheonly') return { output: { type }, ...more };
  if (isImage) return { output: { type: 'image', ...attrs }, ...more };
  if (dest === '' || dest === '-') throw bad(text, 'does not say where to: dest is missing');
  return { output: { type, dest: toPath(dest, folder), ...attrs }, ...more };
}

/**
 * What becomes of a build: its outputs, and what they say of the image's names and of pushing it. As buildx has it, their
 * names count where the image has no tags.
 * @throws EngineError `bad-request` where they name the image in different ways
 */
export function withOutputs(
  choices: readonly OutputChoice[],
  { tags, push }: { readonly tags: readonly string[]; readonly push: boolean },
): Pick<BuildOptions, 'tags' | 'outputs' | 'push'> {
  return {
    tags: tags.length > 0 ? tags : namesOf(choices),
    outputs: choices.length > 0 ? choices.map(({ output }) => output) : undefined,
    push: push || choices.some((choice) => choice.push),
  };
}

function namesOf(choices: readonly OutputChoice[]): readonly string[] {
  const [first, ...others] = choices.map(({ names }) => names).filter(({ length }) => length > 0);
  const other = others.find((names) => names.join() !== first?.join());
  if (other === undefined) return first ?? [];
  throw new EngineError(
    'bad-request',
    `The outputs of a build here have the same names, and “${first?.join()}” is not “${other.join()}”: write them as tags.`,
  );
}

/**
 * @throws EngineError `bad-request` for what no builder makes of a result: a tag that no image can have, a push without a name, the id or a push of what is
 *   no image, and two outputs in one place
 */
export function demandResult({
  outputs = [{ type: 'image' }],
  tags,
  push,
  iidFile,
}: BuildOptions): void {
  for (const tag of tags) parseReference(tag);
  const types = outputs.map(({ type }) => type);
  if (push && !types.includes('image'))
    throw new EngineError(
      'bad-request',
      'Only a build whose result is an image can be pushed: add type=image to its outputs.',
    );
  if (push && tags.length === 0)
    throw new EngineError(
      'bad-request',
      'An image needs a name before it can be pushed: give it a tag, or leave the push out.',
    );
  if (iidFile !== undefined && types.every((type) => type === 'local' || type === 'tar'))
    throw new EngineError(
      'bad-request',
      'Files have no image id: --iidfile needs a build whose result is an image.',
    );
  demandPlaces(outputs);
}

/** @throws EngineError `bad-request` for two outputs in one place */
export function demandPlaces(outputs: readonly BuildOutput[]): void {
  const places = outputs.flatMap((output) => ('dest' in output ? output.dest : []));
  const twice = places.find((dest, at) => places.indexOf(dest) < at);
  if (twice !== undefined)
    throw new EngineError(
      'bad-request',
      `Two outputs go to “${twice}”, and the last would be all that is left: give each a place of its own.`,
    );
}
