import type { Expansion } from '../../model/expand.ts';
import type { Word } from '../../parser/tree.ts';
import { referenceProblem } from '../errors/support/reference.ts';
import type { Fix, Rule } from '../rule.ts';
import { at } from './support.ts';
import { replace } from '../edits.ts';

export const invalidDefaultArgInFrom: Rule = {
  id: 'InvalidDefaultArgInFrom',
  severity: 'warning',
  fileWide: true,
  title: 'The defaults of the arguments in FROM should make a valid image',
  why: 'Whoever builds the file without `--build-arg` gets the defaults. They should give a base image, not an empty or broken name.',
  examples: [
    {
      bad: 'ARG VERSION\nFROM alpine:${VERSION}\n',
      good: 'ARG VERSION=3.20\nFROM alpine:${VERSION}\n',
    },
    {
      bad: 'ARG VERSION\nFROM alpine:$VERSION\n',
      good: 'ARG VERSION\nFROM alpine:${VERSION:-latest}\n',
      fixed: true,
    },
  ],
  *check(file) {
    const scopes = file.scopes();
    // Without defaults there is nothing that could be judged.
    if (
      scopes.globalSteps.some(({ expanded }) => expanded.some(({ expansion }) => expansion.error))
    )
      return;
    for (const stage of file.tree.stages) {
      const { image } = scopes.from(stage);
      if (!image || !stage.image) continue;
      if (image.error) return;
      const problem = referenceProblem(image.value);
      if (problem === undefined) continue;
      const result = image.value === '' ? 'nothing' : `"${image.value.slice(0, 80)}"`;
      yield at(stage.from, {
        span: stage.image,
        message:
          image.references.length > 0
            ? `With the defaults of its arguments this is ${result}, which is no image. ${problem.message}`
            : problem.message,
        fixes: withDefaultTag(stage.image, image),
      });
    }
  },
};

/** A variable that is all of the tag, and empty, gets a default where it is used. */
function withDefaultTag(word: Word, { references }: Expansion): Fix[] {
  if (word.end - word.start !== word.text.length) return [];
  return references.flatMap(({ name, start, end, value }) => {
    const written = word.text.slice(start, end);
    const plain = written === `$${name}` || written === `\${${name}}`;
    if (value || !plain || end !== word.text.length || word.text[start - 1] !== ':') return [];
    const span = { start: word.start + start, end: word.start + end };
    return [replace('Default to latest', span, `\${${name}:-latest}`)];
  });
}
