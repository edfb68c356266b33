import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Bundles a module of bench/lib, as what is measured ships: what runs TypeScript as it stands names each function anew
 * whenever it is made, which some of the work is made of. Libraries stay where they are.
 * @returns the file that it was bundled to
 */
export async function bundleOf(path: string): Promise<string> {
  const folder = join(ROOT, 'node_modules/.cache/stevedore-bench');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${path.replaceAll('/', '-')}.cjs`);
  await build({
    entryPoints: [join(ROOT, 'bench/lib', `${path}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}

/** Loads a module of bench/lib, bundled. */
export async function bundled<T>(path: string): Promise<T> {
  return createRequire(import.meta.url)(await bundleOf(path)) as T;
}
