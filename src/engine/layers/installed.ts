import type { ReadImage } from './manifest.ts';
import type { Package } from './packages.ts';
import type { Stack } from './stack.ts';

/** A package with the file that tells of it. */
export interface InstalledPackage extends Package {
  readonly node: number;
  /** Number of the layer that has this version of that file. */
  readonly layer: number;
}

/** A file that tells of packages, and of which not everything could be read. */
export interface UnreadPackages {
  readonly node: number;
  readonly layer: number;
  /** A sentence about the file. */
  readonly problem: string;
}

/** The packages that are there on a stack, by kind and name. */
export function installedPackages(image: Layers, stack: Stack): InstalledPackage[] {
  return sources(image, stack)
    .flatMap(({ found, node, layer }) => found.packages.map((one) => ({ ...one, node, layer })))
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name) || a.node - b.node);
}

/** Files of a stack whose packages are not all among the {@link installedPackages}. */
export function unreadPackages(image: Layers, stack: Stack): UnreadPackages[] {
  return sources(image, stack).flatMap(({ found: { problem }, node, layer }) =>
    problem === undefined ? [] : [{ node, layer, problem }],
  );
}

type Layers = Pick<ReadImage, 'layers'>;

/** Files that tell of packages and are there on a stack. */
function sources({ layers }: Layers, { present, layer, entry }: Stack) {
  return layers.flatMap(({ files }, at) =>
    [...files.packages].flatMap(([own, found]) => {
      const node = files.node[own] ?? 0;
      const isThere = present[node] === 1 && layer[node] === at && entry[node] === own;
      return isThere ? [{ found, node, layer: at }] : [];
    }),
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
