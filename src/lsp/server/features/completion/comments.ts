import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { DIRECTIVES } from '../../data/instructions.ts';
import { CHECK_OPTIONS, PRAGMA_SHELLS, PRAGMAS } from '../../data/pragmas.ts';
import type { Parsed } from '../../documents.ts';
import type { Span, Tree } from '../../parser/tree.ts';
import { RULES } from '../../rules/all.ts';
import { checkNames, ruleIds } from '../ruleNames.ts';
import { imageOffers } from './images.ts';
import type { Offer, Offers, Typed } from './items.ts';
import { typing } from './place.ts';
import type { World } from './world.ts';

const values = (labels: readonly string[]): Offer[] =>
  labels.map((label) => ({ label, kind: Kind.Value }));

/** What may be written at `offset` in the comment or directive that begins at `start`. */
export async function commentOffers(
  parsed: Parsed,
  start: number,
  offset: number,
  world: World,
): Promise<Offers> {
  const { tree } = parsed;
  const text = tree.source.slice(start + 1, offset).trimStart();
  const typed: Typed = { parsed, prefix: text, start: offset - text.length, end: offset };
  const others = [...tree.instructions, ...tree.comments];
  const isHead = others.every((other) => other.start >= start || isShebang(tree, other));
  const [, name = '', value] = /^([a-z ]+?)\s*=\s*(.*)$/is.exec(text) ?? [];
  if (value === undefined) return { typed, offers: nameOffers(parsed, start, isHead) };
  const at = typing(typed, value);
  switch (name.toLowerCase()) {
    case 'check':
      return checkOffers(at, await foundIn(isHead ? wholeOf(tree) : below(tree, start), world));
    case 'hadolint ignore':
      return listOffers(at, ruleOffers(await foundIn(below(tree, start), world)));
    case 'hadolint global ignore':
      return listOffers(at, ruleOffers(await foundIn(wholeOf(tree), world)));
    case 'hadolint stage ignore':
      return listOffers(at, ruleOffers(await foundIn(stageBelow(tree, start), world)));
    case 'hadolint shell':
      return { typed: at, offers: values(PRAGMA_SHELLS) };
    case 'syntax':
      return isHead
        ? imageOffers(at, world, values(DIRECTIVES['syntax']?.values ?? []))
        : { typed: at, offers: [] };
    default:
      return {
        typed: at,
        offers: isHead ? values(DIRECTIVES[name.toLowerCase()]?.values ?? []) : [],
      };
  }
}

function nameOffers({ tree }: Parsed, start: number, isHead: boolean): Offer[] {
  const used = new Set(
    tree.directives.filter((one) => one.start !== start).map(({ name }) => name),
  );
  const directives = Object.entries(DIRECTIVES).flatMap(([label, { doc }]): Offer[] =>
    used.has(label) ? [] : [{ label, insert: `${label}=`, kind: Kind.Property, doc, again: true }],
  );
  const hasBegun = tree.instructions.some((one) => one.start < start);
  const pragmas = Object.entries(PRAGMAS).flatMap(([label, { insert, doc, header }]): Offer[] =>
    header && hasBegun ? [] : [{ label, insert, kind: Kind.Property, doc, again: true }],
  );
  return isHead ? [...directives, ...pragmas] : pragmas;
}

/** `skip=A,B;error=true`: an option's name, or the last of its values. */
function checkOffers(typed: Typed, found: ReadonlySet<string>): Offers {
  const option = typing(typed, typed.prefix.slice(typed.prefix.lastIndexOf(';') + 1));
  const equals = option.prefix.indexOf('=');
  if (equals < 0) {
    const offers = Object.entries(CHECK_OPTIONS).map(([label, doc]) => ({
      label,
      insert: `${label}=`,
      doc,
      kind: Kind.Property,
      again: true,
    }));
    return { typed: option, offers };
  }
  const value = typing(option, option.prefix.slice(equals + 1));
  const name = option.prefix.slice(0, equals).trim();
  if (name === 'error') return { typed: value, offers: values(['true', 'false']) };
  const [here, others] = parted(titled(checkNames(RULES)), found);
  const all = value.prefix.includes(',') ? [] : values(['all']);
  return listOffers(value, [...here, ...all, ...others]);
}

const ruleOffers = (found: ReadonlySet<string>): Offer[] =>
  parted(titled(ruleIds(RULES)), found).flat();

/** Those of rules that are found, then the others. */
const parted = (offers: readonly Offer[], found: ReadonlySet<string>): [Offer[], Offer[]] => [
  offers.filter(({ label }) => found.has(label)),
  offers.filter(({ label }) => !found.has(label)),
];

/** The names of the rules that find something in a part of the document. */
async function foundIn(part: Span | undefined, world: World): Promise<ReadonlySet<string>> {
  const found = part ? await world.found() : [];
  return new Set(
    found
      .filter(({ span }) => part && part.start <= span.start && span.start <= part.end)
      .flatMap(({ rule, aliases }) => [rule, ...aliases]),
  );
}

const wholeOf = ({ source }: Tree): Span => ({ start: 0, end: source.length });

/** The instruction below a place. */
const below = ({ instructions }: Tree, at: number): Span | undefined =>
  instructions.find(({ start }) => start > at);

/** The stage that the instruction below a place begins or is in. */
function stageBelow(tree: Tree, at: number): Span | undefined {
  const stage = tree.stages.find(({ instructions }) => (instructions.at(-1)?.start ?? 0) > at);
  const start = Math.max(stage?.from.start ?? 0, at);
  return stage && { start, end: stage.instructions.at(-1)?.end ?? 0 };
}

/** The last name of a list with commas; those that are in it already are left out. */
function listOffers(typed: Typed, offers: readonly Offer[]): Offers {
  const names = typed.prefix.split(',');
  const last = (names.pop() ?? '').trimStart();
  const given = new Set(names.map((name) => name.trim()));
  return { typed: typing(typed, last), offers: offers.filter(({ label }) => !given.has(label)) };
}

const titled = (rules: ReadonlyMap<string, string>): Offer[] =>
  [...rules].map(([label, detail]) => ({ label, detail, kind: Kind.EnumMember }));

/** Directives may stand below a first line for the system's own use. */
function isShebang({ source }: Tree, { start }: Span): boolean {
  return (start === 0 || (start === 1 && source[0] === '\uFEFF')) && source.startsWith('#!', start);
}
