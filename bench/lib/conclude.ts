import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { BenchResult, BenchRow } from './report.ts';

/** Runs one measure after the other, and tells how it goes on stderr. @throws Error for a name that none has */
export async function runMeasures(
  measures: Readonly<Record<string, () => BenchRow[] | Promise<BenchRow[]>>>,
  wanted: readonly string[] = Object.keys(measures),
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const name of wanted) {
    const run = measures[name];
    if (!run) throw new Error(`there is no measure ${name}`);
    const [load = 0] = loadavg();
    console.error(`measuring ${name}, load ${load.toFixed(1)}`);
    for (const row of await run()) {
      console.error(JSON.stringify(row));
      rows.push(row);
    }
  }
  return rows;
}

/**
 * Measures, and writes the result to `out`. What fails is told, and makes the process end with 1.
 * @param end lets go of what was started, however it went
 */
export async function conclude(
  out: string | undefined,
  measure: () => Promise<BenchResult>,
  end: () => Promise<void> | void,
): Promise<void> {
  try {
    const result = await measure();
    if (out !== undefined) writeFileSync(out, JSON.stringify(result));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    await end();
  }
}
