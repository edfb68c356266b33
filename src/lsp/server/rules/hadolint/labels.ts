import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Word } from '../../parser/tree.ts';
import { unquote } from '../../parser/words.ts';
import type { Finding, LabelType, Rule } from '../rule.ts';

/** A pair of a LABEL instruction. */
export interface Label {
  readonly instruction: Instruction;
  readonly key: Word;
  /** Without quotes. */
  readonly name: string;
  readonly value: Word | undefined;
  /** Without quotes. */
  readonly text: string;
}

/** All labels that the file sets, ONBUILD's included. */
export function labelsOf(file: Dockerfile): Label[] {
  return file.all('LABEL').flatMap((instruction) =>
    file.pairs(instruction).map(({ key, value }) => ({
      instruction,
      key,
      name: unquote(key.text),
      value,
      text: unquote(value?.text ?? ''),
    })),
  );
}

/**
 * The check of a rule about labels that the schema gives a type: finds those whose value `isValid` refuses. Values with
 * variables in them are passed over, for the file doesn't say what they will be.
 */
export function labelsOfType(
  type: LabelType,
  isValid: (value: string) => boolean,
  expected: string,
): Rule['check'] {
  return (file, { labelSchema }): Finding[] => {
    if (labelSchema.size === 0) return [];
    return labelsOf(file).flatMap(({ name, value, key, text }) => {
      if (labelSchema.get(name) !== type || text.includes('$') || isValid(text)) return [];
      return [{ span: value ?? key, message: `Label ${name} must be ${expected}.` }];
    });
  };
}
