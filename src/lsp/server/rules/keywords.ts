import type { Word } from '../parser/tree.ts';

/** A keyword for a fix to write: in lower case where the keyword that it will stand beside is. */
export function keywordLike(beside: Pick<Word, 'text'>, name: string): string {
  return beside.text === beside.text.toLowerCase() ? name.toLowerCase() : name;
}
