import { seeded } from '../../../../test/lsp/random.ts';
import type { BenchRow } from '../../report.ts';
import { damage } from './damage.ts';
import { openOracle } from './engine.ts';
import { randomFile } from './file.ts';
import { disagreements, isComparable, ours } from './said.ts';
import { shrink } from './shrink.ts';

const IN_BED =
  'STEVEDORE_NEW_ENGINE=sid node --import tsx scripts/bed.ts new -- npx tsx bench/language.ts --only engine';

/**
 * How often our server says of random Dockerfiles what the engine's own frontend says: every second one is damaged. Each
 * disagreement is told on stderr, shrunk. No rows outside of a bed, which is told there, too.
 */
export async function engineFigures(count: number, seed: number): Promise<BenchRow[]> {
  const url = process.env['STEVEDORE_TEST_ENGINE'];
  if (url === undefined) {
    console.error(`left out, for it asks an engine, in a bed: ${IN_BED}`);
    return [];
  }
  const oracle = await openOracle(url);
  const random = seeded(seed);
  const differ = async (text: string) => {
    const engine = isComparable(text) ? await oracle.say(text) : undefined;
    return engine && { engine, found: disagreements(engine, ours(text)) };
  };
  let same = 0;
  let compared = 0;
  let refused = 0;
  for (let round = 0; round < count; round++) {
    const whole = randomFile(random);
    // As it comes out of UTF-8: halves of pairs that are cut apart are lost.
    const text = Buffer.from(round % 2 === 0 ? whole : damage(whole, random)).toString();
    const result = await differ(text);
    if (!result) continue;
    compared++;
    if (result.engine.error !== undefined) refused++;
    const [first] = result.found;
    if (first === undefined) {
      same++;
      continue;
    }
    const small = await shrink(text, async (one) => (await differ(one))?.found[0] === first);
    const details = { small, engine: (await differ(small))?.engine, ours: ours(small) };
    console.error(`round ${round}: ${first}\n${JSON.stringify(details, undefined, 1)}`);
  }
  oracle.close();
  return [
    {
      work: 'Error or not, warnings by rule and line, and the error’s line, on random texts',
      peer: `lint of Docker ${oracle.version}`,
      peerMs: null,
      oursMs: null,
      ratio: null,
      goal: '≥ 99.9%',
      ok: same / compared >= 0.999,
      found: `${same} of ${compared} (${((100 * same) / compared).toFixed(2)}%), ${refused} of them with an error (seed ${seed})`,
    },
  ];
}
