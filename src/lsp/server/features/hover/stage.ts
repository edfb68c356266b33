import { code, count } from '../../../../util/format.ts';
import type { Parsed } from '../../documents.ts';
import { instructionAt } from '../../parser/tree.ts';
import { block, paragraphs, points } from './markdown.ts';

const MOST_USES = 10;

/** What the stage of an index starts from, how long it is, and who uses it. */
export function stageText(parsed: Parsed, index: number): string | undefined {
  const { tree, document } = parsed;
  const stage = tree.stages[index];
  if (!stage) return undefined;
  const lineOf = (offset: number) => document.positionAt(offset).line + 1;
  const image = stage.image?.text ?? '';
  const base = parsed.file().baseOf(stage);
  const resolved = parsed.file().scopes().from(stage).image?.value;
  const named = parsed
    .occurrences()
    .filter(({ group, write }) => group === `stage ${index}` && !write)
    .map(({ span: { start } }) => ({ start, name: instructionAt(tree, start)?.name ?? '' }));
  // Those that start from it by a variable don't name it.
  const started = tree.stages
    .filter((one) => one.base !== index && parsed.file().baseOf(one) === stage)
    .map(({ from: { start, name } }) => ({ start, name }));
  const uses = [...named, ...started]
    .sort((a, b) => a.start - b.start)
    .map(({ start, name }) => `${name}, line ${lineOf(start)}`);
  const isLast = index === tree.stages.length - 1;
  const from = base
    ? `Starts from stage ${code(base.name?.text ?? String(base.index))}, line ${lineOf(base.from.start)}.`
    : image.includes('$') && resolved && `Starts from ${code(resolved)}.`;
  const shown = uses.slice(0, MOST_USES);
  if (uses.length > shown.length) shown.push(`${uses.length - shown.length} more`);
  return paragraphs(
    block(`FROM ${image}${stage.name ? ` AS ${stage.name.text}` : ''}`),
    `Stage ${index} of ${count(tree.stages.length, 'stage')}, line ${lineOf(stage.from.start)}, ${count(stage.instructions.length - 1, 'instruction')}.`,
    from,
    uses.length > 0
      ? paragraphs('Used by:', points(shown))
      : isLast
        ? 'The last one: it is what a build without `--target` makes.'
        : 'No other stage uses it: it is built only when it is the target.',
  );
}
