import type { Flag, Instruction, Word } from './tree.ts';
import { toWord } from './tree.ts';

/** A word without the quotes at its ends; those of a whole mount stand at one of them only. */
export function unquoted(word: Word, { logical }: Instruction): Word {
  const { text, from, to } = word;
  if (!/^["']|["']$/.test(text)) return word;
  const before = /^["']/.test(text) ? 1 : 0;
  const after = text.length > before && /["']$/.test(text) ? 1 : 0;
  return toWord(logical, from + before, to - after);
}

interface MountField {
  readonly key: Word;
  readonly value: Word | undefined;
}

/** The comma-separated fields of a `--mount` flag, without the quotes at the ends of their keys and values. */
export function mountFields(flag: Flag, instruction: Instruction): MountField[] {
  const { value } = flag;
  if (!value) return [];
  const fields: MountField[] = [];
  let from = value.from;
  for (const part of value.text.split(',')) {
    const to = from + part.length;
    const equals = part.indexOf('=');
    const keyEnd = equals < 0 ? to : from + equals;
    const word = (start: number, end: number) =>
      unquoted(toWord(instruction.logical, start, end), instruction);
    fields.push({
      key: word(from, keyEnd),
      value: equals < 0 ? undefined : word(keyEnd + 1, to),
    });
    from = to + 1;
  }
  return fields;
}
