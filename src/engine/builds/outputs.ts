import type { BuildOptions } from '../buildkit/request.ts';
import type { OutputChoice } from './optionText.ts';

/**
 * What becomes of a build: its output, and what that says of the image's names and of pushing it. As buildx has it, its
 * names count where the image has no tags.
 */
export function withOutput(
  choice: OutputChoice | undefined,
  { tags, push }: { readonly tags: readonly string[]; readonly push: boolean },
): Pick<BuildOptions, 'tags' | 'output' | 'push'> {
  return {
    tags: tags.length > 0 ? tags : (choice?.names ?? []),
    output: choice?.output,
    push: push || (choice?.push ?? false),
  };
}
