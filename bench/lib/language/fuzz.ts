import { seeded, mutate } from '../../../test/lsp/random.ts';
import { documentOf, OURS } from './ours.ts';
import { SMALL, stages } from './texts.ts';

interface Fuzzed {
  readonly seed: number;
  readonly count: number;
  readonly exceptions: readonly string[];
  /** Milliseconds of the slowest of all calls. */
  readonly slowest: number;
}

const SOURCES = [
  SMALL,
  stages(24),
  'FROM a\nRUN <<A cat <<-"B"\n"$(b `c`)" \\\n\tA\nA\n\tB\nONBUILD HEALTHCHECK CMD ["a"]\n',
  '# escape=`\nFROM a\nSHELL ["cmd"]\nRUN dir c:\\ `\n # x\n\n && b\nCOPY ["a b", "c:\\\\d"]\n',
];

/** Puts random texts through diagnostics, semantic tokens and formatting. */
export function fuzz(count: number, seed: number): Fuzzed {
  const random = seeded(seed);
  const exceptions: string[] = [];
  let slowest = 0;
  for (let round = 0; round < count; round++) {
    let text = SOURCES[round % SOURCES.length] ?? '';
    for (let times = 1 + Math.floor(random() * 4); times > 0; times--) text = mutate(text, random);
    const document = documentOf(text);
    for (const [name, run] of Object.entries(OURS)) {
      const began = performance.now();
      try {
        run(document);
      } catch (error) {
        // Each is a finding of the benchmark.
        exceptions.push(
          `round ${round}, ${name}: ${error instanceof Error ? error.stack : String(error)}`,
        );
      }
      slowest = Math.max(slowest, performance.now() - began);
    }
  }
  return { seed, count, exceptions, slowest };
}
