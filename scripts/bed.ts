import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './lib/apt.ts';
import { GENERATIONS, ensureEngine } from './lib/engines.ts';
import type { Generation } from './lib/engines.ts';
import { inNamespace } from './lib/namespace.ts';

const USAGE = `Usage: node --import tsx scripts/bed.ts ${GENERATIONS.join('|')} -- command arguments…
Runs the command beside a private engine and three registries, described by STEVEDORE_TEST_* variables.`;

/** Runs `command` in a bed of the given generation; resolves with its exit code once nothing of the bed is left. */
async function runInBed(generation: Generation, command: readonly string[]): Promise<number> {
  const installed = await ensureEngine(generation);
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-bed-'));
  try {
    const inside = inNamespace({
      installed,
      script: fileURLToPath(new URL('./lib/bed-inside.ts', import.meta.url)),
      args: [JSON.stringify({ installed, dir, command })],
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => inside.stop());
    return await inside.exit;
  } finally {
    // Podman's own cleanup of containers that have just ended may still write there.
    if (existsSync(dir))
      await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

const [generation, dashes, ...command] = process.argv.slice(2);
const known = GENERATIONS.find((name) => name === generation);
if (known === undefined || dashes !== '--' || command.length === 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await runInBed(known, command);
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  }
}
