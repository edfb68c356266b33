import { spawn } from 'node:child_process';
import { pathFolders, programIn } from '../../../util/programs.ts';
import { pathOf, withFields, xattrField } from './statBatch.ts';
import type { StatBatch, TracedBatch } from './statBatch.ts';

/** Extended attributes by the paths that have some, as {@link attributeKey} names them: fields of a stat. */
export type Attributes = ReadonlyMap<string, Uint8Array>;

/**
 * Reads the extended attributes of files.
 * @param root absolute path of the folder
 * @param paths relative to it, each ended by a zero byte
 * @returns none for a file that can't be read, as buildx leaves out what it can't; undefined when nothing could be read
 */
export type AttributeReader = (root: string, paths: Uint8Array) => Promise<Attributes | undefined>;

/** Of what begins with `security.` or `system.` BuildKit minds only this; labels of SELinux, which each file has, stay here. */
const WANTED = '^([^s]|security\\.capability$|system\\.posix_acl_)';

/** How xargs ends where getfattr has said of each file what it could: it has failed of some by 123, and was killed by others. */
const READ_ALL: ReadonlySet<number> = new Set([0, 123]);

/**
 * What reads extended attributes on this machine: `getfattr` of Linux' attr, given paths by xargs, for Node has no call of
 * its own. Undefined where these are missing.
 */
export function attributeReader(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): AttributeReader | undefined {
  if (platform !== 'linux') return undefined;
  const folders = pathFolders(env);
  const [xargs, getfattr] = ['xargs', 'getfattr'].map((name) => programIn(folders, name));
  if (xargs === undefined || getfattr === undefined) return undefined;
  const args = ['-0', '-r', getfattr, '-h', '-d', '-m', WANTED, '-e', 'base64', '--'];
  return (root, paths) =>
    new Promise((resolve) => {
      const chunks: Buffer[] = [];
      // That a file has gone, or may not be looked at, is told by the walk.
      const child = spawn(xargs, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'ignore'] });
      child.on('error', () => resolve(undefined));
      // Without a process there are no streams either.
      if (child.pid === undefined) return;
      child.on('close', (code) =>
        resolve(READ_ALL.has(code ?? -1) ? readDump(Buffer.concat(chunks)) : undefined),
      );
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      // It has ended, which is told by its end.
      child.stdin.on('error', () => {});
      child.stdin.end(paths);
    });
}

/** What a path is known by: its bytes as characters. */
const attributeKey = (path: Uint8Array): string =>
  Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString('latin1');

/**
 * Reads what `getfattr -d -e base64` writes: for each file `# file: path`, then lines `name=0svalue`, then an empty one. Of
 * names the characters that would be mistaken are written as `\012`.
 */
export function readDump(dump: Buffer): Attributes {
  const found = new Map<string, Uint8Array[]>();
  let fields: Uint8Array[] = [];
  for (const line of dump.toString('latin1').split('\n')) {
    if (line.startsWith(FILE)) {
      fields = [];
      found.set(plain(line.slice(FILE.length)), fields);
      continue;
    }
    const at = line.indexOf('=');
    if (at < 0) continue;
    const value = line.slice(at + 1);
    if (!value.startsWith('0s')) continue;
    const name = Buffer.from(plain(line.slice(0, at)), 'latin1');
    fields.push(xattrField(name, Buffer.from(value.slice(2), 'base64')));
  }
  return new Map([...found].map(([path, fields]) => [path, Buffer.concat(fields)]));
}

const FILE = '# file: ';
const plain = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));

/**
 * Files whose attributes were read, so that these need not be read again: to read them takes longer than to list the files.
 * Whoever changes an attribute changes the time that is kept here.
 */
export interface KnownFiles {
  /** Numbers of the files on their device, and when each was changed last, as in {@link TracedBatch}. */
  readonly inodes: Float64Array;
  readonly changes: Float64Array;
  /** Attributes of those that have some, by their numbers. */
  readonly found: ReadonlyMap<number, Uint8Array>;
}

/** How many files are asked for together: at first what there is, so that the list begins soon, then more. */
const GROUPS = { first: 1, factor: 64, longest: 8192 };
/** How many groups wait at once. */
const ABREAST = 3;
/** Nanoseconds: a file that was changed so short a time before it is read may be changed again without getting another time. */
const RECENT = 2e9;

