import { variablesOf } from '../../parser/variables.ts';
import type { Fix, Rule } from '../rule.ts';
import type { Instruction, Word } from '../../parser/tree.ts';

export const DL3044: Rule = {
  id: 'DL3044',
  same: 'UndefinedVar',
  severity: 'error',
  title: 'ENV uses a variable that it defines itself',
  why: 'Variables are replaced before the instruction takes effect, so that what one `ENV` defines can be used from the next instruction on only. Here it gives nothing.',
  examples: [
    {
      bad: 'FROM debian:12\nENV HOME_DIR=/srv BIN=$HOME_DIR/bin\n',
      good: 'FROM debian:12\nENV HOME_DIR=/srv\nENV BIN=$HOME_DIR/bin\n',
      fixed: true,
    },
  ],
  *check(file) {
    /** Defined by any instruction above, of whatever stage. */
    const known = new Set<string>();
    for (const instruction of file.all('ARG', 'ENV')) {
      const pairs = file.pairs(instruction);
      if (instruction.name === 'ENV' && pairs.length > 1) {
        // The first of each name.
        const definedBy = new Map(pairs.toReversed().map((pair) => [pair.key.text, pair]));
        let at = 0;
        for (const { name, start, braced } of variablesOf(instruction, file.tree)) {
          const pair = definedBy.get(name.text);
          if (!pair || known.has(name.text)) continue;
          if (braced && instruction.logical.text[name.to] !== '}') continue;
          // Both come in order of the text.
          while ((pairs[at + 1]?.key.from ?? Infinity) <= name.from) at++;
          const user = pairs[at];
          if (!user || user === pair) continue;
          const isOwn = user.key.text === name.text;
          yield {
            span: { start, end: name.end + (braced ? 1 : 0) },
            message: isOwn
              ? `This is what ${name.text} was before this ENV, not what the ENV has set above: use two instructions.`
              : `This ENV defines ${name.text} itself, so that it isn't there yet: use two instructions.`,
            fixes: split(file.tree.source, instruction, pair.key, user.key),
          };
        }
      }
      for (const { key } of pairs) known.add(key.text);
    }
  },
};

/** Begins a new ENV at the pair that uses the variable, where it stands behind the one that defines it. */
function split(source: string, instruction: Instruction, definer: Word, user: Word): Fix[] {
  const { keyword, parent, logical } = instruction;
  const outer = parent?.keyword ?? keyword;
  let from = user.start;
  while (source[from - 1] === ' ' || source[from - 1] === '\t') from--;
  const isBehind = definer.start < user.start && from < user.start;
  const isFirstLine = user.from < (logical.starts[1] ?? Infinity);
  if (!isBehind || !isFirstLine) return [];
  const indent = source.slice(source.lastIndexOf('\n', outer.start - 1) + 1, outer.start);
  const head = source.slice(outer.start, keyword.end);
  const edits = [{ span: { start: from, end: user.start }, text: `\n${indent}${head} ` }];
  return [{ title: `Begin another ${keyword.text}`, edits }];
}
