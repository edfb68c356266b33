import type { InlayHint, Range } from 'vscode-languageserver/node';
import { formatDuration } from '../../../util/duration.ts';
import { formatBytes, oneLine } from '../../../util/format.ts';
import type { Layer, LayersAnswer } from '../../../util/imageRequest.ts';
import { PLATFORM_ARGS } from '../data/predefined.ts';
import type { Parsed } from '../documents.ts';
import type { Expansion } from '../model/expand.ts';
import type { Scope, Step } from '../model/scopes.ts';
import type { Instruction, Span } from '../parser/tree.ts';
import { pairsOf } from '../parser/words.ts';

const LONGEST = 60;

/** What the variables of a range stand for with the file's own defaults, behind the words that use them. */
export function inlayHints(parsed: Parsed, range: Range): InlayHint[] {
  const { document, tree } = parsed;
  const first = document.offsetAt(range.start);
  const last = document.offsetAt(range.end);
  const isShown = ({ start, end }: Span) => end >= first && start <= last;
  const scopes = parsed.file().scopes();
  const hints: InlayHint[] = [];
  const add = (span: Span, expansion: Expansion | undefined, scope: Scope) => {
    if (expansion && isTold(expansion, scope)) hints.push(hint(parsed, span, expansion.value));
  };
  const addStep = ({ instruction, place, scope, expanded }: Step) => {
    if (instruction !== place || !isShown(instruction)) return;
    for (const { piece, expansion } of expanded)
      if (piece.role !== 'heredoc') add(piece.span, expansion, scope);
  };
  for (const step of scopes.globalSteps) if (step.instruction.name === 'ARG') addStep(step);
  for (const stage of tree.stages) {
    if (isShown(stage.from)) {
      const { image, platform } = scopes.from(stage);
      if (stage.image) add(stage.image, image, scopes.global);
      const flag = stage.from.flags.findLast(({ name }) => name === 'platform');
      if (flag) add(flag, platform, scopes.global);
    }
    for (const step of scopes.steps(stage)) {
      addStep(step);
      const { instruction, place } = step;
      if (instruction.name === 'ARG' && instruction === place && isShown(instruction))
        hints.push(...inherited(parsed, instruction));
    }
  }
  return hints;
}

/** Worth telling: something is replaced, by a value that the file itself gives. */
function isTold({ references, error, value }: Expansion, scope: Scope): boolean {
  return (
    !error &&
    value !== '' &&
    references.length > 0 &&
    // What the platform or the base image gives differs from build to build.
    references.every(
      ({ name, value: has }) =>
        has === undefined || !(name in PLATFORM_ARGS || scope.get(name)?.origin === 'base'),
    ) &&
    references.some((one) => one.value !== undefined)
  );
}

/** `ARG NAME` in a stage: what the ARG before the first FROM says. */
function inherited(parsed: Parsed, instruction: Instruction): InlayHint[] {
  const { global } = parsed.file().scopes();
  return pairsOf(instruction, parsed.tree.escape).flatMap(({ key, value }) => {
    const found = value ? undefined : global.get(key.text);
    return found?.origin === 'global' && found.value ? [hint(parsed, key, found.value)] : [];
  });
}

function hint({ document }: Parsed, { end }: Span, value: string): InlayHint {
  const text = oneLine(value);
  return {
    position: document.positionAt(end),
    label: `= ${text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text}`,
    paddingLeft: true,
    tooltip: 'With the defaults of this file; the build can set arguments otherwise.',
  };
}

/** What instructions came to in the last build, at the ends of their first lines. */
export function layerHints({ document }: Parsed, range: Range, answer: LayersAnswer): InlayHint[] {
  const found = new Map<number, Layer>();
  for (const layer of answer?.layers ?? []) {
    const { line } = layer;
    if (line < range.start.line || line > range.end.line || line >= document.lineCount) continue;
    const known = found.get(line);
    found.set(line, known ? together(known, layer) : layer);
  }
  return [...found].flatMap(([line, layer]): InlayHint[] => {
    const label = layerLabel(layer);
    if (label === '') return [];
    return [
      {
        // A character behind the line's end is taken for its end.
        position: document.positionAt(
          document.offsetAt({ line, character: Number.MAX_SAFE_INTEGER }),
        ),
        label,
        paddingLeft: true,
        tooltip: layerTooltip(layer),
      },
    ];
  });
}

/** One instruction may be built for several platforms. */
function together(a: Layer, b: Layer): Layer {
  const sum = (x: number | undefined, y: number | undefined) =>
    x === undefined ? y : x + (y ?? 0);
  const size = sum(a.size, b.size);
  const duration = sum(a.duration, b.duration);
  const why = a.why ?? b.why;
  return {
    line: a.line,
    ...(size === undefined ? {} : { size }),
    ...(duration === undefined ? {} : { duration }),
    ...(a.cached && b.cached ? { cached: true } : {}),
    ...(why === undefined ? {} : { why }),
  };
}

function layerLabel({ size, duration, cached }: Layer): string {
  return [
    ...(size === undefined ? [] : [formatBytes(size)]),
    ...(cached ? ['cached'] : duration === undefined ? [] : [formatDuration(duration)]),
  ].join(' · ');
}

function layerTooltip({ size, cached, why, duration }: Layer): string {
  const time =
    cached === true
      ? 'Its result was in the cache.'
      : duration === undefined
        ? undefined
        : 'It was run.';
  return [
    'In the last build.',
    ...(size === undefined ? [] : [`Its layer weighs ${formatBytes(size)}.`]),
    ...(time === undefined ? [] : [time]),
    ...(why === undefined ? [] : [oneLine(why)]),
  ].join(' ');
}
