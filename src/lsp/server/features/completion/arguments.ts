import { table } from '../../../../util/table.ts';
import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { HEALTHCHECK_FORMS } from '../../data/flags.ts';
import { LABELS } from '../../data/labels.ts';
import { BUILDER_ARGS, PLATFORM_ARGS, SIGNALS } from '../../data/predefined.ts';
import { SHELLS } from '../../data/shells.ts';
import { lineAt } from '../../parser/lines.ts';
import { pairsOf } from '../../parser/words.ts';
import { packageFlagOffers } from './commands.ts';
import { destinationOffers, destinationsOf } from './destinations.ts';
import { imageOffers } from './images.ts';
import type { Offer, Offers } from './items.ts';
import { asWord, inArray, pathOffers } from './paths.ts';
import type { Place } from './place.ts';
import { typing } from './place.ts';
import { openQuote } from './replaced.ts';
import { stageOffers } from './stages.ts';
import { userOffers } from './users.ts';
import type { World } from './world.ts';

type Complete = (place: Place, world: World) => Offers | Promise<Offers>;

const first =
  (offersAt: (place: Place, world: World) => readonly Offer[]): Complete =>
  (place, world) => ({ typed: place, offers: place.argument === 0 ? offersAt(place, world) : [] });

const isLower = ({ instruction: { keyword } }: Place) =>
  keyword.text === keyword.text.toLowerCase();
const keyword = (label: string): Offer => ({ label, kind: Kind.Keyword });

/** What copies from another stage is offered the paths that stage names; else the files of the build context. */
const copied: Complete = (place, world) => {
  const { parsed, instruction, argument } = place;
  const isSource = argument === 0;
  const destinations = isSource ? [] : [HERE, ...destinationOffers(parsed, instruction)];
  const from = instruction.flags.find(({ name }) => name === 'from')?.value?.text;
  if (from === undefined) {
    const isArray = instruction.logical.text[instruction.args.from] === '[';
    const before = isSource ? [WHOLE] : destinations;
    return pathOffers(place, world, isArray ? inArray : asWord, before);
  }
  const typed = typing(place, place.prefix.replace(/^\[?"?/, ''));
  return { typed, offers: [...destinations, ...destinationsOf(parsed, from, instruction.stage)] };
};

const WHOLE: Offer = { label: '.', detail: 'all of the build context', kind: Kind.Folder };
const HERE: Offer = { label: './', detail: 'the working directory', kind: Kind.Folder };

const directories: Complete = (place) => ({
  typed: typing(place, place.prefix.replace(/^\[?"?/, '')),
  offers: destinationOffers(place.parsed, place.instruction),
});

/** The keys that a pair may begin with, without those of the instruction's other pairs; none within quotes. */
function notGiven(
  place: Place,
  keys: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  if (openQuote(place) !== '') return [];
  const others = pairsOf(place.instruction, place.parsed.tree.escape).filter(
    ({ key }) => key.from !== place.from,
  );
  const given = new Set(others.map(({ key }) => key.text));
  return Object.entries(keys).filter(([key]) => !given.has(key));
}

const argumentOffers = (place: Place, all: Readonly<Record<string, string>>): Offer[] =>
  notGiven(place, all).map(([label, doc]) => ({ label, doc, kind: Kind.Variable }));

/** What an ARG before the first FROM declares a stage sees once it repeats it. */
function repeatedOffers(place: Place): Offer[] {
  const { tree, file } = place.parsed;
  const declared = tree.instructions
    .filter(({ name, stage }) => name === 'ARG' && stage < 0)
    .flatMap(file().pairs)
    .filter(({ key }) => /^\w+$/.test(key.text))
    .map(({ key, value }) => [key.text, value?.text ?? ''] as const);
  return notGiven(place, Object.fromEntries(declared)).map(([label, detail]) => ({
    label,
    detail,
    kind: Kind.Variable,
  }));
}

/** The place with the rest of the array that it stands in, what the editor has closed already included. */
function wholeArray(place: Place): Place {
  const { source } = place.parsed.tree;
  const line = lineAt(source, place.end);
  const rest = /^[^\]\\`\r]*\]/.exec(source.slice(place.end, line.end))?.[0];
  if (!place.prefix.startsWith('[') || !rest) return place;
  return { ...place, end: place.end + rest.length, whole: true };
}

/** What the arguments of each instruction may be. */
export const ARGUMENTS: Readonly<Record<string, Complete>> = table({
  FROM: (place, world) => {
    if (place.argument === 0) {
      const stages = stageOffers(place.parsed, place.instruction.stage);
      return imageOffers(place, world, [...stages, { label: 'scratch', kind: Kind.Value }]);
    }
    return {
      typed: place,
      offers: place.argument === 1 ? [keyword(isLower(place) ? 'as' : 'AS')] : [],
    };
  },
  RUN: (place) => ({
    typed: place,
    offers: packageFlagOffers(
      place.instruction.logical.text.slice(place.instruction.args.from, place.from),
    ),
  }),
  // The flags are about the command.
  HEALTHCHECK: first(({ instruction: { flags } }) =>
    Object.entries(HEALTHCHECK_FORMS)
      .filter(([form]) => form !== 'NONE' || flags.length === 0)
      .map(([form, doc]) => ({ ...keyword(form), doc })),
  ),
  STOPSIGNAL: first(() => SIGNALS.map((name) => ({ label: `SIG${name}`, kind: Kind.Constant }))),
  SHELL: (place) => ({
    typed: wholeArray(place),
    offers:
      place.argument === 0
        ? SHELLS.map(({ form, doc }) => ({ label: form, kind: Kind.Value, detail: doc }))
        : [],
  }),
  EXPOSE: (place) => {
    const port = /^(\d[\d-]*\/)\w*$/.exec(place.prefix)?.[1];
    const labels = port ? ['tcp', 'udp', 'sctp'].map((protocol) => port + protocol) : [];
    return { typed: place, offers: labels.map((label) => ({ label, kind: Kind.Value })) };
  },
  ARG: (place) => ({
    typed: place,
    offers: [
      ...(place.instruction.stage < 0
        ? []
        : [...repeatedOffers(place), ...argumentOffers(place, PLATFORM_ARGS)]),
      ...argumentOffers(place, BUILDER_ARGS),
    ],
  }),
  LABEL: (place, { support }) => ({
    typed: place,
    offers: notGiven(place, LABELS).map(([label, doc]) => ({
      label,
      ...(support.snippets && place.parsed.tree.source[place.end] !== '='
        ? { insert: `${label}="\${1}"`, snippet: true }
        : { insert: `${label}=` }),
      doc,
      kind: Kind.Property,
    })),
  }),
  USER: (place) => {
    const { prefix, argument } = place;
    const typed = typing(place, prefix.slice(prefix.indexOf(':') + 1));
    return { typed, offers: argument === 0 ? userOffers(place.parsed, place.instruction) : [] };
  },
  WORKDIR: directories,
  VOLUME: directories,
  COPY: copied,
  ADD: copied,
});
