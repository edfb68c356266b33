import type { ReadImage } from './manifest.ts';
import type { Package } from './packages.ts';
import type { Stack } from './stack.ts';

/** A package with the file that tells of it. */
export interface InstalledPackage extends Package {
  readonly node: number;
  /** Number of the layer that has this version of that file. */
  readonly layer: number;
}

/** The packages that are there on a stack, by kind and name. */
export function installedPackages(
  { layers }: Pick<ReadImage, 'layers'>,
  { present, layer, entry }: Stack,
): InstalledPackage[] {
  const found: InstalledPackage[] = [];
  for (const [at, { files }] of layers.entries())
    for (const [own, packages] of files.packages) {
      const node = files.node[own] ?? 0;
      if (present[node] !== 1 || layer[node] !== at || entry[node] !== own) continue;
      for (const one of packages) found.push({ ...one, node, layer: at });
    }
  return found.sort(
    (a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name) || a.node - b.node,
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
