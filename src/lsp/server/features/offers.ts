import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { FLAGS, HEALTHCHECK_FORMS } from '../data/flags.ts';
import type { MountKey } from '../data/mounts.ts';
import { MOUNTS } from '../data/mounts.ts';
import { PLATFORM_ARGS, PROXY_ARGS, SIGNALS } from '../data/predefined.ts';
import type { Parsed } from '../documents.ts';
import type { Instruction } from '../parser/tree.ts';
import { argumentWords, pairsOf, unquote } from '../parser/words.ts';
import type { Offer } from './items.ts';

const values = (labels: readonly string[]): Offer[] =>
  labels.map((label) => ({ label, kind: Kind.Value }));

/** The flags that an instruction may still get. */
export function flagOffers(instruction: Instruction): Offer[] {
  const given = new Set(instruction.flags.map(({ name }) => name));
  return Object.entries(FLAGS[instruction.name] ?? {}).flatMap(
    ([name, { doc, takes, repeats }]) => {
      if (given.has(name) && !repeats) return [];
      const insert = takes === 'boolean' ? `--${name}` : `--${name}=`;
      return [
        {
          label: `--${name}`,
          insert,
          kind: Kind.Field,
          doc,
          again: takes === 'mount' || takes === 'from',
        },
      ];
    },
  );
}

/** The values of the flag whose text so far is `prefix`, such as `--mount=type=cache,` or `--from=`. */
export function flagValueOffers(parsed: Parsed, instruction: Instruction, prefix: string): Offer[] {
  const name = prefix.slice(2, prefix.indexOf('='));
  const facts = FLAGS[instruction.name]?.[name];
  if (!facts) return [];
  if (facts.takes === 'boolean') return values(['true', 'false']);
  if (facts.takes === 'from') return stageOffers(parsed, instruction.stage);
  if (facts.takes === 'mount')
    return mountOffers(parsed, instruction, prefix.slice('--mount='.length));
  return values(facts.values ?? []);
}

function mountOffers(parsed: Parsed, instruction: Instruction, typed: string): Offer[] {
  const fields = typed.split(',');
  const current = fields.at(-1) ?? '';
  const given = new Map(
    fields
      .slice(0, -1)
      .map((field) => [field.split('=', 1)[0] ?? '', field.slice(field.indexOf('=') + 1)]),
  );
  const keys = MOUNTS[given.get('type') ?? 'bind']?.keys ?? {};
  const equals = current.indexOf('=');
  if (equals >= 0) {
    const key = current.slice(0, equals);
    if (key === 'type')
      return Object.entries(MOUNTS).map(([label, { doc }]) => ({
        label,
        kind: Kind.EnumMember,
        doc,
      }));
    const facts: MountKey | undefined = keys[key];
    if (facts?.takes === 'from') return stageOffers(parsed, instruction.stage);
    return values(facts?.takes === 'boolean' ? ['true', 'false'] : (facts?.values ?? []));
  }
  const type: Offer[] = given.has('type')
    ? []
    : [
        {
          label: 'type',
          insert: 'type=',
          kind: Kind.Property,
          doc: 'What is mounted; `bind` unless given.',
          again: true,
        },
      ];
  const others = Object.entries(keys).flatMap(([label, { doc, takes }]): Offer[] =>
    given.has(label)
      ? []
      : [
          {
            label,
            insert: takes === 'boolean' ? label : `${label}=`,
            kind: Kind.Property,
            doc,
            again: takes === 'from',
          },
        ],
  );
  return [...type, ...others];
}

/** The named stages before stage `before`, nearest first. */
function stageOffers({ tree }: Parsed, before: number): Offer[] {
  const stages = tree.stages
    .slice(0, Math.max(before, 0))
    .filter(({ name }) => name !== undefined)
    .reverse();
  return stages.flatMap(({ name, image }) =>
    name
      ? [
          {
            label: name.text,
            kind: Kind.Module,
            ...(image ? { detail: `FROM ${image.text}` } : {}),
          },
        ]
      : [],
  );
}

