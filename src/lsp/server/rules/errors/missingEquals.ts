import { countWhile } from '../../../../util/search.ts';
import type { Instruction, Tree, Word } from '../../parser/tree.ts';
import { PLAIN_ESCAPE } from '../../parser/tree.ts';
import { pairsOf, splitQuoted } from '../../parser/words.ts';
import type { Finding, Rule } from '../rule.ts';
import { beginningsIn, swallowed } from '../swallowed.ts';
import { built } from './support/steps.ts';
import { shown } from './support/suggest.ts';

/** ENV and LABEL with a word that is no pair. */
export const missingEquals: Rule = {
  id: 'build-error/missing-equals',
  severity: 'error',
  title: 'ENV and LABEL take pairs with =',
  why: 'A value that holds spaces stands in quotes, or the builder takes each of its words for a pair of its own.',
  examples: [
    {
      bad: 'FROM alpine:3\nENV OPTIONS=-q -v\n',
      good: 'FROM alpine:3\nENV OPTIONS="-q -v"\n',
      fixed: true,
    },
    { bad: 'FROM alpine:3\nENV DEBUG\n', good: 'FROM alpine:3\nENV DEBUG=\n', fixed: true },
  ],
  check: (file) =>
    ['ENV', 'LABEL'].flatMap((name) => {
      const { escape } = file.tree;
      // What ONBUILD triggers is read as part of the file, and once more by itself when a stage runs it.
      const anew = escape === PLAIN_ESCAPE ? [] : built(file, name).filter(({ parent }) => parent);
      return [
        ...file.all(name).flatMap((instruction) => inFile(instruction, file.tree)),
        ...anew
          .filter((instruction) => inPairs(instruction, escape).length === 0)
          .flatMap((instruction) => inPairs(instruction, PLAIN_ESCAPE)),
      ];
    }),
};

/** What is no pair, and where that is a line which begins as an instruction does: what it is part of by mistake. */
function inFile(instruction: Instruction, tree: Tree): Finding[] {
  const found = inPairs(instruction, tree.escape);
  const beginnings = found.length > 0 && !instruction.parent ? beginningsIn(instruction) : [];
  return found.map((finding) => {
    const { start, end } = finding.span;
    const before = countWhile(beginnings.length, (i) => (beginnings[i]?.span.start ?? 0) < start);
    const first = beginnings[before];
    return first && first.span.start < end ? swallowed(instruction, first, tree) : finding;
  });
}

/** What an ENV or LABEL has that is no pair, where `escape` escapes. */
export function inPairs(instruction: Instruction, escape: string): Finding[] {
  const { logical, args } = instruction;
  const words = splitQuoted(logical, args.from, args.to, escape);
  const first = words[0];
  if (!first) return [];
  const name = instruction.name;
  if (!first.text.includes('=')) {
    if (pairsOf(instruction, escape)[0]?.value) return [];
    const end = { start: first.end, end: first.end };
    const fixes = [{ title: 'Give it an empty value', edits: [{ span: end, text: '=' }] }];
    return [{ span: first, message: `${name} takes pairs like name=value.`, fixes }];
  }
  const found: Finding[] = [];
  let pair = first;
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as Word;
    if (word.text.includes('=')) {
      pair = word;
      continue;
    }
    let last = word;
    while (words[i + 1]?.text.includes('=') === false) last = words[++i] as Word;
    found.push({
      span: { start: word.start, end: last.end },
      message: `${shown(word.text)} has no =. A value with spaces stands in quotes.`,
      fixes: quotes(pair, last, instruction),
    });
  }
  return found;
}

/** Puts what stands between the first `=` of a pair and another word in quotes, where nothing in it needs escaping. */
function quotes(pair: Word, last: Word, { logical }: Instruction) {
  const equals = pair.text.indexOf('=');
  if (/["'\\`]/.test(logical.text.slice(pair.from + equals, last.to))) return [];
  const start = pair.start + equals + 1;
  // A key that is continued on the next line stands in several pieces.
  if (pair.end - pair.start !== pair.to - pair.from) return [];
  return [
    {
      title: 'Put the value in quotes',
      edits: [
        { span: { start, end: start }, text: '"' },
        { span: { start: last.end, end: last.end }, text: '"' },
      ],
    },
  ];
}
