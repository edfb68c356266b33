import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { connect } from '../src/engine/client.ts';
import { BASE_IMAGE, ensureBaseImage } from '../test/engine/bed/base.ts';
import { listing } from './lib/inside/listing.ts';
import type { BenchResult } from './lib/report.ts';

/** The benchmark of looking inside; scripts/bench.ts runs it inside a bed. Writes a BenchResult to `--out`. */
const { values: options } = parseArgs({
  options: {
    vsix: { type: 'string', default: 'stevedore.vsix' },
    out: { type: 'string' },
    rounds: { type: 'string', default: '11' },
  },
});

async function measure(): Promise<BenchResult> {
  const host = process.env['STEVEDORE_TEST_ENGINE'];
  if (host === undefined) throw new Error('no engine: run this through scripts/bench.ts');
  await ensureBaseImage(host.slice('unix://'.length));
  const client = await connect({ name: 'bed', url: host, source: 'bench', host: 'localhost' });
  try {
    const rows = await listing(client, host, BASE_IMAGE, Number(options.rounds));
    return { name: 'inside', rows };
  } finally {
    client.close();
  }
}

try {
  const result = await measure();
  console.error(JSON.stringify(result, null, 2));
  if (options.out !== undefined) writeFileSync(options.out, JSON.stringify(result));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
