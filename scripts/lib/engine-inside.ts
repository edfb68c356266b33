import { startEngine } from './engine.ts';
import type { InstalledEngine } from './engines.ts';
import { enterNamespace, removeMounted } from './namespace.ts';

/** The inner half of startThrowawayEngine: an engine for as long as the caller lives. */
const { installed, dir } = JSON.parse(process.argv[2] ?? '') as {
  readonly installed: InstalledEngine;
  readonly dir: string;
};
const { ended } = await enterNamespace(installed);
try {
  const engine = await startEngine({ installed, dir });
  // The pending promise alone would not keep Node running.
  const awake = setInterval(() => undefined, 60_000);
  await ended;
  clearInterval(awake);
  await engine.stop();
} finally {
  await removeMounted(dir);
}
