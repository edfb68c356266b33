import { Session } from 'node:inspector/promises';
import { expect } from 'vitest';

/** So many times the work ten times the size may be: there is sorting. What grows with the square takes a hundred times. */
const MOST = 13;
const ROUNDS = 5;

/*
 * Counts the blocks of JavaScript that run in this process: the same on every machine, busy or not, where milliseconds are not.
 * What the engine of JavaScript does by itself (regular expressions, copies of arrays, the collection of garbage) is not
 * counted; `npm run bench` measures that. Only functions that are compiled from here on have their blocks counted, so that what
 * is to be counted is imported after this. It ends with the process, of which each test file here has one.
 * https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#method-startPreciseCoverage
 */
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/**
 * Demands that ten times the size is not much more than ten times the work.
 * @param work is done several times
 */
export async function expectLinear(work: (size: number) => unknown, size: number): Promise<void> {
  // What is called rarely is counted from some call on only.
  await work(size * 10);
  const few = await blocksRun(() => work(size));
  let many = Infinity;
  // What others began before may end meanwhile, and is counted, too.
  for (let round = 0; round < ROUNDS && many >= few * MOST; round++)
    many = Math.min(many, await blocksRun(() => work(size * 10)));
  expect(many, `${few} blocks run for ${size}, ${many} for ten times`).toBeLessThan(few * MOST);
}

/** Answers how many blocks ran until `work` was done. */
async function blocksRun(work: () => unknown): Promise<number> {
  await session.post('Profiler.takePreciseCoverage');
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const ranges = result.flatMap(({ functions }) => functions.flatMap((of) => of.ranges));
  return ranges.reduce((sum, { count }) => sum + count, 0);
}