/**
 * Adds extended attributes to a list while it is made. A part of it is passed on, in order, once those of its files are
 * known.
 * @param known of the list of the same files before
 * @param onKnown told at the end what is known now
 */
export async function* withAttributes(
  batches: AsyncIterable<TracedBatch>,
  read: (paths: Uint8Array) => Promise<Attributes | undefined>,
  known?: KnownFiles,
  onKnown?: (known: KnownFiles) => void,
): AsyncGenerator<StatBatch> {
  const memory = createMemory(known);
  const waiting: Group[] = [];
  let group: Looked[] = [];
  let asked: Uint8Array[] = [];
  let size = GROUPS.first;
  const begin = () => {
    const found = asked.length
      ? read(Buffer.concat(asked.flatMap((path) => [path, ZERO])))
      : Promise.resolve(new Map<string, Uint8Array>());
    const made: Group = { looked: group, found, isRead: false };
    void found.then(() => (made.isRead = true));
    waiting.push(made);
    if (asked.length) size = Math.min(GROUPS.factor * size, GROUPS.longest);
    group = [];
    asked = [];
  };
  for await (const batch of batches) {
    const looked = { batch, isKnown: memory.look(batch) };
    group.push(looked);
    looked.isKnown.forEach((isKnown, index) => {
      if (!isKnown) asked.push(pathOf(batch, index));
    });
    if (asked.length === 0 || asked.length >= size) begin();
    while (waiting[0] && (waiting[0].isRead || waiting.length > ABREAST))
      yield* complete(waiting.shift(), memory);
  }
  if (group.length > 0) begin();
  while (waiting.length) yield* complete(waiting.shift(), memory);
  onKnown?.(memory.known());
}

const ZERO = Buffer.of(0);

/** A part of the list, and of which of its entries the attributes need not be read. */
interface Looked {
  readonly batch: TracedBatch;
  readonly isKnown: readonly boolean[];
}

interface Group {
  readonly looked: readonly Looked[];
  readonly found: Promise<Attributes | undefined>;
  isRead: boolean;
}

async function* complete(group: Group | undefined, memory: Memory): AsyncGenerator<StatBatch> {
  if (!group) return;
  const found = await group.found;
  for (const looked of group.looked) {
    const { bytes, bounds } = looked.batch;
    const fields = memory.take(looked, found);
    yield fields.some(Boolean)
      ? withFields(looked.batch, (index) => fields[index])
      : { bytes, bounds };
  }
}

interface Memory {
  /** Of which of the entries the attributes need not be read; asked once of each part, in the list's order. */
  look(batch: TracedBatch): boolean[];
  /** The attributes of the entries, remembered or just found. */
  take(looked: Looked, found: Attributes | undefined): (Uint8Array | undefined)[];
  known(): KnownFiles;
}

function createMemory(before: KnownFiles | undefined): Memory {
  const recent = Date.now() * 1e6 - RECENT;
  const inodes: number[] = [];
  const changes: number[] = [];
  const kept = new Map<number, Uint8Array>();
  const knows = lookup(before);
  return {
    look: (batch) =>
      Array.from(batch.inodes, (inode, index) => knows(inode, batch.changes[index] ?? 0)),
    take: ({ batch, isKnown }, found) =>
      isKnown.map((known, index) => {
        const [inode = 0, changed = 0] = [batch.inodes[index], batch.changes[index]];
        const fields = known
          ? before?.found.get(inode)
          : found?.size
            ? found.get(attributeKey(pathOf(batch, index)))
            : undefined;
        if (inode !== 0 && changed < recent && (known || found)) {
          inodes.push(inode);
          changes.push(changed);
          if (fields) kept.set(inode, fields);
        }
        return fields;
      }),
    known: () => ({
      inodes: new Float64Array(inodes),
      changes: new Float64Array(changes),
      found: kept,
    }),
  };
}

/** Whether a file is known as it is. It is quickest to ask in the order that the files are known in, as lists mostly are. */
function lookup(known: KnownFiles | undefined): (inode: number, changed: number) => boolean {
  if (!known) return () => false;
  let next = 0;
  let places: Map<number, number> | undefined;
  return (inode, changed) => {
    if (inode === 0) return false;
    if (known.inodes[next] !== inode) {
      places ??= new Map(Array.from(known.inodes, (one, place) => [one, place]));
      const place = places.get(inode);
      if (place === undefined) return false;
      next = place;
    }
    return known.changes[next++] === changed;
  };
}
