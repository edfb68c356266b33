import type { InlayHint, Range } from 'vscode-languageserver/node';
import { formatBytes, oneLine } from '../../../util/format.ts';
import type { LayersAnswer } from '../../../util/imageRequest.ts';
import { PLATFORM_ARGS } from '../data/predefined.ts';
import type { Parsed } from '../documents.ts';
import type { Expansion } from '../model/expand.ts';
import type { Scope } from '../model/scopes.ts';
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
  for (const stage of tree.stages) {
    if (isShown(stage.from)) {
      const { image, platform } = scopes.from(stage);
      if (stage.image) add(stage.image, image, scopes.global);
      const flag = stage.from.flags.findLast(({ name }) => name === 'platform');
      if (flag) add(flag, platform, scopes.global);
    }
    for (const { instruction, place, scope, expanded } of scopes.steps(stage)) {
      if (instruction !== place || !isShown(instruction)) continue;
      for (const { piece, expansion } of expanded)
        if (piece.role !== 'heredoc') add(piece.span, expansion, scope);
      if (instruction.name === 'ARG') hints.push(...inherited(parsed, instruction));
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

/** What the layers of the last build weighed, at the ends of the lines that made them. */
export function layerHints({ document }: Parsed, range: Range, answer: LayersAnswer): InlayHint[] {
  const found = new Map<number, number>();
  for (const { line, size } of answer?.layers ?? [])
    if (line >= range.start.line && line <= range.end.line && line < document.lineCount)
      found.set(line, (found.get(line) ?? 0) + size);
  return [...found].map(([line, size]) => ({
    // A character behind the line's end is taken for its end.
    position: document.positionAt(document.offsetAt({ line, character: Number.MAX_SAFE_INTEGER })),
    label: formatBytes(size),
    paddingLeft: true,
    tooltip: 'Size of the layer in the last build.',
  }));
}
