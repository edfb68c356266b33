import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { fileSync } from '../../../../../../src/engine/buildkit/files/fileSync.ts';
import type {
  FileSyncOptions,
  ServedFolder,
} from '../../../../../../src/engine/buildkit/files/fileSync.ts';
import { createWalker } from '../../../../../../src/engine/buildkit/files/walker.ts';
import type { Walker } from '../../../../../../src/engine/buildkit/files/walker.ts';

export interface ServedContext {
  /** A folder of the test that runs. */
  root(): string;
  /** What lists it, for all tests of the file. */
  walker(): Walker;
  /** Serves the folder as a build does. */
  serve(
    folder?: Partial<ServedFolder>,
    options?: Partial<FileSyncOptions>,
  ): ReturnType<typeof fileSync>;
  /** Writes files into it; a name that ends in a slash is a directory. */
  plant(files: Readonly<Record<string, string>>): Promise<void>;
}

/** Gives each test of a file a folder of its own, and a way to serve it. */
export function servedContext(): ServedContext {
  let base: string;
  let root: string;
  let walker: Walker;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'stevedore-files-'));
    walker = createWalker();
  });
  afterAll(async () => {
    walker.close();
    await rm(base, { recursive: true, force: true });
  });
  beforeEach(async () => {
    root = await mkdtemp(join(base, 'context-'));
  });
  return {
    root: () => root,
    walker: () => walker,
    serve: (folder = {}, options = {}) =>
      fileSync({ context: { path: root, ...folder } }, { walker, windows: false, ...options }),
    async plant(files) {
      for (const [name, text] of Object.entries(files)) {
        const path = join(root, name);
        if (name.endsWith('/')) await mkdir(path, { recursive: true });
        else {
          await mkdir(join(path, '..'), { recursive: true });
          await writeFile(path, text);
        }
      }
    },
  };
}

/** Contents that were sent, as text by path. */
export const asText = (contents: ReadonlyMap<string, Buffer>): Record<string, string> =>
  Object.fromEntries([...contents].map(([path, data]) => [path, data.toString()]));
