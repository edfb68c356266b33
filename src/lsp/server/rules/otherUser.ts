import { groupBy } from '../../../util/multimap.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import { countWhile } from '../parser/search.ts';
import type { Instruction } from '../parser/tree.ts';
import { argumentWords } from '../parser/words.ts';

/** The user that a USER names, where that is told and is not root or as good as that. */
export function otherUser(instruction: Instruction, escape: string): string | undefined {
  const name = argumentWords(instruction, escape)[0]?.text.split(':', 1)[0] ?? '';
  const other = /^[a-z_][\w-]*$/i.test(name) || /^[1-9]\d*$/.test(name);
  return other && name !== 'root' && !/admin/i.test(name) ? name : undefined;
}

/** Who a stage's steps run as from an offset on. */
interface User {
  readonly from: number;
  readonly name: string | undefined;
}

/** The user that an instruction runs as, as `otherUser` tells it; undefined where the file doesn't say, too. */
export function otherUserAt(file: Dockerfile, { stage, start }: Instruction): string | undefined {
  const users = file.once(readUsers).get(stage) ?? [];
  return users[countWhile(users.length, (index) => (users[index]?.from ?? 0) <= start) - 1]?.name;
}

/** By the stage's index: who each begins as, and what its USERs say. */
function readUsers(file: Dockerfile): ReadonlyMap<number, readonly User[]> {
  const all = groupBy(file.all('USER'), ({ stage }) => stage);
  const nameOf = (instruction: Instruction) => otherUser(instruction, file.tree.escape);
  const known = new Map<number, readonly User[]>();
  for (const stage of file.tree.stages) {
    const base = file.baseOf(stage)?.index ?? -1;
    // What ONBUILD holds comes last in the stage, as it runs first in those that start from it.
    const trigger = all.get(base)?.findLast(({ parent }) => parent);
    const first = trigger ? nameOf(trigger) : known.get(base)?.at(-1)?.name;
    const own = (all.get(stage.index) ?? []).filter(({ parent }) => !parent);
    known.set(stage.index, [
      { from: 0, name: first },
      ...own.map((user) => ({ from: user.end, name: nameOf(user) })),
    ]);
  }
  return known;
}
