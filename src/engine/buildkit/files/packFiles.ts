import { closeSync, openSync, readSync } from 'node:fs';
import { writeHead } from '../grpc/frames.ts';
import { OPEN_FLAGS, changed, shrunk } from './fileRequest.ts';
import type { FileRequest } from './fileRequest.ts';
import { fsPath } from './names.ts';
import { dataHead } from './packet.ts';
import { CHUNK } from './sendFile.ts';

/** The most that is put into one pack: files, and bytes of them after which no further file is added. None may exceed a chunk. */
export const PACK = { files: 128, bytes: 512 * 1024 } as const;

/** Bytes: more than the heads of a file's packets and of their frames take. */
const HEADS = 64;

/**
 * Memory for a pack of any size, which a worker can fill. It is to be used again and again: a page that is touched for
 * the first time costs more than filling it.
 */
export const packMemory = (): SharedArrayBuffer =>
  new SharedArrayBuffer(PACK.bytes + CHUNK + PACK.files * HEADS);

/**
 * Reads files, by synchronous calls, which are several times quicker than others, and writes the packets that they are
 * sent in one behind the other, each in its gRPC frame: of each file as many bytes as were listed, and its end.
 * @param files no more than {@link PACK} allows
 * @param memory of {@link packMemory}
 * @returns how many bytes of the memory they take
 * @throws EngineError that names the file that has gone, has shrunk or can't be read
 */
export function packFiles(files: readonly FileRequest[], memory: SharedArrayBuffer): number {
  const bytes = Buffer.from(memory);
  let at = 0;
  const begin = (id: number, length: number): void => {
    const head = dataHead(id, length);
    at = writeHead(bytes, at, head.length + length);
    bytes.set(head, at);
    at += head.length;
  };
  for (const file of files) {
    if (file.size > 0) {
      begin(file.id, file.size);
      fill(bytes.subarray(at, at + file.size), file);
      at += file.size;
    }
    begin(file.id, 0);
  }
  return at;
}

/** Fills memory with what a file begins with. */
function fill(bytes: Uint8Array, request: FileRequest): void {
  try {
    const file = openSync(fsPath(request.path), OPEN_FLAGS);
    try {
      for (let filled = 0; filled < bytes.length;) {
        const read = readSync(file, bytes, filled, bytes.length - filled, filled);
        if (read === 0) throw shrunk(request, filled);
        filled += read;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw changed(request, error);
  }
}
