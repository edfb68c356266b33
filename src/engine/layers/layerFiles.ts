import { readable } from '../buildkit/files/names.ts';
import type { TarHeader, TarType } from '../tar/header.ts';
import type { FoundPackages } from './packages.ts';
import type { PathTree } from './paths.ts';

/** What one layer holds: an entry for each file, directory or link in it, as columns; and what it takes away. */
export interface LayerFiles {
  /** Entries there are. The columns may be longer. */
  readonly count: number;
  /** Of each entry its path, as an id of the tree. Of two entries of one path the later one counts. */
  readonly node: Int32Array;
  /** Index into {@link TYPES}. */
  readonly type: Uint8Array;
  /** Bytes of content: a hard link has none of its own. */
  readonly size: Float64Array;
  readonly mode: Uint16Array;
  readonly uid: Uint32Array;
  readonly gid: Uint32Array;
  /** CRC-32 of the content. */
  readonly crc: Uint32Array;
  /** Targets of links, by entry. */
  readonly links: ReadonlyMap<number, string>;
  /** Paths that are taken away from the layers before. */
  readonly whiteouts: readonly number[];
  /** Directories whose contents in the layers before are taken away. */
  readonly opaques: readonly number[];
  /** What databases of packages say, by their entry. */
  readonly packages: ReadonlyMap<number, FoundPackages>;
  /** Bytes of all contents. */
  readonly bytes: number;
}

export const TYPES = ['file', 'directory', 'symlink', 'link', 'other'] as const satisfies TarType[];
const CODES: Readonly<Record<TarType, number>> = {
  file: 0,
  directory: 1,
  symlink: 2,
  link: 3,
  other: 4,
};
export const DIRECTORY = CODES.directory;
export const FILE = CODES.file;

/** A layer while it is read. */
export interface LayerWriter {
  /** Enters what an entry of the layer's archive says; answers its number, or undefined for one that takes something away. */
  add(header: TarHeader): number | undefined;
  setCrc(entry: number, crc: number): void;
  setPackages(entry: number, found: FoundPackages): void;
  end(): LayerFiles;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Begins a layer. Its paths are entered into `tree`, which all layers of an image share. */
export function createLayerWriter(tree: PathTree): LayerWriter {
  let room = 64;
  let columns = makeColumns(room);
  let count = 0;
  let bytes = 0;
  const links = new Map<number, string>();
  const packages = new Map<number, FoundPackages>();
  const whiteouts: number[] = [];
  const opaques: number[] = [];

  function grow(): void {
    room *= 2;
    const before = columns;
    columns = makeColumns(room);
    columns.node.set(before.node);
    columns.type.set(before.type);
    columns.size.set(before.size);
    columns.mode.set(before.mode);
    columns.uid.set(before.uid);
    columns.gid.set(before.gid);
    columns.crc.set(before.crc);
  }

  return {
    add({ name: written, type, size, mode, uid, gid, linkname }) {
      const name = readable(written);
      const cut = name.lastIndexOf('/') + 1;
      if (name.startsWith(WHITEOUT, cut)) {
        const folder = name.slice(0, cut);
        const hidden = name.slice(cut + WHITEOUT.length);
        if (name.startsWith(OPAQUE, cut)) opaques.push(tree.add(folder));
        // The other names of this kind are notes of aufs, and mean no file.
        else if (!hidden.startsWith(WHITEOUT)) whiteouts.push(tree.add(`${folder}${hidden}`));
        return undefined;
      }
      if (count === room) grow();
      const own = type === 'file' ? size : 0;
      columns.node[count] = tree.add(name);
      columns.type[count] = CODES[type];
      columns.size[count] = own;
      columns.mode[count] = mode;
      columns.uid[count] = uid;
      columns.gid[count] = gid;
      if (linkname !== '') links.set(count, readable(linkname));
      bytes += own;
      return count++;
    },
    setCrc(entry, crc) {
      columns.crc[entry] = crc;
    },
    setPackages(entry, found) {
      packages.set(entry, found);
    },
    end: () => ({ ...columns, count, links, whiteouts, opaques, packages, bytes }),
  };
}

function makeColumns(room: number) {
  return {
    node: new Int32Array(room),
    type: new Uint8Array(room),
    size: new Float64Array(room),
    mode: new Uint16Array(room),
    uid: new Uint32Array(room),
    gid: new Uint32Array(room),
    crc: new Uint32Array(room),
  };
}
