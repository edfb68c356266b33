import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { MODIFIERS } from '../../data/modifiers.ts';
import { EVERY_IMAGE, EVERY_SHELL, PLATFORM_ARGS, PROXY_ARGS } from '../../data/predefined.ts';
import type { Parsed } from '../../documents.ts';
import { baseImage } from '../../model/baseImage.ts';
import { secretVariables } from '../../parser/secrets.ts';
import type { Instruction } from '../../parser/tree.ts';
import { toOffset } from '../../parser/tree.ts';
import { pairsOf } from '../../parser/words.ts';
import { imageVariables } from './images.ts';
import type { Offer, Offers, Typed } from './items.ts';
import { typing } from './place.ts';
import { COMMANDS } from './replaced.ts';
import { chainAt } from './stages.ts';
import type { World } from './world.ts';

const LONGEST_VALUE = 200;
const REFERENCE = /\$(?:\{?\w*|\{\w+[:#%/?+-]{1,2})$/;

/** A variable that is being typed. */
interface Reference {
  /** All of it, from the `$` on; of a modifier only that. */
  readonly typed: Typed;
  /** What stands around the name. */
  readonly marks: readonly [before: string, after: string];
  /** What is typed of a modifier. */
  readonly modifier?: string;
}

/** The variable at the end of a word such as `x$NA`, `${NA` or `${NAME:`; undefined when none is being typed. */
export function referenceAt(typed: Typed): Reference | undefined {
  const { prefix, parsed } = typed;
  const found = REFERENCE.exec(prefix.slice(-200))?.[0];
  if (found === undefined) return undefined;
  if (prefix.at(-found.length - 1) === parsed.tree.escape) return undefined;
  const modifier = /^\$\{\w+([:#%/?+-]{1,2})$/.exec(found)?.[1];
  if (modifier)
    return { typed: { ...typing(typed, modifier), whole: true }, marks: ['', ''], modifier };
  const { source } = parsed.tree;
  // The name that the place stands in goes as a whole.
  let { end } = typed;
  while (/\w/.test(source[end] ?? '')) end++;
  const isBraced = found.startsWith('${');
  // A brace that the editor has closed already is replaced, not doubled; one behind a modifier stays.
  const after = isBraced && !isModified(source, end) ? '}' : '';
  if (after && source[end] === '}') end++;
  return {
    typed: { ...typing(typed, found), end, whole: true },
    marks: [isBraced ? '${' : '$', after],
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

/** What a reference may become: those of the file first, then what the base image sets, then what is always there. */
export async function variableOffers(
  { typed, marks: [before, after], modifier }: Reference,
  instruction: Instruction,
  world: World,
): Promise<Offers> {
  if (modifier) {
    // What is typed already is no choice any more, but the beginning of others.
    const offers = Object.entries(MODIFIERS).flatMap(([label, doc]): Offer[] =>
      label === modifier ? [] : [{ label, doc, detail: doc, kind: Kind.Operator }],
    );
    return { typed, offers };
  }
  const { parsed } = typed;
  const stage = instruction.name === 'FROM' ? undefined : parsed.tree.stages[instruction.stage];
  const offer = (name: string, more: Partial<Offer> = {}): Offer => {
    const text = `${before}${name}${after}`;
    return { label: name, insert: text, filter: text, kind: Kind.Variable, ...more };
  };
  const own = [...secretsIn(instruction, typed.start), ...inScope(parsed, instruction)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => offer(name, { detail: value?.slice(0, LONGEST_VALUE) }));
  const proxies = PROXY_ARGS.map((name) => offer(name));
  if (!stage) {
    const platform = Object.entries(PLATFORM_ARGS).map(([name, doc]) => offer(name, { doc }));
    return { typed, offers: [...own, ...platform, ...proxies] };
  }
  const image = baseImage(parsed.file(), stage);
  const { names, partial } = image
    ? await imageVariables(image, world)
    : { names: [], partial: false };
  const ofImage = names.filter(isName).map((name) => offer(name, { detail: image?.reference }));
  const { name } = instruction.trigger ?? instruction;
  const always = { ...EVERY_IMAGE, ...(COMMANDS.has(name) ? EVERY_SHELL : {}) };
  return {
    typed,
    offers: [
      ...own,
      ...ofImage,
      ...Object.entries(always).map(([one, doc]) => offer(one, { doc })),
      ...proxies,
    ],
    partial,
  };
}

/** The variables that a RUN is given secrets in, for its command: the builder replaces none of them in flags. */
function secretsIn(instruction: Instruction, at: number): [string, string][] {
  const run = instruction.trigger ?? instruction;
  if (at < toOffset(run.logical, run.args.from)) return [];
  return secretVariables(run).map(({ name, id }) => [
    name.text,
    id === undefined ? 'secret' : `secret ${id}`,
  ]);
}

/** Whether a reference can name it: images may set what their makers like. */
const isName = (text: string) => /^[A-Za-z_]\w*$/.test(text);

/** The variables that instructions before this one define for it, with the values as written. */
function inScope(parsed: Parsed, instruction: Instruction): Map<string, string | undefined> {
  const { tree } = parsed;
  const inFrom = instruction.name === 'FROM' || instruction.stage < 0;
  const visible = new Set(chainAt(parsed, instruction.stage).map(({ index }) => index));
  const found = new Map<string, string | undefined>();
  for (const outer of tree.instructions) {
    if (outer.start >= instruction.start) break;
    // What ONBUILD defines is for its later instructions and for stages that start from its own.
    const isSeen = !outer.trigger || outer.stage !== instruction.stage || instruction.trigger;
    const other = outer.trigger ?? outer;
    if (!isSeen || (other.name !== 'ARG' && other.name !== 'ENV')) continue;
    if (!(inFrom ? other.stage < 0 : visible.has(other.stage))) continue;
    for (const { key, value } of pairsOf(other, tree.escape))
      if (key.text) found.set(key.text, value?.text ?? found.get(key.text));
  }
  return found;
}
