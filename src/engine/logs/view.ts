import { countWhile } from '../../util/search.ts';
import { levelOf, LEVELS } from './level.ts';
import type { Level } from './level.ts';
import type { Matcher } from './query.ts';
import { FLAGS } from './ring.ts';
import type { Block, LogRing } from './ring.ts';
import { eachLine, matchesIn } from './scan.ts';
import type { Slices } from './slices.ts';

/** Which lines are shown. Marks are, unless they are of a container that isn't. */
export interface Filter {
  readonly include?: Matcher | undefined;
  readonly exclude?: Matcher | undefined;
  /** Lines that say a lesser level aren't shown; those that say none are what they came by: errors or information. */
  readonly level?: Level | undefined;
  readonly stream?: 'stdout' | 'stderr' | undefined;
  /** Whether the container of a number isn't shown. */
  readonly hidden?: ((source: number) => boolean) | undefined;
}

/** The lines of a ring that a filter lets through, by places that count from the first that there ever was. */
export interface LogView {
  /** Place of the oldest line; those before were dropped. */
  readonly first: number;
  /** Place that the next line gets. */
  readonly end: number;
  /** Whether all lines have been looked at. */
  readonly complete: boolean;
  /** Number in the ring of the line at a place. */
  at(place: number): number | undefined;
  /** Place of the first line with this number or a higher one. */
  placeOf(index: number): number;
  shows(index: number): boolean;
  /**
   * Looks at lines that have come, in slices. Resolves when there are none left, or when the signal fires.
   * @param onPause told after each slice. @throws EngineError `timeout`
   */
  advance(signal: AbortSignal, onPause?: () => void): Promise<void>;
}

/** All lines of a ring. */
export function wholeView(ring: LogRing): LogView {
  return {
    get first() {
      return ring.first;
    },
    get end() {
      return ring.end;
    },
    complete: true,
    at: (place) => (place >= ring.first && place < ring.end ? place : undefined),
    placeOf: (index) => Math.min(Math.max(index, ring.first), ring.end),
    shows: (index) => index >= ring.first && index < ring.end,
    advance: async () => {},
  };
}

/** The lines of a ring that `filter` lets through, as far as they have been looked at. */
export function filteredView(ring: LogRing, filter: Filter, slices: Slices): LogView {
  /** Numbers of the lines that are shown; those before `head` have been dropped. */
  let kept: number[] = [];
  let head = 0;
  let dropped = 0;
  let next = ring.first;
  let working: Promise<void> | undefined;

  function trim(): void {
    const { first } = ring;
    while (head < kept.length && (kept[head] ?? 0) < first) head++;
    if (head < 65_536 && head < kept.length) return;
    kept = kept.slice(head);
    dropped += head;
    head = 0;
  }

  /** Looks at one block. Answers whether there is more. */
  function step(): boolean {
    next = Math.max(next, ring.first);
    const block = ring.block(next);
    if (!block) return false;
    const { first, count } = block;
    const from = next - first;
    const shown = passing(block, from, count, filter);
    for (let line = from; line < count; line++) if (shown[line - from]) kept.push(first + line);
    next = first + count;
    trim();
    return next < ring.end;
  }

  /** Index in `kept` of the first line with this number or a higher one. */
  function search(index: number): number {
    return countWhile(kept.length, (at) => at < head || (kept[at] ?? 0) < index);
  }

  return {
    get first() {
      trim();
      return dropped + head;
    },
    get end() {
      return dropped + kept.length;
    },
    get complete() {
      return next >= ring.end;
    },
    at(place) {
      trim();
      return place < dropped + head ? undefined : kept[place - dropped];
    },
    placeOf(index) {
      trim();
      return dropped + search(index);
    },
    shows(index) {
      trim();
      return kept[search(index)] === index;
    },
    advance(signal, onPause) {
      working ??= slices.run(step, signal, onPause).then(
        () => {
          working = undefined;
        },
        (error: unknown) => {
          working = undefined;
          throw error;
        },
      );
      return working;
    },
  };
}

/** Which of a block's lines pass: one byte for each from `from` on. */
function passing(block: Block, from: number, to: number, filter: Filter): Uint8Array {
  const { include, exclude, level, stream, hidden } = filter;
  const { flags, sources } = block;
  const shown = new Uint8Array(to - from).fill(include ? 0 : 1);
  if (include) matchesIn(block, include, from, to, (line) => void (shown[line - from] = 1));
  if (exclude) matchesIn(block, exclude, from, to, (line) => void (shown[line - from] = 0));
  if (level) {
    const least = LEVELS.indexOf(level);
    eachLine(block, from, to, (line, text) => {
      if (!shown[line - from]) return;
      const isError = ((flags[line] ?? 0) & FLAGS.stderr) !== 0;
      const said = levelOf(text) ?? (isError ? 'error' : 'info');
      if (LEVELS.indexOf(said) < least) shown[line - from] = 0;
    });
  }
  for (let line = from; line < to; line++) {
    const held = flags[line] ?? 0;
    if (stream && ((held & FLAGS.stderr) !== 0) !== (stream === 'stderr')) shown[line - from] = 0;
    if (held & FLAGS.mark) shown[line - from] = 1;
    if (hidden?.(sources[line] ?? 0)) shown[line - from] = 0;
  }
  return shown;
}
