import type { Parsed } from '../../documents.ts';
import type { Instruction, Logical } from '../../parser/tree.ts';
import { toOffset } from '../../parser/tree.ts';

import type { Typed } from './items.ts';

/** A place in an instruction: the word that is being typed and what stands before it. */
export interface Place extends Typed {
  /** As it stands on the line; `instruction` is what ONBUILD triggers, where it does. */
  readonly outer: Instruction;
  readonly instruction: Instruction;
  /** Where the word begins and the caret stands, in the logical text. */
  readonly from: number;
  readonly at: number;
  /** How many arguments stand before the word, flags not counted. */
  readonly argument: number;
  /** Whether flags may stand here. */
  readonly inFlags: boolean;
}

/** The place in the logical text that a document offset falls on; on a line end, the end of the piece before it. */
function toLogical(logical: Logical, offset: number): number {
  const { offsets, starts, text } = logical;
  const piece = Math.max(
    offsets.findLastIndex((at) => at <= offset),
    0,
  );
  const end = starts[piece + 1] ?? text.length;
  return Math.min((starts[piece] ?? 0) + Math.max(offset - (offsets[piece] ?? 0), 0), end);
}

/** The word of `outer` that ends at `offset`; undefined when its characters don't stand in one row. */
export function placeIn(parsed: Parsed, outer: Instruction, offset: number): Place | undefined {
  const { logical } = outer;
  const at = toLogical(logical, offset);
  let from = at;
  while (from > 0 && !/\s/.test(logical.text[from - 1] ?? ' ')) from--;
  // On another line than the one the place falls on, nothing is typed yet.
  if (from < at && toOffset(logical, at - 1) + 1 !== offset) from = at;
  const prefix = logical.text.slice(from, at);
  const start = from === at ? offset : toOffset(logical, from);
  if (start !== offset - prefix.length) return undefined;
  const instruction = outer.trigger && at > outer.trigger.keyword.to ? outer.trigger : outer;
  const before = logical.text.slice(instruction.args.from, from);
  const argument = before.split(/\s+/).filter(Boolean).length;
  const inFlags = argument === 0 && (from <= instruction.args.from || prefix.startsWith('--'));
  return { parsed, outer, instruction, at, from, prefix, start, end: offset, argument, inFlags };
}

/** The same place with only the last `length` characters of the word as what is typed. */
function narrowed<T extends Typed>(place: T, length: number): T {
  const prefix = place.prefix.slice(place.prefix.length - length);
  return { ...place, prefix, start: place.end - length };
}

/** The place without what is typed before `rest`, which must be the word's end. */
export const typing = <T extends Typed>(place: T, rest: string): T => narrowed(place, rest.length);