/** What the argument number `argument` (from 0) of an instruction may be. */
export function argumentOffers(
  parsed: Parsed,
  instruction: Instruction,
  argument: number,
  prefix: string,
): Offer[] {
  switch (instruction.name) {
    case 'FROM':
      if (argument === 0)
        return [...stageOffers(parsed, instruction.stage), ...values(['scratch'])];
      return argument === 1
        ? [
            {
              label:
                instruction.keyword.text === instruction.keyword.text.toLowerCase() ? 'as' : 'AS',
              kind: Kind.Keyword,
            },
          ]
        : [];
    case 'HEALTHCHECK':
      return argument === 0
        ? HEALTHCHECK_FORMS.map((label) => ({ label, kind: Kind.Keyword }))
        : [];
    case 'STOPSIGNAL':
      return argument === 0
        ? SIGNALS.map((name) => ({ label: `SIG${name}`, kind: Kind.Constant }))
        : [];
    case 'EXPOSE': {
      const port = /^(\d[\d-]*\/)\w*$/.exec(prefix)?.[1];
      return port ? values(['tcp', 'udp', 'sctp'].map((protocol) => port + protocol)) : [];
    }
    case 'ARG': {
      const platform =
        instruction.stage >= 0 && argument === 0 ? Object.entries(PLATFORM_ARGS) : [];
      return platform.map(([label, doc]) => ({ label, doc, kind: Kind.Variable }));
    }
    case 'WORKDIR':
    case 'COPY':
    case 'ADD':
      return argument > 0 || instruction.name === 'WORKDIR'
        ? workdirOffers(parsed, instruction)
        : [];
    default:
      return [];
  }
}

function workdirOffers({ tree }: Parsed, instruction: Instruction): Offer[] {
  const found = new Set<string>();
  for (const other of tree.stages[instruction.stage]?.instructions ?? []) {
    if (other.start >= instruction.start) break;
    const path = other.name === 'WORKDIR' ? argumentWords(other, tree.escape)[0] : undefined;
    if (path) found.add(unquote(path.text));
  }
  return [...found].map((label) => ({ label, kind: Kind.Folder }));
}

/** The variables that can be used in an instruction, in the form (`$NAME` or `${NAME}`) that `typed` begins. */
export function variableOffers(parsed: Parsed, instruction: Instruction, typed: string): Offer[] {
  const { tree } = parsed;
  const inFrom = instruction.name === 'FROM' || instruction.stage < 0;
  const found = new Map<string, string | undefined>();
  const visible = new Set<number>();
  for (
    let stage = tree.stages[instruction.stage];
    stage && !visible.has(stage.index);
    stage = tree.stages[stage.base]
  )
    visible.add(stage.index);
  for (const other of tree.instructions) {
    if (other.start >= instruction.start) break;
    const seen = inFrom ? other.stage < 0 : visible.has(other.stage);
    if (!seen || (other.name !== 'ARG' && other.name !== 'ENV')) continue;
    for (const { key, value } of pairsOf(other, tree.escape))
      if (key.text) found.set(key.text, value?.text);
  }
  const open = typed.startsWith('${');
  const offers = [...found]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => variable(name, open, value));
  const predefined = inFrom ? Object.entries(PLATFORM_ARGS) : [];
  for (const [name, doc] of predefined)
    if (!found.has(name)) offers.push({ ...variable(name, open), doc });
  for (const name of PROXY_ARGS) if (!found.has(name)) offers.push(variable(name, open));
  return offers;
}

function variable(name: string, open: boolean, value?: string): Offer {
  const text = open ? `\${${name}}` : `$${name}`;
  return {
    label: name,
    insert: text,
    filter: text,
    kind: Kind.Variable,
    ...(value ? { detail: value.slice(0, 200) } : {}),
  };
}
