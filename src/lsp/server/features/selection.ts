import type { Position, SelectionRange } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import { instructionAt } from '../parser/tree.ts';
import { lineAt } from '../parser/lines.ts';
import { mountFields } from '../parser/mounts.ts';
import type { Instruction, Span } from '../parser/tree.ts';
import { toSpan, touches } from '../parser/tree.ts';
import { COMMANDS } from '../parser/variables.ts';
import { argumentWords, pairsOf } from '../parser/words.ts';
import { eachNode } from '../shell/nodes.ts';

/**
 * What a selection grows to at each position: part of a word, word, flag, line, arguments, instruction, stage, file.
 */
export function selectionRanges(parsed: Parsed, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => {
    const offset = parsed.document.offsetAt(position);
    let range: SelectionRange | undefined;
    for (const span of nested(candidates(parsed, offset), offset))
      range = { range: parsed.range(span), ...(range ? { parent: range } : {}) };
    return range ?? { range: { start: position, end: position } };
  });
}

/** Those around `offset`, the widest first, each inside the one before. */
function nested(spans: readonly Span[], offset: number): Span[] {
  const around = spans
    .filter((span) => touches(span, offset))
    .sort((a, b) => b.end - b.start - (a.end - a.start));
  const chain: Span[] = [];
  for (const span of around) {
    const outer = chain.at(-1);
    const isInside = !outer || (outer.start <= span.start && span.end <= outer.end);
    const isNew = !outer || outer.start !== span.start || outer.end !== span.end;
    if (isInside && isNew) chain.push({ start: span.start, end: span.end });
  }
  return chain;
}

function candidates({ tree, file }: Parsed, offset: number): Span[] {
  const spans: Span[] = [{ start: 0, end: tree.source.length }];
  for (const { start, end, nameSpan, valueSpan } of tree.directives)
    spans.push({ start, end }, nameSpan, valueSpan);
  const comment = tree.comments.find((span) => touches(span, offset));
  if (comment) spans.push(comment);
  const outer = instructionAt(tree, offset);
  if (!outer) return spans;
  const members = tree.stages[outer.stage]?.instructions;
  const last = members?.at(-1);
  if (members?.[0] && last) spans.push({ start: members[0].start, end: last.end });
  const commands = inShell(file(), outer.trigger ?? outer, offset);
  spans.push(...within(outer, tree.escape, commands !== undefined));
  spans.push(...scripts(outer, tree.source, commands === undefined ? offset : -1));
  if (outer.trigger) spans.push(...within(outer.trigger, tree.escape, commands !== undefined));
  return [...spans, ...(commands ?? [])];
}

/** The parts of what a shell reads at `offset`; undefined where none reads. */
function inShell(file: Dockerfile, instruction: Instruction, offset: number): Span[] | undefined {
  if (!COMMANDS.has(instruction.name) || instruction.json) return undefined;
  const shell = file.shell(instruction);
  if (!shell) return undefined;
  const whole = shell.span(0, shell.script.text.length);
  if (!touches(whole, offset)) return undefined;
  const spans: Span[] = [];
  const add = (from: number, to: number) => {
    const span = shell.span(from, to);
    if (touches(span, offset)) spans.push(span);
  };
  eachNode(shell, ({ type, pos, end }) => {
    // The last line's end belongs to it, too.
    if (type !== 'Script') add(pos, end);
    if (type === 'DoubleQuoted' || type === 'SingleQuoted') add(pos + 1, end - 1);
    const name = /^\$\{?(\w+)/.exec(shell.script.text.slice(pos, end));
    if (name?.[1]) add(pos + name[0].length - name[1].length, pos + name[0].length);
  });
  return spans;
}

function within(instruction: Instruction, escape: string, isShell: boolean): Span[] {
  const { logical, args, keyword, flags, comments } = instruction;
  const { start, end } = instruction;
  const pairs = ['ENV', 'LABEL', 'ARG'].includes(instruction.name)
    ? pairsOf(instruction, escape)
    : [];
  return [
    { start, end },
    keyword,
    ...comments,
    ...flags.flatMap((flag) => [
      flag,
      flag.nameSpan,
      ...(flag.value ? [flag.value] : []),
      ...(flag.name === 'mount' ? mountFields(flag, instruction) : []).flatMap(({ key, value }) => [
        { start: key.start, end: value?.end ?? key.end },
        key,
        ...(value ? [value] : []),
      ]),
    ]),
    toSpan(logical, args.from, args.to),
    // A shell parts words by quotes, too.
    ...(isShell ? [] : argumentWords(instruction, escape)),
    ...pairs.flatMap(({ key, value }) => (value ? [key, value] : [key])),
  ];
}

/** The heredoc around `offset`: its word, its lines, the line there and the word in it. */
function scripts({ heredocs }: Instruction, source: string, offset: number): Span[] {
  return heredocs.flatMap(({ operator, body, terminator }): Span[] => {
    const spans: Span[] = [
      operator,
      { start: body.start, end: terminator?.end ?? body.end },
      { start: body.start, end: Math.max(body.start, body.end - 1) },
    ];
    if (offset < body.start || offset >= body.end) return spans;
    const line = lineAt(source, source.lastIndexOf('\n', offset - 1) + 1);
    let { start, end } = { start: offset, end: offset };
    while (start > line.start && !/\s/.test(source[start - 1] ?? ' ')) start--;
    while (end < line.end && !/\s/.test(source[end] ?? ' ')) end++;
    return [
      ...spans,
      { start: line.start, end: line.end },
      ...(end > start ? [{ start, end }] : []),
    ];
  });
}
