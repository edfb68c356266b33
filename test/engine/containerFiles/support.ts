import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, expect } from 'vitest';
import { openFile, putEntries } from '../../../src/engine/containerFiles/archive.ts';
import { newHeader } from '../../../src/engine/tar/pack.ts';
import { createContainerFiles } from '../../../src/engine/containerFiles/service.ts';
import type { FilePath } from '../../../src/engine/containerFiles/service.ts';
import type { FileSource } from '../../../src/engine/containerFiles/source.ts';
import { createContainer, runContainer } from '../../../src/engine/containers.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import type { RunSpec } from '../../../src/engine/runSpec.ts';
import { runExec } from '../../../src/engine/shell.ts';
import { BARE_IMAGE, labelledSuite, podman, SHELL_IMAGE } from '../support/engine.ts';

/** A text as what is written to a file. */
export const text = (content: string) => {
  const bytes = Buffer.from(content);
  return {
    size: bytes.length,
    bytes: async function* () {
      yield bytes;
    },
  };
};

/** The engine's error that a work ends with. Throws an Error when it ends with another, or well. */
export async function failure(work: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof EngineError) return error;
  throw new Error(`no EngineError, but ${String(error)}`);
}

export type FilesSuite = Awaited<ReturnType<typeof filesSuite>>;

/** The service of files on the engine under test, with containers that are gone when the tests of the file are over. */
export async function filesSuite(name: string) {
  const { client, label } = await labelledSuite(name);
  const reports: unknown[] = [];
  const files = createContainerFiles(
    () => Promise.resolve(client),
    (error) => reports.push(error),
  );
  afterAll(async () => {
    await files.dispose();
    expect(reports).toEqual([]);
  });

  const spec = (more: Partial<RunSpec> = {}): RunSpec => ({
    image: SHELL_IMAGE,
    command: ['sleep', '1000'],
    labels: { [label]: '' },
    ...more,
  });
  const running = async (more?: Partial<RunSpec>): Promise<FileSource> => ({
    kind: 'container',
    id: (await runContainer(client, spec(more))).id,
  });
  const stopped = async (more?: Partial<RunSpec>): Promise<FileSource> => ({
    kind: 'container',
    id: (await createContainer(client, spec(more))).id,
  });
  const bare = () => running({ image: BARE_IMAGE, command: ['/sleep', '1000'] });
  const kinds = [
    { what: 'a running container', make: running },
    { what: 'a running container without a shell', make: bare },
    { what: 'a container that was never started', make: stopped },
  ] as const;

  return {
    client,
    label,
    files,
    running,
    stopped,
    bare,
    // Podman takes a second for each call, so two kinds of container are enough for it.
    kinds: podman ? [kinds[0], kinds[2]] : kinds,
    read: (at: FilePath) =>
      files.read(at, async ({ content }) => {
        const parts: Buffer[] = [];
        for await (const part of content) parts.push(part);
        return Buffer.concat(parts).toString();
      }),
    names: async (at: FilePath) =>
      (await files.list(at, { fresh: true })).map(({ name }) => name).sort(),
  };
}

/** A container of one kind, made before the tests of a group, with a tree of files and links in `/d`. */
export function treeIn({ client, running }: FilesSuite, make: () => Promise<FileSource>) {
  let source: FileSource;
  beforeAll(async () => {
    source = await make();
    await putEntries(client, source.id, '/', [
      { header: newHeader({ name: 'd', type: 'directory', mode: 0o755, uid: 7, gid: 8 }) },
      { header: newHeader({ name: 'd/one', size: 3, mode: 0o640 }), content: text('one').bytes() },
      { header: newHeader({ name: 'd/sub', type: 'directory', mode: 0o700 }) },
      { header: newHeader({ name: 'd/sub/deep', size: 4 }), content: text('deep').bytes() },
      { header: newHeader({ name: 'd/to-one', type: 'symlink', linkname: 'one' }) },
      { header: newHeader({ name: 'd/to-sub', type: 'symlink', linkname: '/d/sub' }) },
      { header: newHeader({ name: 'd/to-nothing', type: 'symlink', linkname: '/nothing' }) },
      { header: newHeader({ name: 'd/to-itself', type: 'symlink', linkname: 'to-itself' }) },
    ]);
  });
  return {
    at: (path: string): FilePath => ({ source, path }),
    id: () => source.id,
    /** Owner and group, by a program where the archive does not tell; what is expected where nothing does. */
    owner: async (path: string, expected: string): Promise<string> => {
      const { header, close } = await openFile(client, source.id, path);
      await close();
      if (!podman) return `${header.uid} ${header.gid}`;
      if (make !== running) return expected;
      const cmd = ['busybox', 'stat', '-c', '%u %g', path];
      return (await runExec(client, source.id, { cmd })).stdout.trim();
    },
  };
}
