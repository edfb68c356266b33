import type { CompletionItem, CompletionList, Position } from 'vscode-languageserver/node';
import type { Parsed } from '../../documents.ts';
import { lineAt, skipBlanks } from '../../parser/lines.ts';
import { instructionAt } from '../../parser/tree.ts';
import type { Instruction, Span } from '../../parser/tree.ts';
import { touches } from '../../parser/tree.ts';
import { ARGUMENTS } from './arguments.ts';
import { packageFlagOffers } from './commands.ts';
import { commentOffers } from './comments.ts';
import { flagOffers, flagValueOffers } from './flags.ts';
import type { Offers, Typed } from './items.ts';
import { items } from './items.ts';
import { keywordOffers, triggerOffers } from './keywords.ts';
import type { Place } from './place.ts';
import { placeIn } from './place.ts';
import { isReplaced } from './replaced.ts';
import { referenceAt, variableOffers } from './variables.ts';
import type { World } from './world.ts';

/** What may be written at a position. A list that isn't all there is comes with `isIncomplete`. */
export async function completion(
  parsed: Parsed,
  position: Position,
  world: World,
): Promise<CompletionItem[] | CompletionList> {
  const offers = await offersAt(parsed, parsed.document.offsetAt(position), world);
  if (!offers) return [];
  const list = items(offers, world.support);
  return list.isIncomplete ? list : list.items;
}

async function offersAt(parsed: Parsed, offset: number, world: World): Promise<Offers | undefined> {
  const { tree } = parsed;
  const isIn = (span: Span) => span.start < offset && touches(span, offset);
  const comment = tree.comments.find(isIn) ?? tree.directives.find(isIn);
  if (comment) return commentOffers(parsed, comment.start, offset, world);
  const instruction = instructionAt(tree, offset);
  if (!instruction) {
    const typed = { parsed, prefix: '', start: offset, end: offset };
    return { typed, offers: keywordOffers(parsed, offset, world.support, '') };
  }
  if (instruction.comments.some(isIn)) return undefined;
  const heredoc = instruction.heredocs.find(({ body }) => touches(body, offset));
  if (heredoc) return inHeredoc(parsed, instruction, heredoc, offset, world);
  if (instruction.heredocs.some(({ terminator }) => terminator && touches(terminator, offset)))
    return undefined;
  const place = placeIn(parsed, instruction, offset);
  return place && inInstruction(place, world);
}

/** In a script: variables, and flags of package managers where RUN runs it. */
async function inHeredoc(
  parsed: Parsed,
  instruction: Instruction,
  { body, expand }: Instruction['heredocs'][number],
  offset: number,
  world: World,
): Promise<Offers | undefined> {
  const text = parsed.tree.source.slice(Math.max(body.start, offset - 4000), offset);
  const prefix = /\S*$/.exec(text.slice(-200))?.[0] ?? '';
  const typed = { parsed, prefix, start: offset - prefix.length, end: offset };
  const carrier = instruction.trigger ?? instruction;
  const isRun = carrier.name === 'RUN';
  const reference = expand || isRun ? referenceAt(typed) : undefined;
  if (reference) return variableOffers(reference, instruction, world);
  if (!isRun || !prefix.startsWith('-')) return undefined;
  return { typed, offers: packageFlagOffers(text.slice(0, text.length - prefix.length)) };
}

async function inInstruction(place: Place, world: World): Promise<Offers> {
  const { parsed, outer, instruction, prefix, at } = place;
  const begins = place.from < at || at <= outer.keyword.from;
  const isKeyword = at <= outer.keyword.to && begins;
  if (isKeyword || (outer.name === 'ONBUILD' && instruction === outer)) {
    const typed = wholeWord(place);
    // Before arguments that are there already a snippet would put its own.
    const support = hasMore(typed) ? { ...world.support, snippets: false } : world.support;
    const offers = isKeyword
      ? keywordOffers(parsed, place.end, support, prefix)
      : triggerOffers(parsed, support, prefix);
    return { typed, offers };
  }
  const reference = referenceAt(place);
  if (reference)
    return isReplaced(place)
      ? variableOffers(reference, outer, world)
      : { typed: place, offers: [] };
  if (place.inFlags && prefix.startsWith('--') && prefix.includes('='))
    return flagValueOffers(place, world);
  const flags =
    place.argument === 0 && (prefix === '' || prefix.startsWith('-')) ? flagOffers(place) : [];
  if (prefix.startsWith('--') && place.inFlags) return { typed: place, offers: flags };
  const found = (await ARGUMENTS[instruction.name]?.(place, world)) ?? { typed: place, offers: [] };
  return { ...found, offers: [...found.offers, ...flags] };
}

/** The place with the letters behind it, of a word that has begun. */
function wholeWord<T extends Typed>(typed: T): T {
  const { source } = typed.parsed.tree;
  let { end } = typed;
  if (typed.prefix !== '') while (/[a-z]/i.test(source[end] ?? '')) end++;
  return { ...typed, end, whole: true };
}

/** Whether something stands behind the place on its line. */
function hasMore({ parsed: { tree }, end }: Typed): boolean {
  const line = lineAt(tree.source, end);
  return skipBlanks(tree.source, end, line.end) < line.end;
}
