import type { ContainerFiles } from '../../engine/containerFiles/service.ts';
import { createEmitter } from '../../util/emitter.ts';
import type { Event } from '../../util/emitter.ts';
import type { Row } from '../row.ts';
import {
  changeRow,
  changesRow,
  fileMessage,
  fileRow,
  filesRow,
  isFileTarget,
  pathIn,
  sorted,
} from '../rows/files.ts';
import type { Below, FileOwner } from '../rows/files.ts';
import { moreRow } from '../rows/registries.ts';

/** Rows of files, read when they are looked at and kept until someone wants them anew. */
export interface FileRows {
  readonly below: Below;
  /** What is in one directory; its rows have keys below the owner's. */
  directory(owner: FileOwner, path: string): () => Promise<readonly Row[]>;
  /** Forgets what stands below a row, which then is read again. */
  forget(row: Row): void;
  /** Keys of rows whose children are to be read again. */
  readonly onDidChange: Event<readonly string[]>;
  dispose(): void;
}

/** So many rows of one directory are shown, and as many more each time one asks for more. */
const AT_A_TIME = 1000;

/** @param report told of a directory that could not be read */
export function createFileRows(files: ContainerFiles, report: (error: unknown) => void): FileRows {
  const changed = createEmitter<readonly string[]>();
  /** Keys of the rows that show a directory. */
  const shown = new Map<string, Set<string>>();
  const limits = new Map<string, number>();
  const changes = new Map<string, Promise<readonly Row[]>>();
  const idOf = ({ kind, id }: FileOwner['source'], path: string) => `${kind} ${id} ${path}`;

  const guarded = (key: string, read: () => Promise<readonly Row[]>) => async () => {
    try {
      return await read();
    } catch (error) {
      report(error);
      return [fileMessage(key, error instanceof Error ? error.message : String(error), true)];
    }
  };

  /** The first rows of many, and one that brings more. */
  function firstOf<T>(key: string, all: readonly T[], toRow: (item: T) => Row): Row[] {
    const limit = limits.get(key) ?? AT_A_TIME;
    const rows = all.slice(0, limit).map(toRow);
    if (all.length === 0) return [fileMessage(key, 'Nothing', false)];
    if (all.length <= limit) return rows;
    const more = moreRow(key, async () => {
      limits.set(key, limit + AT_A_TIME);
      changed.fire([key]);
    });
    const hidden = all.length - limit;
    return [
      ...rows,
      {
        ...more,
        description: `${hidden.toLocaleString('en')} of ${all.length.toLocaleString('en')}`,
      },
    ];
  }

  function directory(owner: FileOwner, path: string): () => Promise<readonly Row[]> {
    const key = `${owner.key}/files${path}`;
    return guarded(key, async () => {
      const id = idOf(owner.source, path);
      shown.set(id, (shown.get(id) ?? new Set()).add(key));
      const entries = sorted(await files.list({ source: owner.source, path }));
      return firstOf(key, entries, (entry) =>
        fileRow(owner, path, entry, directory(owner, pathIn(path, entry.name))),
      );
    });
  }

  async function readChanges(owner: FileOwner, image: string): Promise<readonly Row[]> {
    const all = await files.changes(owner.source.id);
    return firstOf(`${owner.key}/changes`, all, (change) => changeRow(owner, image, change));
  }

  const subscription = files.onDidChange(({ at: { source, path } }) => {
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    const keys = [...(shown.get(idOf(source, folder)) ?? [])];
    for (const key of changes.keys())
      if (source.kind === 'container' && key.includes(source.id)) {
        changes.delete(key);
        keys.push(key);
      }
    changed.fire(keys);
  });

  return {
    below: (owner, image) => async () => {
      const key = `${owner.key}/changes`;
      const read = guarded(key, () => {
        const known = changes.get(key) ?? readChanges(owner, image ?? '');
        changes.set(key, known);
        known.catch(() => changes.delete(key));
        return known;
      });
      return [
        filesRow(owner, directory(owner, '/')),
        ...(image === undefined ? [] : [changesRow(owner, read)]),
      ];
    },
    directory,
    forget(row) {
      limits.delete(row.key);
      changes.delete(row.key);
      if (isFileTarget(row.target)) files.forget(row.target.at);
    },
    onDidChange: changed.event,
    dispose: () => subscription.dispose(),
  };
}
