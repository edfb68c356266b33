import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import type { FlagFacts } from '../../data/flags.ts';
import { FLAGS } from '../../data/flags.ts';
import type { MountKey } from '../../data/mounts.ts';
import { MOUNTS } from '../../data/mounts.ts';
import { NOBODY } from '../../data/users.ts';
import { linkOf } from '../../rules/stevedore/ownerByName.ts';
import { mountTargetOffers } from './destinations.ts';
import { imageOffers } from './images.ts';
import type { Offer, Offers } from './items.ts';
import { asField, asWord, pathOffers } from './paths.ts';
import type { Place } from './place.ts';
import { typing } from './place.ts';
import { stageOffers } from './stages.ts';
import { userOffers } from './users.ts';
import type { World } from './world.ts';

const values = (labels: readonly string[] = []): Offer[] =>
  labels.map((label) => ({ label, kind: Kind.Value }));
/** What a flag or key takes, with what each value means. */
const valuesOf = ({
  values: all = [],
  usual = [],
  meanings = {},
}: Pick<FlagFacts, 'values' | 'usual' | 'meanings'>): Offer[] =>
  [...all, ...usual].map((label) => ({
    label,
    kind: Kind.Value,
    detail: meanings[label],
  }));
const BOOLEANS = ['true', 'false'];
/** Owners where no name is known. */
const NUMBERS: readonly Offer[] = [
  { label: 'root', kind: Kind.Constant },
  { label: '1000', detail: 'the first user that useradd makes', kind: Kind.Constant },
  { label: NOBODY, detail: 'nobody', kind: Kind.Constant },
];

/** The flags that an instruction may still get; the one that is being typed is none that it has. */
export function flagOffers({ instruction, from }: Place): Offer[] {
  const others = instruction.flags.filter((flag) => flag.from !== from);
  const given = new Set(others.map(({ name }) => name));
  return Object.entries(FLAGS[instruction.name] ?? {}).flatMap(
    ([name, { doc, takes, repeats, values: all, usual }]): Offer[] => {
      if (given.has(name) && !repeats) return [];
      return [
        {
          label: `--${name}`,
          insert: takes === 'boolean' ? `--${name}` : `--${name}=`,
          kind: Kind.Field,
          doc,
          again: takes !== 'boolean' && (takes !== 'text' || Boolean(all ?? usual)),
        },
      ];
    },
  );
}

/** The values of the flag that is being typed, such as `--from=` or `--mount=type=cache,`. */
export function flagValueOffers(place: Place, world: World): Offers | Promise<Offers> {
  const { prefix, parsed, instruction } = place;
  const equals = prefix.indexOf('=');
  const name = prefix.slice(2, equals);
  const value = prefix.slice(equals + 1).replace(/^["']/, '');
  const facts = FLAGS[instruction.name]?.[name];
  const typed = typing(place, value);
  switch (facts?.takes) {
    case undefined:
      return { typed, offers: [] };
    case 'boolean':
      return { typed, offers: values(BOOLEANS) };
    case 'from':
      return imageOffers(typed, world, stageOffers(parsed, instruction.stage));
    case 'mount':
      return mountOffers(place, value, world);
    case 'path':
      return pathOffers(typed, world, asWord);
    case 'user': {
      const part = value.slice(value.indexOf(':') + 1);
      const offers = linkOf(instruction) ? NUMBERS : userOffers(parsed, instruction);
      return { typed: typing(place, part), offers };
    }
    case 'text':
    case 'duration':
      return { typed, offers: valuesOf(facts) };
  }
}

function mountOffers(place: Place, text: string, world: World): Offers | Promise<Offers> {
  const fields = text.split(',');
  const current = fields.pop() ?? '';
  const given = new Map(
    fields.map((field) => [field.split('=', 1)[0] ?? '', field.slice(field.indexOf('=') + 1)]),
  );
  const type = given.get('type') ?? 'bind';
  const equals = current.indexOf('=');
  if (equals < 0) return { typed: typing(place, current), offers: keyOffers(type, given) };
  const typed = typing(place, current.slice(equals + 1));
  const key = current.slice(0, equals);
  if (key === 'type') {
    const offers = Object.entries(MOUNTS).map(([label, { doc }]) => ({
      label,
      kind: Kind.EnumMember,
      doc,
    }));
    return { typed, offers };
  }
  const facts: MountKey | undefined = MOUNTS[type]?.keys[key];
  const { parsed, instruction } = place;
  switch (facts?.takes) {
    case undefined:
      return { typed, offers: [] };
    case 'boolean':
      return { typed, offers: values(BOOLEANS) };
    case 'from':
      return imageOffers(typed, world, stageOffers(parsed, instruction.stage));
    case 'path':
      return { typed, offers: mountTargetOffers(parsed, instruction, type) };
    case 'source':
      // In a stage or image there is nothing to look at, nor in a cache, which is one of its own.
      return given.has('from') || type === 'cache'
        ? { typed, offers: [] }
        : pathOffers(typed, world, asField);
    case 'text':
      return { typed, offers: valuesOf(facts) };
  }
}

function keyOffers(type: string, given: ReadonlyMap<string, string>): Offer[] {
  const field = (label: string, { doc, takes, values: all, usual }: MountKey): Offer => ({
    label,
    insert: takes === 'boolean' ? label : `${label}=`,
    kind: Kind.Property,
    doc,
    again: takes !== 'boolean' && (takes !== 'text' || Boolean(all ?? usual)),
  });
  const typeKey: MountKey = {
    doc: 'What is mounted; `bind` unless given.',
    takes: 'text',
    values: Object.keys(MOUNTS),
  };
  const keys = MOUNTS[type]?.keys ?? {};
  const nameOf = (label: string) => keys[label]?.same ?? label;
  const has = new Set([...given.keys()].map(nameOf));
  const free = Object.entries(keys).filter(([label]) => !has.has(nameOf(label)));
  return [
    ...(has.has('type') ? [] : [['type', typeKey] as const]),
    ...free.filter(([, { same }]) => same === undefined),
    // Who wants one of these types it.
    ...free.filter(([, { same }]) => same !== undefined),
  ].map(([label, facts]) => field(label, facts));
}
