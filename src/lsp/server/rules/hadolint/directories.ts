import { posix } from 'node:path';
import { groupBy } from '../../../../util/multimap.ts';
import { lastWhile } from '../../../../util/search.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { argumentText, dropQuotes } from './words.ts';

/** A path longer than this is nobody’s, and is not followed further. */
const LONGEST = 500;

/** The directory that a stage is in from an offset on; undefined where the file doesn't say. */
interface Directory {
  readonly from: number;
  readonly path: string | undefined;
}

/** The working directory before an instruction, if the file says which. */
export function directoryAt(file: Dockerfile, { stage, start }: Instruction): string | undefined {
  const known = file.once(readDirectories).get(stage) ?? [];
  return lastWhile(known, ({ from }) => from <= start)?.path;
}

/** By the stage's index, -1 before the first FROM: where each begins, and where its WORKDIRs lead. */
function readDirectories(file: Dockerfile): ReadonlyMap<number, readonly Directory[]> {
  const all = groupBy(file.all('WORKDIR'), ({ stage }) => stage);
  const known = new Map<number, readonly Directory[]>();
  const read = (stage: number, first: string | undefined) => {
    const directories: Directory[] = [{ from: 0, path: first }];
    for (const instruction of all.get(stage) ?? []) {
      const path = dropQuotes(argumentText(instruction));
      if (path === '' || instruction.parent) continue;
      directories.push({ from: instruction.end, path: follow(directories.at(-1)?.path, path) });
    }
    known.set(stage, directories);
  };
  read(-1, undefined);
  for (const { index, base } of file.tree.stages) {
    // A stage that only a variable's default names may be another one, and what ONBUILD holds happens in between.
    const triggers = all.get(base)?.some(({ parent }) => parent) ?? false;
    read(index, base < 0 || triggers ? undefined : known.get(base)?.at(-1)?.path);
  }
  return known;
}

/** Where a WORKDIR leads from `before`. */
function follow(before: string | undefined, path: string): string | undefined {
  const literal = path.length + (before?.length ?? 0) < LONGEST && !/[$\\"'`]/.test(path);
  if (!literal || (before === undefined && !path.startsWith('/'))) return undefined;
  return posix.resolve(before ?? '/', path);
}
