import { shorten } from '../../engine/builds/stages.ts';

/** How many characters a row two levels down has room for in a side bar of the width that it has to begin with, 300 px. */
const ROOM = 28;
/** What is left of a label in any case. */
const LEAST = 13;

/**
 * A label that leaves room for what stands after it, as far as its first word: VS Code cuts off what comes last, and the
 * time that a step took or the size of a record matters more than the end of a long command. Its tooltip has the whole.
 * @param words the parts of the description
 */
export function besides(label: string, words: readonly string[]): string {
  const [first] = words;
  if (first === undefined) return label;
  // What is cut off behind it leaves an ellipsis.
  const room = ROOM - first.length - (words.length > 1 ? 2 : 0);
  return shorten(label, Math.max(LEAST, room));
}

/** What is left of a name that is too long, and how much of that is its end. */
const NAME = { length: 22, end: 10 };

/**
 * A name without what leads to it where that would leave no room for what stands after it: its end tells names apart. Where
 * even so it is too long its middle goes.
 */
export function endOf(name: string): string {
  const start = name.lastIndexOf('/');
  if (Array.from(name).length <= ROOM) return name;
  const chars = Array.from(start < 0 ? name : `…/${name.slice(start + 1)}`);
  if (chars.length <= ROOM) return chars.join('');
  const begin = chars.slice(0, NAME.length - NAME.end - 1).join('');
  return `${begin}…${chars.slice(-NAME.end).join('')}`;
}
