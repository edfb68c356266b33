import { createInterface } from 'node:readline';
import { haltEngine, resumeEngine, startEngine } from '../../../scripts/lib/engine.ts';
import type { InstalledEngine } from '../../../scripts/lib/engines.ts';
import { removeMounted } from '../../../scripts/lib/namespace.ts';
import { run } from '../../../scripts/lib/run.ts';

/**
 * Runs in the namespaces of a second engine: starts it, answers each order from stdin with a line on stdout, and
 * ends it when stdin does, which happens too when the test is gone.
 */
const { installed, dir, args } = JSON.parse(process.argv[2] ?? '') as {
  readonly installed: InstalledEngine;
  readonly dir: string;
  readonly args: readonly string[];
};
await run('ip', ['link', 'set', 'lo', 'up']);
await run('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
try {
  const engine = await startEngine({ installed, dir, args });
  console.log('ready');
  for await (const line of createInterface(process.stdin)) {
    const [order, signal] = line.split(' ');
    if (order === 'halt') await haltEngine(dir, signal as NodeJS.Signals);
    else await resumeEngine(dir);
    console.log('done');
  }
  await engine.stop();
} finally {
  await removeMounted(dir);
}
