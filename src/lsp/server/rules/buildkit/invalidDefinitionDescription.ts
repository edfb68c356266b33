import { commentsAbove } from '../../model/commentsAbove.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { lineAt } from '../../parser/lines.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { Finding, Rule } from '../rule.ts';
import { at, nameOf } from './support.ts';

export const invalidDefinitionDescription: Rule = {
  id: 'InvalidDefinitionDescription',
  severity: 'warning',
  off: true,
  title: 'A comment above ARG or FROM should begin with the name that it describes',
  why: '`docker build --call=outline` and `--call=targets` show the comment above an `ARG` or a named `FROM` as its description when it begins with its name. Put a comment without text below one that is about something else: BuildKit looks beyond blank lines. The check is experimental: `# check=experimental=InvalidDefinitionDescription` turns it on.',
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
      const comment = above(instruction).at(-1);
      const [first] = names;
      if (!comment || first === undefined) continue;
      const { start, end, text } = comment;
      if (names.includes(text.split(' ', 1)[0] ?? '')) continue;
      const found = finding(instruction, { start, end }, names, file.tree.source);
      // A name in front of it, or a comment below, would end what it silences.
      const unfixed = PRAGMA.test(text) && { ...found, fixes: [] };
      yield at(instruction, unfixed || found);
    }
  },
};

/** What a comment says behind its mark when it silences. */
const PRAGMA = /^(?:check\s*=|hadolint\s)/i;

function namesOf(instruction: Instruction, file: Dockerfile): string[] {
  const { name } = instruction;
  if (name === 'ARG') return file.pairs(instruction).map(({ key }) => key.text);
  const stage = name === 'FROM' ? file.stageOf(instruction) : undefined;
  const own = stage && nameOf(stage);
  return own === undefined ? [] : [own];
}

function finding(
  { name }: Instruction,
  comment: Finding['span'],
  names: readonly string[],
  source: string,
): Finding {
  const [first = ''] = names;
  const wanted = names.length > 1 ? 'the name of an argument' : first.slice(0, 80);
  const { next } = lineAt(source, comment.start);
  const below = { start: next, end: next };
  // BuildKit takes all of the line but its first character, so that a blank in front of the mark hides the name.
  const begin = source.lastIndexOf('\n', comment.start - 1) + 1;
  const lead = {
    start: Math.max(begin, source.startsWith('\uFEFF') ? 1 : 0),
    end: comment.start + 1,
  };
  return {
    span: comment,
    message: `The comment above ${name} should begin with ${wanted}, or have one without text below it.`,
    fixes: [
      {
        title: `Begin with ${first.slice(0, 40)}`,
        edits: [{ span: lead, text: `# ${first}` }],
        safe: true,
      },
      {
        title: 'Add an empty comment below it',
        edits: [{ span: below, text: '#\n' }],
        safe: true,
      },
    ],
  };
}
