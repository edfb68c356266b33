import type { Instruction, Tree } from '../parser/tree.ts';
import { argumentWords } from '../parser/words.ts';

const POSIX = /^(?:.*\/)?(?:sh|bash|dash|ash|ksh|mksh|zsh)$/;

/**
 * The instructions whose shell form a shell other than a POSIX one runs: after such a SHELL, or anywhere in a file whose
 * escape character is that of Windows. A stage begins with the shell of the stage that it starts from.
 */
export function foreignShells(tree: Tree): ReadonlySet<Instruction> {
  const found = new Set<Instruction>();
  const foreignAtEnd: boolean[] = [];
  for (const stage of tree.stages) {
    let foreign = tree.escape === '`' || foreignAtEnd[stage.base] === true;
    for (const instruction of stage.instructions) {
      if (instruction.name === 'SHELL') {
        const program = argumentWords(instruction, tree.escape)[0]?.text ?? '';
        foreign = !POSIX.test(program.replaceAll('"', ''));
      }
      if (foreign) found.add(instruction);
    }
    foreignAtEnd.push(foreign);
  }
  return found;
}
