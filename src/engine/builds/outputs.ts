import type { BuildOptions } from '../buildkit/request.ts';
import { EngineError } from '../errors.ts';
import type { OutputChoice } from './optionText.ts';

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
 * @throws EngineError `bad-request` for what no builder makes of a result: a push without a name, and the id or a push of what is
 *   no image
 */
export function demandResult({
  outputs = [{ type: 'image' }],
  tags,
  push,
  iidFile,
}: BuildOptions): void {
  const types = outputs.map(({ type }) => type);
  if (push && !types.includes('image'))
    throw new EngineError(
      'bad-request',
      'Only a build whose result is an image can be pushed: add type=image to its outputs.',
    );
  if (push && tags.length === 0)
    throw new EngineError('bad-request', 'An image needs a name before it can be pushed.');
  if (iidFile !== undefined && types.every((type) => type === 'local' || type === 'tar'))
    throw new EngineError(
      'bad-request',
      'Files have no image id: --iidfile needs a build whose result is an image.',
    );
}
