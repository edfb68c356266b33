import type { Outline, OutlineInstruction, OutlineStage } from '../../util/dockerfileOutline.ts';
import { groupBy } from '../../util/multimap.ts';
import type { Build } from './model.ts';
import type { NamedStep } from './stepRecord.ts';

type Lines = readonly [number, number];

/** Instructions that BuildKit makes a step of, and counts in `[stage 2/5]` (dockerfile2llb). */
const COUNTED = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);
/** More pairs of steps and instructions than this are not compared: they go by their numbers alone. */
const MOST_PAIRS = 1_000_000;

/**
 * Says where the instructions of steps stand in their Dockerfile, by the steps' ids; those of none are left out.
 *
 * BuildKit counts in a stage FROM (unless its base is `scratch` or an earlier stage), RUN, COPY, ADD and WORKDIR; newer
 * engines also every ONBUILD trigger of the base, whose steps stand at FROM's line. But not all that is counted becomes a
 * numbered step: `WORKDIR /` has none, nor a trigger such as ENV, nor a base without layers; and triggers that aren't
 * counted make a step 9 of 8. So steps and instructions are laid beside each other in their order,
 * by what they say, and their numbers decide where that leaves a choice. What they say differs, too: variables are
 * replaced, quotes taken away. The classic builder has a step for every instruction.
 */
export function stepLines(
  outline: Outline,
  steps: readonly NamedStep[],
  builder: Build['builder'] = 'buildkit',
): ReadonlyMap<string, Lines> {
  const found = new Map<string, Lines>();
  const groups = groupBy(
    steps.filter(({ stage, index }) => stage !== undefined && index !== undefined),
    ({ stage, platform }) => `${stage} ${platform}`,
  );
  for (const group of groups.values()) {
    const named = stagesOf(outline, group[0]?.stage ?? '');
    const [best] = named
      .map((stage) => placeAll(stage, group, builder === 'classic'))
      .sort((a, b) => b.score - a.score);
    for (const [id, lines] of best?.places ?? []) found.set(id, lines);
  }
  // A base that is also copied from belongs to no stage.
  for (const { id, index, instruction } of steps) {
    if (index !== undefined || !instruction.startsWith('FROM ')) continue;
    const image = bareImage(instruction.slice(5));
    const stage = outline.stages.find(({ base }) => bareImage(base) === image);
    if (stage) found.set(id, stage.from.lines);
  }
  return found;
}

/** An image's name as it is usually written. */
export function bareImage(name: string): string {
  return name
    .trim()
    .replace(/@[^@]*$/, '')
    .replace(/^docker\.io\/(?:library\/)?/, '')
    .replace(/:latest$/, '');
}

/** Stages may share a name. */
function stagesOf({ stages }: Outline, word: string): readonly OutlineStage[] {
  if (!/^\d+$/.test(word)) return stages.filter(({ name }) => name === word.toLowerCase());
  return stages.slice(Number(word), Number(word) + 1);
}

interface Placed {
  readonly places: ReadonlyMap<string, Lines>;
  readonly score: number;
}

function placeAll(stage: OutlineStage, steps: readonly NamedStep[], all: boolean): Placed {
  const places = new Map<string, Lines>();
  const own: NamedStep[] = [];
  for (const step of steps)
    if ((all ? /^FROM\s/i : /^(?:FROM|ONBUILD)\s/).test(step.instruction))
      places.set(step.id, stage.from.lines);
    else own.push(step);
  const counted = stage.instructions.filter(({ keyword }) => all || COUNTED.has(keyword));
  // An instruction can be several steps: a download and the copying of it.
  const rows = Array.from(groupBy(own, ({ index }) => index ?? 0)).sort((a, b) => a[0] - b[0]);
  const { chosen, score } = align(
    rows.map(([index, [step]]) => ({
      said: plain(step?.instruction.replace(/^LINK /, '') ?? ''),
      expected: index - 1 - ((step?.total ?? 0) - counted.length),
    })),
    counted.map(toTemplate),
  );
  const first = chosen.findIndex((template) => template !== undefined);
  for (const [row, [, same]] of rows.entries()) {
    // Triggers come before the stage's own instructions.
    const lines = row < first ? stage.from.lines : counted[chosen[row] ?? -1]?.lines;
    if (lines) for (const { id } of same) places.set(id, lines);
  }
  return { places, score };
}

interface Row {
  readonly said: string;
  /** The number of the instruction if all that is counted became a step. */
  readonly expected: number;
}

/** Lays rows beside templates, both in their order, so that the most agree; answers the template of each row. */
function align(
  rows: readonly Row[],
  templates: readonly Template[],
): { chosen: readonly (number | undefined)[]; score: number } {
  if (rows.length * templates.length > MOST_PAIRS)
    return { chosen: rows.map(({ expected }) => expected), score: 0 };
  const width = templates.length + 1;
  /** The best score of the first `row` rows with the first `column` templates. */
  const best = new Float64Array((rows.length + 1) * width);
  for (const [row, one] of rows.entries())
    for (const [column, template] of templates.entries()) {
      const here = (row + 1) * width + column + 1;
      const skipped = Math.max(best[here - 1] ?? 0, best[here - width] ?? 0);
      const points = agreement(one, template, column);
      best[here] = points > 0 ? Math.max(skipped, (best[here - width - 1] ?? 0) + points) : skipped;
    }
  const chosen: (number | undefined)[] = rows.map(() => undefined);
  let column = templates.length;
  for (let row = rows.length; row > 0 && column > 0;) {
    const here = row * width + column;
    if (best[here] === best[here - 1]) column--;
    else if (best[here] === best[here - width]) row--;
    else chosen[--row] = --column;
  }
  return { chosen, score: best.at(-1) ?? 0 };
}

function agreement({ said, expected }: Row, template: Template, at: number): number {
  if (!said.startsWith(`${template.keyword} `)) return 0;
  return (matches(template.pieces, said) ? 4 : 1) + (at === expected ? 0.5 : 0);
}

/** Whether a step says what an instruction does, whatever its variables stand for. */
export function isStepOf(instruction: OutlineInstruction, step: string): boolean {
  const { keyword, pieces } = toTemplate(instruction);
  const said = plain(step.replace(/^LINK /, ''));
  return said.startsWith(`${keyword} `) && matches(pieces, said);
}

interface Template {
  readonly keyword: string;
  /** What stands between variables. */
  readonly pieces: readonly string[];
}

function toTemplate({ keyword, text, heredoc }: OutlineInstruction): Template {
  const whole = keyword + text.slice(keyword.length) + (heredoc ? ' $body' : '');
  return { keyword, pieces: whole.split(/\$(?:\{[^}]*\}|\w+)/).map(squeeze) };
}

/** Text without what the engine takes away, or may have: quotes, escapes, white space beyond one blank. */
const squeeze = (text: string) => text.replace(/["'\\]/g, '').replace(/\s+/g, ' ');
const plain = (text: string) => squeeze(text).trim();

/** Whether a text consists of these pieces with anything between them. */
function matches(pieces: readonly string[], text: string): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop()?.trimEnd();
  if (last === undefined) return text === first.trimEnd();
  if (!text.startsWith(first.trimEnd())) return false;
  let at = first.trimEnd().length;
  for (const piece of rest) {
    const found = text.indexOf(piece.trim(), at);
    if (found < 0) return false;
    at = found + piece.trim().length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}
