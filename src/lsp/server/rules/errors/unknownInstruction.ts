import { INSTRUCTIONS } from '../../data/instructions.ts';
import type { Instruction, Word } from '../../parser/tree.ts';
import type { Fix, Rule } from '../rule.ts';
import { built } from './support/steps.ts';
import { nearest, shown } from './support/suggest.ts';
import { replace } from '../edits.ts';

const KEYWORDS = Object.keys(INSTRUCTIONS);

/** Lines that begin with no instruction's name. */
export const unknownInstruction: Rule = {
  id: 'build-error/unknown-instruction',
  severity: 'error',
  title: 'Every line begins with an instruction',
  why: 'A line that begins with another word is often the rest of a `RUN` whose line before lacks its `\\`, or the body of a heredoc whose name is glued to a word (`cat<<EOF`; the builder wants it on its own: `cat <<EOF`).',
  examples: [
    { bad: 'FROM alpine:3\nCOPPY a b\n', good: 'FROM alpine:3\nCOPY a b\n', fixed: true },
    { bad: 'FROM alpine:3\nRUNmake all\n', good: 'FROM alpine:3\nRUN make all\n', fixed: true },
    { bad: '// base\nFROM alpine:3\n', good: '# base\nFROM alpine:3\n', fixed: true },
  ],
  check: function* check(file) {
    const { instructions } = file.tree;
    for (const [index, { name, keyword }] of instructions.entries())
      if (!Object.hasOwn(INSTRUCTIONS, name)) yield finding(keyword, name, instructions[index - 1]);
    const names = new Set(file.all('ONBUILD').map(({ trigger }) => trigger?.name ?? ''));
    for (const name of names) {
      if (name === '' || Object.hasOwn(INSTRUCTIONS, name)) continue;
      for (const { keyword, parent } of built(file, name))
        if (parent) yield finding(keyword, name, undefined);
    }
  },
};

function finding(keyword: Word, name: string, before: Instruction | undefined) {
  if (name.startsWith('//')) {
    const slashes = { start: keyword.start, end: keyword.start + 2 };
    return {
      span: keyword,
      message: 'A comment begins with #.',
      fixes: [replace('Begin the comment with #', slashes, '#')],
    };
  }
  if (name === '') return { span: keyword, message: 'Nothing follows this line’s continuation.' };
  const { hint, fixes } = suggestion(keyword, name);
  const joined =
    hint === '' && before?.name === 'RUN'
      ? ' If this belongs to the RUN above, end the line before with a continuation.'
      : '';
  return {
    span: keyword,
    message: `Unknown instruction: ${shown(keyword.text)}.${hint}${joined}`,
    fixes,
  };
}

function suggestion(keyword: Word, name: string): { hint: string; fixes: Fix[] } {
  const lower = keyword.text === keyword.text.toLowerCase();
  const cased = (word: string) => (lower ? word.toLowerCase() : word);
  const near = nearest(name, KEYWORDS);
  if (near)
    return {
      hint: ` Did you mean ${cased(near)}?`,
      fixes: [replace(`Change to ${cased(near)}`, keyword, cased(near))],
    };
  const glued = KEYWORDS.find((known) => name.startsWith(known) && known.length > 2);
  if (!glued) return { hint: '', fixes: [] };
  const at = keyword.start + glued.length;
  return {
    hint: ` A space is missing after ${cased(glued)}.`,
    fixes: [replace(`Put a space after ${cased(glued)}`, { start: at, end: at }, ' ')],
  };
}
