import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { MODIFIERS } from '../../data/modifiers.ts';
import { PLATFORM_ARGS, PROXY_ARGS } from '../../data/predefined.ts';
import type { Parsed } from '../../documents.ts';
import type { Instruction } from '../../parser/tree.ts';
import { pairsOf } from '../../parser/words.ts';
import type { Offer, Offers, Typed } from './items.ts';
import { typing } from './place.ts';

const LONGEST_VALUE = 200;
const REFERENCE = /\$(?:\{?\w*|\{\w+[:#%/?+-]{1,2})$/;

/** What may stand at the end of a word such as `x$NA`, `${NA` or `${NAME:`; undefined when no variable is being typed. */
export function variableAt(typed: Typed, instruction: Instruction): Offers | undefined {
  const { prefix, parsed } = typed;
  const found = REFERENCE.exec(prefix.slice(-200))?.[0];
  if (found === undefined) return undefined;
  if (prefix.at(-found.length - 1) === parsed.tree.escape) return undefined;
  const modified = /^\$\{\w+([:#%/?+-]{1,2})$/.exec(found)?.[1];
  if (modified) {
    // What is typed already is no choice any more, but the beginning of others.
    const offers = Object.entries(MODIFIERS).flatMap(([label, doc]): Offer[] =>
      label === modified ? [] : [{ label, doc, detail: doc, kind: Kind.Operator }],
    );
    return { typed: typing(typed, modified), offers };
  }
  const { source } = parsed.tree;
  // The name that the place stands in goes as a whole.
  let { end } = typed;
  while (/\w/.test(source[end] ?? '')) end++;
  const isBraced = found.startsWith('${');
  // A brace that the editor has closed already is replaced, not doubled; one behind a modifier stays.
  const after = isBraced && !isModified(source, end) ? '}' : '';
  if (after && source[end] === '}') end++;
  return {
    typed: { ...typing(typed, found), end },
    offers: variableOffers(parsed, instruction, [isBraced ? '${' : '$', after]),
  };
}

/** Whether a modifier such as `:-default` stands at a place, with the brace that closes it on the same line. */
function isModified(source: string, at: number): boolean {
  if (!/[:#%/?+-]/.test(source[at] ?? '')) return false;
  let open = 0;
  for (let i = at; i < source.length && source[i] !== '\n'; i++) {
    if (source[i] === '{') open++;
    else if (source[i] === '}' && open-- === 0) return true;
  }
  return false;
}

/** The variables that can be used in an instruction, those of the file first, each with what stands around a name. */
function variableOffers(
  parsed: Parsed,
  instruction: Instruction,
  [before, after]: readonly [string, string],
): Offer[] {
  const inFrom = instruction.name === 'FROM' || instruction.stage < 0;
  const found = inScope(parsed, instruction);
  const offer = (name: string, more: Partial<Offer> = {}): Offer => {
    const text = `${before}${name}${after}`;
    return { label: name, insert: text, filter: text, kind: Kind.Variable, ...more };
  };
  const own = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => offer(name, { detail: value?.slice(0, LONGEST_VALUE) }));
  const platform = inFrom
    ? Object.entries(PLATFORM_ARGS).map(([name, doc]) => offer(name, { doc }))
    : [];
  return [...own, ...platform, ...PROXY_ARGS.map((name) => offer(name))];
}

/** The variables that instructions before this one define for it, with the values as written. */
function inScope({ tree }: Parsed, instruction: Instruction): Map<string, string | undefined> {
  const inFrom = instruction.name === 'FROM' || instruction.stage < 0;
  const visible = new Set<number>();
  for (let stage = tree.stages[instruction.stage]; stage; stage = tree.stages[stage.base])
    visible.add(stage.index);
  const found = new Map<string, string | undefined>();
  for (const other of tree.instructions) {
    if (other.start >= instruction.start) break;
    if (other.name !== 'ARG' && other.name !== 'ENV') continue;
    if (!(inFrom ? other.stage < 0 : visible.has(other.stage))) continue;
    for (const { key, value } of pairsOf(other, tree.escape))
      if (key.text) found.set(key.text, value?.text ?? found.get(key.text));
  }
  return found;
}
