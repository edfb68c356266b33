import { Session } from 'node:inspector/promises';
import { expect, vi } from 'vitest';

/** Counts what runs. */
export interface Blocks {
  /** Answers how many blocks ran until `work` was done. */
  during(work: () => unknown): Promise<number>;
  /** Demands that ten times the size is not much more than ten times the work; `work` is done once before it counts. */
  expectLinear(work: (size: number) => unknown, size: number): Promise<void>;
  end(): void;
}

/** So many times the work ten times the size may be: there is sorting. What grows with the square takes a hundred times. */
const MOST = 13;

/**
 * Begins to count the blocks of JavaScript that run in this process: the same on every machine, busy or not, where milliseconds
 * are not. What the engine of JavaScript does by itself (regular expressions, copies of arrays, the collection of garbage) is
 * not counted; `npm run bench` measures that. Modules are to be imported after this, for only functions that are compiled
 * while it counts have their blocks counted.
 * https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#method-startPreciseCoverage
 */
export async function countBlocks(): Promise<Blocks> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  vi.resetModules();
  /** What ran since it was last asked. */
  const taken = async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const ranges = result.flatMap(({ functions }) => functions.flatMap((of) => of.ranges));
    return ranges.reduce((sum, { count }) => sum + count, 0);
  };
  const during: Blocks['during'] = async (work) => {
    await taken();
    await work();
    return taken();
  };
  return {
    during,
    async expectLinear(work, size) {
      await work(size);
      const few = await during(() => work(size));
      const many = await during(() => work(size * 10));
      expect(many, `${few} blocks run for ${size}, ${many} for ten times`).toBeLessThan(few * MOST);
    },
    end: () => {
      session.disconnect();
      vi.resetModules();
    },
  };
}
