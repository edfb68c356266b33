/** Milliseconds of each round of some works, which take turns so that what disturbs one disturbs the others. */
export function rounds(
  works: readonly (() => unknown)[],
  { warmUp, count, budgetMs }: { warmUp: number; count: number; budgetMs: number },
): number[][] {
  const began = performance.now();
  const left = () => performance.now() - began < budgetMs;
  // One by one, or a slow work would leave no time to compile a quick one.
  for (const work of works) {
    const from = performance.now();
    const share = budgetMs / 3 / works.length;
    for (let i = 0; i < warmUp && (i < 1 || performance.now() - from < share); i++) work();
  }
  const times: number[][] = works.map(() => []);
  for (let i = 0; i < count && (i < 3 || left()); i++)
    for (const [index, work] of works.entries()) {
      const start = performance.now();
      work();
      times[index]?.push(performance.now() - start);
    }
  return times;
}
