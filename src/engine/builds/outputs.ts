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
