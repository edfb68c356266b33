/** Sizes to compare; the larger is sixteen times the other. */
const SHORT = 250;
const LONG = SHORT * 16;
/**
 * Linear work takes 16 times as long, and up to four times that where the larger does not fit into the processor's caches, or
 * into what counts as young to the garbage collector; quadratic work takes 256 times as long.
 */
const MOST = 100;
/** Below so many milliseconds there is only noise. */
const FLOOR = 1.5;
/** A busy machine makes work slower, never faster: the best of these many rounds comes near the truth. */
const ROUNDS = 12;

/**
 * Whether the time that `work` takes grows with its size and not with the square of it. Takes the best processor time
 * of several rounds for each size, and ends with the first round in which the two are close enough. For what is not
 * JavaScript of ours, such as regular expressions; `countBlocks` is sharper and knows no noise.
 * @param measure answers the milliseconds that the work takes it
 * @returns also both times, as a sentence
 */
export async function growth(
  work: (size: number) => unknown,
  measure: (work: () => unknown) => Promise<number> = processorTime,
): Promise<{ linear: boolean; told: string }> {
  let [short, long] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const told = () => `at best ${short} ms for ${SHORT}, then ${long} ms for ${LONG}`;
  for (let round = 0; round < ROUNDS; round++) {
    short = Math.min(short, await measure(() => work(SHORT)));
    long = Math.min(long, await measure(() => work(LONG)));
    if (long < Math.max(short, FLOOR) * MOST) return { linear: true, told: told() };
  }
  return { linear: false, told: told() };
}

/** Milliseconds that the processor spends on it. */
async function processorTime(work: () => unknown): Promise<number> {
  const began = process.cpuUsage().user;
  await work();
  return (process.cpuUsage().user - began) / 1000;
}
