import { commentsAbove } from '../../model/commentsAbove.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { pairsOf } from '../../parser/words.ts';
import type { Finding, Rule } from '../rule.ts';
import { at, nameOf } from './support.ts';

/** A comment to checkers describes nothing. */
const CONTROL = /^#\s*check\s*=/i;

export const invalidDefinitionDescription: Rule = {
  id: 'InvalidDefinitionDescription',
  severity: 'warning',
  off: true,
  title: 'A comment above ARG or FROM should begin with the name that it describes',
  why: '`docker build --call=outline` and `--call=targets` show the comment right above an `ARG` or a named `FROM` as its description when it begins with its name. Put a blank line below a comment that is about something else. The check is experimental: `# check=experimental=InvalidDefinitionDescription` turns it on.',
  examples: [
    {
      bad: '# check=experimental=InvalidDefinitionDescription\n\n# the image to build with\nFROM alpine AS base\n',
      good: '# check=experimental=InvalidDefinitionDescription\n\n# base the image to build with\nFROM alpine AS base\n',
      fixed: true,
    },
  ],
  *check(file) {
    const above = commentsAbove(file.tree);
    for (const instruction of file.tree.instructions) {
      const names = namesOf(instruction, file);
      const comment = above(instruction).findLast(
        ({ start, end }) => !CONTROL.test(file.tree.source.slice(start, end)),
      );
      const [first] = names;
      if (!comment || first === undefined) continue;
      const { start, end } = comment;
      const text = file.tree.source.slice(start + 1, end).trim();
      if (names.includes(text.split(' ', 1)[0] ?? '')) continue;
      yield at(instruction, finding(instruction, { start, end }, names));
    }
  },
};

function namesOf(instruction: Instruction, file: Dockerfile): string[] {
  const { name } = instruction;
  if (name === 'ARG') return pairsOf(instruction, file.tree.escape).map(({ key }) => key.text);
  const stage = name === 'FROM' ? file.stageOf(instruction) : undefined;
  const own = stage && nameOf(stage);
  return own === undefined ? [] : [own];
}

function finding(
  { start, name }: Instruction,
  comment: Finding['span'],
  names: readonly string[],
): Finding {
  const [first = ''] = names;
  const wanted = names.length > 1 ? 'the name of an argument' : first.slice(0, 80);
  const behind = { start: comment.start + 1, end: comment.start + 1 };
  return {
    span: comment,
    message: `A comment right above ${name} should begin with ${wanted}, or have a blank line below it.`,
    fixes: [
      {
        title: `Begin with ${first.slice(0, 40)}`,
        edits: [{ span: behind, text: ` ${first}` }],
        safe: true,
      },
      {
        title: 'Add a blank line below the comment',
        edits: [{ span: { start, end: start }, text: '\n' }],
        safe: true,
      },
    ],
  };
}
