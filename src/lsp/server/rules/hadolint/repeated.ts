import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { Finding } from '../rule.ts';
import { removal } from '../lineAbove.ts';

/**
 * The instructions of one name that a later one of the same stage makes void. hadolint reports the later ones, BuildKit
 * the void ones: the span is on the void one, and comments above either silence it.
 */
export function repeated(file: Dockerfile, name: string): Finding[] {
  const found: Finding[] = [];
  const last = new Map<number, Instruction>();
  for (const instruction of file.all(name)) {
    if (instruction.parent) continue;
    const before = last.get(instruction.stage);
    last.set(instruction.stage, instruction);
    if (!before) continue;
    const title = `Remove this ${name}`;
    found.push({
      span: before.keyword,
      reportedAt: instruction.keyword.start,
      message: `A later ${name} of the stage takes the place of this one.`,
      tag: 'unnecessary',
      fixes: [{ title, edits: removal(file, before), safe: true }],
    });
  }
  return found;
}
