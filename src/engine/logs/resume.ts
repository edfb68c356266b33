import type { ReadLine } from './lines.ts';

/** Remembers where a log was broken off, so that it can be read on with no line missing and none twice. */
export interface Resume {
  /** Whether a line is to be passed on; false for one that had been before the log was read anew. */
  take(line: ReadLine): boolean;
  /** From when on the log is to be read now, for {@link LogOptions.since}; undefined while no line has been. */
  again(): string | undefined;
}

/** So many of the last times are remembered: more than two streams write into the file out of order. */
const REMEMBERED = 256;

/** Lines of one stream that have the same time. Podman's times are whole seconds, so they may be thousands. */
interface Same {
  readonly seconds: number;
  readonly nanos: number;
  readonly stderr: boolean;
  count: number;
}

/**
 * Makes the memory of one container's log. Times alone don't tell lines apart: several may have the same one, and those of
 * the two streams come a little out of order. So the log is read from a while before its end, and as many lines of each
 * time and stream are left out as there have been.
 */
export function createResume(): Resume {
  /** By time and stream, those that came first first. */
  const lately = new Map<string, Same>();
  let last: Same | undefined;
  let isForgetful = false;
  /** How many lines of each time and stream are to be left out. */
  let known: Map<string, number> | undefined;
  let from = { seconds: 0, nanos: 0 };
  /** Seconds after which nothing can be known. */
  let until = 0;

  const key = ({ seconds, nanos, stderr }: Pick<Same, 'seconds' | 'nanos' | 'stderr'>) =>
    `${seconds}.${nanos}.${stderr}`;

  function remember(line: ReadLine): void {
    const { seconds, nanos, stderr } = line;
    const isLast =
      last?.seconds === seconds && last.nanos === nanos && last.stderr === stderr
        ? last
        : undefined;
    const same = isLast ?? lately.get(key(line)) ?? { seconds, nanos, stderr, count: 0 };
    same.count++;
    if (same.count === 1) lately.set(key(line), same);
    last = same;
    if (lately.size <= REMEMBERED) return;
    const [oldest = ''] = lately.keys();
    lately.delete(oldest);
    isForgetful = true;
  }

  return {
    take(line) {
      if (known && line.seconds > until) known = undefined;
      if (known) {
        const name = key(line);
        const left = known.get(name);
        const after = line.seconds - from.seconds || line.nanos - from.nanos;
        // What is forgotten was there too; it may have the time of the oldest that is remembered, of the other stream.
        if (isForgetful && (after < 0 || (after === 0 && left === undefined))) return false;
        if (left) {
          known.set(name, left - 1);
          return false;
        }
      }
      remember(line);
      return true;
    },
    again() {
      const all = [...lately.values()];
      const [first] = all.toSorted((a, b) => a.seconds - b.seconds || a.nanos - b.nanos);
      if (!first) return undefined;
      known = new Map(all.map((same) => [key(same), same.count]));
      from = first;
      until = Math.max(...all.map(({ seconds }) => seconds));
      return `${from.seconds}.${String(from.nanos).padStart(9, '0')}`;
    },
  };
}
