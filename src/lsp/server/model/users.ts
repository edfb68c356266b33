import type { Instruction, Stage } from '../parser/tree.ts';
import { argumentWords } from '../parser/words.ts';
import type { Dockerfile } from './dockerfile.ts';
import { inRunOrder } from './runOrder.ts';

/** A user who is told, and is not root or as good as that. */
interface OtherUser {
  readonly name: string;
  /** The index of the stage whose USER names them. */
  readonly stage: number;
}

/** The user other than root that an instruction of a stage runs as; undefined where the file doesn't say, too. */
export function otherUserAt(file: Dockerfile, instruction: Instruction): OtherUser | undefined {
  return file.once(readUsers).get(instruction);
}

function readUsers(file: Dockerfile): ReadonlyMap<Instruction, OtherUser> {
  const found = new Map<Instruction, OtherUser>();
  if (file.all('USER').length === 0) return found;
  /** Who stages that start from each one begin as, once its triggers have run; a base is an earlier stage. */
  const last = new Map<Stage | undefined, OtherUser | undefined>();
  for (const stage of file.tree.stages) {
    let user = last.get(file.baseOf(stage));
    for (const instruction of inRunOrder(stage.instructions))
      if (instruction.name === 'USER') user = otherUser(instruction, file.tree.escape);
      else if (user) found.set(instruction, user);
    last.set(stage, user);
  }
  return found;
}

function otherUser(instruction: Instruction, escape: string): OtherUser | undefined {
  const name = argumentWords(instruction, escape)[0]?.text.split(':', 1)[0] ?? '';
  const other = /^[a-z_][\w-]*$/i.test(name) || /^[1-9]\d*$/.test(name);
  return other && name !== 'root' && !/admin/i.test(name)
    ? { name, stage: instruction.stage }
    : undefined;
}
