import { posix } from 'node:path';
import { crc32, createGunzip } from 'node:zlib';
import { BLOCK, readBlock } from '../tar/header.ts';
import { readTar } from '../tar/reader.ts';
import { parse } from '../transport/answers.ts';
import { decompressed } from './decompressed.ts';
import { createLayerWriter } from './layerFiles.ts';
import type { LayerFiles } from './layerFiles.ts';
import { packageReader } from './packages.ts';
import { createPathTree } from './paths.ts';
import type { PathTree } from './paths.ts';
import { NATIVE, unzstd } from './zstd.ts';

/** What an export held, in which order ever: contents of files are gone. */
export interface Export {
  readonly tree: PathTree;
  /** Layers by their path in the archive. */
  readonly layers: ReadonlyMap<string, LayerFiles>;
  /** Everything that was JSON by its path: configurations, manifests. */
  readonly documents: ReadonlyMap<string, unknown>;
  /** Where links of the archive lead, which old engines and Podman write for layers that are there already. */
  readonly links: ReadonlyMap<string, string>;
}

/** The specification has manifests of 4 MiB at the most. */
const LARGEST_DOCUMENT = 16 * 1024 * 1024;

/**
 * Reads what `GET /images/{name}/get` sends, once and as it comes: docker's own layout (`<id>/layer.tar`), OCI's
 * (`blobs/sha256/…`) and Podman's (`<digest>.tar`). Which file is a layer is said at the end or not at all, so each is
 * looked at: an archive, compressed or not, is taken for one.
 * @throws EngineError `dropped` when it was cut off, and what `source` throws
 */
export async function readExport(source: AsyncIterable<Uint8Array>): Promise<Export> {
  const tree = createPathTree();
  const layers = new Map<string, LayerFiles>();
  const documents = new Map<string, unknown>();
  const links = new Map<string, string>();
  for await (const { header, content } of readTar(source)) {
    const path = posix.normalize(header.name);
    if (header.type === 'symlink')
      links.set(path, posix.join(posix.dirname(path), header.linkname));
    else if (header.type === 'link') links.set(path, posix.normalize(header.linkname));
    if (header.type !== 'file' || header.size === 0) continue;
    const { head, all } = await peek(content);
    const archive = unpacked(head, all);
    if (archive) layers.set(path, await readLayer(archive, tree));
    else if (isJson(head) && header.size <= LARGEST_DOCUMENT)
      documents.set(path, parse((await gathered(all)).toString()));
  }
  return { tree, layers, documents, links };
}

async function readLayer(source: AsyncIterable<Uint8Array>, tree: PathTree): Promise<LayerFiles> {
  const writer = createLayerWriter(tree);
  for await (const { header, content } of readTar(source)) {
    const entry = writer.add(header);
    if (entry === undefined || header.type !== 'file') continue;
    const packages = header.size > 0 ? packageReader(header.name) : undefined;
    let crc = 0;
    for await (const piece of content) {
      crc = crc32(piece, crc);
      packages?.push(piece);
    }
    writer.setCrc(entry, crc);
    if (packages) writer.setPackages(entry, packages.end());
  }
  return writer.end();
}

/** Reads as much as tells what a file is, and gives back all of it. */
async function peek(content: AsyncIterable<Buffer>) {
  const iterator = content[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < BLOCK) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield head;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { head, all: all() };
}

/** The archive that a file is, or undefined when it is none. */
function unpacked(
  head: Buffer,
  all: AsyncGenerator<Buffer>,
): AsyncIterable<Uint8Array> | undefined {
  if (isArchive(head)) return all;
  if (head[0] === 0x1f && head[1] === 0x8b) return decompressed(all, createGunzip());
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return unzstd(all, NATIVE);
  return undefined;
}

function isArchive(head: Buffer): boolean {
  if (head.length < BLOCK) return false;
  const block = head.subarray(0, BLOCK);
  // A layer without files is an archive that ends where it begins.
  if (block.every((byte) => byte === 0)) return true;
  try {
    readBlock(block);
    return true;
  } catch {
    // Something else: what it is shows in its own way.
    return false;
  }
}

const isJson = (head: Buffer) => /^\s*[[{]/.test(head.toString('latin1', 0, 64));

async function gathered(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}
