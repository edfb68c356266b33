import { parseGoInteger } from '../../../../../util/goNumbers.ts';
import type { Dockerfile } from '../../../model/dockerfile.ts';
import { expand } from '../../../model/expand.ts';
import type { Instruction, Stage, Word } from '../../../parser/tree.ts';
import { wordEscape } from '../../../parser/tree.ts';
import { flagText } from '../../../parser/flags.ts';
import { mountFields } from '../../../parser/mounts.ts';

/** What COPY --from or a mount's from= refers to. */
export interface SourceReference {
  readonly instruction: Instruction;
  /** The stage that runs it. */
  readonly stage: Stage;
  readonly word: Word;
  /** As the builder takes it. */
  readonly text: string;
  /** A mount without from=, which the builder takes for one from scratch; `word` is the mount. */
  readonly implicit: boolean;
  readonly target:
    | { readonly kind: 'stage'; readonly index: number }
    | { readonly kind: 'image' }
    /** A number that no stage has. */
    | { readonly kind: 'nothing' }
    | { readonly kind: 'variable' };
}

/** Each reference of a file, in the builder's order (dockerfile2llb, toCommand and detectRunMount). */
export function sourceReferences(file: Dockerfile): SourceReference[] {
  const { stages } = file.tree;
  const byName = new Map<string, number>();
  for (const { name, index } of stages) if (name) byName.set(name.text.toLowerCase(), index);
  // The builder counts images among the stages as it meets them, each as often as it does.
  let count = stages.length;
  const found: SourceReference[] = [];
  const hasTriggers = file.tree.instructions.some(({ trigger }) => trigger);
  for (const stage of stages) {
    if (!stage.instructions.some(hasFrom) && !hasTriggers) continue;
    for (const { instruction } of file.scopes().steps(stage)) {
      for (const { word, text, copy, implicit } of fromOf(instruction, file.tree.escape)) {
        // What no integer of 64 bits holds is a name to it.
        const number = copy ? parseGoInteger(text) : undefined;
        let target: SourceReference['target'];
        if (isVariable(text, copy, file.tree.escape)) target = { kind: 'variable' };
        else if (number !== undefined)
          target =
            number < 0 || number >= count
              ? { kind: 'nothing' }
              : number < stages.length
                ? { kind: 'stage', index: Number(number) }
                : { kind: 'image' };
        else {
          const index = byName.get(text.toLowerCase());
          target = index === undefined ? { kind: 'image' } : { kind: 'stage', index };
        }
        if (target.kind === 'image') count++;
        found.push({ instruction, stage, word, text, implicit, target });
      }
    }
  }
  return found;
}

function hasFrom({ name, flags }: Instruction): boolean {
  return flags.length > 0 && (name === 'COPY' || name === 'RUN');
}

interface From {
  readonly word: Word;
  readonly text: string;
  readonly copy: boolean;
  readonly implicit: boolean;
}

function fromOf(instruction: Instruction, escape: string): From[] {
  const { name, flags } = instruction;
  const plain = (text: string) => flagText(text, wordEscape(instruction, escape));
  if (name === 'COPY') {
    const word = flags.findLast((flag) => flag.name === 'from')?.value;
    const text = word && plain(word.text);
    return word && text ? [{ word, text, copy: true, implicit: false }] : [];
  }
  if (name !== 'RUN') return [];
  return flags
    .filter((flag) => flag.name === 'mount')
    .map((flag): From => {
      const fields = mountFields(flag, instruction)
        .filter(({ key }) => plain(key.text).toLowerCase() === 'from')
        .map(({ value }) => ({ word: value, text: plain(value?.text ?? '') }));
      // The last one counts, but each of them is read.
      const { word, text } = fields.find((field) => isVariable(field.text, false, escape)) ??
        fields.at(-1) ?? { word: undefined, text: '' };
      return word && text
        ? { word, text, copy: false, implicit: false }
        : { word: flag.value ?? flag, text: 'scratch', copy: false, implicit: true };
    });
}

function isVariable(text: string, copy: boolean, escape: string): boolean {
  if (!copy) return /\$./s.test(text);
  const { value, error } = expand(text, () => undefined, { escape });
  return error !== undefined || value !== text;
}
