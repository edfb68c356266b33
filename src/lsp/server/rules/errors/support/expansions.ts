import type { Dockerfile } from '../../../model/dockerfile.ts';
import type { Expansion } from '../../../model/expand.ts';
import type { Step } from '../../../model/scopes.ts';
import { spanWithin } from '../../../model/pieces.ts';
import { toSpan } from '../../../parser/tree.ts';
import type { Instruction, Span } from '../../../parser/tree.ts';

/** A text whose variables the builder can't replace. */
interface Failure {
  readonly message: string;
  /** What it is about. */
  readonly span: Span;
  /** The word that it is in. */
  readonly word: Span;
}

/** Every text of a file that the builder can't expand, each once, in the builder's words. */
export function failures(file: Dockerfile): Failure[] {
  const { tree } = file;
  if (!/["'$]/.test(tree.source)) return [];
  const scopes = file.scopes();
  const found: Failure[] = [];
  const seen = new Set<Instruction>();
  const inStep = ({ instruction, expanded }: Step) => {
    // Only a trigger is run by several stages.
    if (instruction.parent && seen.has(instruction)) return;
    if (instruction.parent) seen.add(instruction);
    for (const { piece, expansion } of expanded) {
      if (!expansion.error) continue;
      const { message, from, to } = expansion.error;
      found.push({ message, span: spanWithin(piece, from, to), word: piece.span });
    }
  };
  for (const step of scopes.globalSteps) if (step.instruction.name === 'ARG') inStep(step);
  for (const stage of tree.stages) {
    const { image, platform } = scopes.from(stage);
    const flag = stage.from.flags.findLast(({ name }) => name === 'platform')?.value;
    const inWord = (expansion: Expansion | undefined, word: typeof flag) => {
      if (!expansion?.error || !word) return;
      const { message, from, to } = expansion.error;
      const span = toSpan(
        stage.from.logical,
        Math.min(word.from + from, word.to),
        Math.min(word.from + to, word.to),
      );
      found.push({ message, span: span.end > span.start ? span : word, word });
    };
    inWord(image, stage.image);
    inWord(platform, flag);
    for (const step of scopes.steps(stage)) inStep(step);
  }
  return found;
}
