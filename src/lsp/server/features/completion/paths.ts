import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import type { BuildContext } from '../../rules/rule.ts';
import type { Offer, Offers, Typed } from './items.ts';
import { typing } from './place.ts';
import type { World } from './world.ts';

/** How a path is written where it is put; undefined where it can't be. */
type Spell = (path: string) => string | undefined;

/** One word of COPY and ADD, which are patterns: a character that would end the word or means something is any one. */
export const asWord: Spell = (path) => path.replaceAll(/[\s"'$*?[\]\\]/g, '?');
/** A pattern in a JSON array, whose strings may hold spaces and single quotes. */
export const inArray: Spell = (path) => path.replaceAll(/["$*?[\]\\\p{Cc}]/gu, '?');
/** The source of a mount, which is no pattern. */
export const asField: Spell = (path) => (/[\s"'$,\\]/.test(path) ? undefined : path);

/**
 * Files and directories of the build context in the directory that is typed, without those that the ignore file drops
 * and those that can't be written there; what begins with a dot comes last. `others` are offered before them.
 */
export async function pathOffers(
  typed: Typed,
  world: World,
  spell: Spell,
  others: readonly Offer[] = [],
): Promise<Offers> {
  const word = typed.prefix.replace(/^\[?"?/, '');
  const whole = typing(typed, word);
  if (word.startsWith('--') || /^[a-z]+:\/\/|^<<|^\.\.(?:\/|$)|[$*?[\]\\]/.test(word))
    return { typed: whole, offers: others };
  const context = await world.context();
  if (!context || world.token.isCancellationRequested) return { typed: whole, offers: others };
  const lead = /^(?:\.?\/)*/.exec(word)?.[0] ?? '';
  const directory = word.slice(lead.length, word.lastIndexOf('/') + 1);
  const offers = await Promise.all(
    (await context.list(directory || '.')).map(async ({ name, kind }): Promise<Offer[]> => {
      const path = directory + name;
      const isDirectory =
        kind === 'directory' || (kind === 'link' && (await context.kind(path)) === 'directory');
      if (
        context.ignoredBy(path) !== undefined &&
        !(isDirectory && (await isPartly(context, path)))
      )
        return [];
      const label = lead + path + (isDirectory ? '/' : '');
      const insert = spell(label);
      if (insert === undefined) return [];
      return [{ label, insert, kind: isDirectory ? Kind.Folder : Kind.File, again: isDirectory }];
    }),
  );
  const hidden = (offer: Offer) => /(?:^|\/)\.[^/]*\/?$/.test(offer.label);
  const files = offers.flat();
  const shown = files.filter((offer) => !hidden(offer));
  return { typed: whole, offers: [...others, ...shown, ...files.filter(hidden)] };
}

/** How many directories are searched for what an exception brings back. */
const MOST_SEARCHED = 50;

/** Whether exceptions bring back part of an ignored directory; also when it is too large to tell. */
async function isPartly(context: BuildContext, directory: string): Promise<boolean> {
  if (!context.hasExceptions) return false;
  const open = [directory];
  for (let searched = 0; searched < MOST_SEARCHED; searched++) {
    const path = open.shift();
    if (path === undefined) return false;
    for (const { name, kind } of await context.list(path)) {
      if (context.ignoredBy(`${path}/${name}`) === undefined) return true;
      if (kind === 'directory') open.push(`${path}/${name}`);
    }
  }
  return true;
}
