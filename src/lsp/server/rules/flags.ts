import { FLAGS } from '../data/flags.ts';
import { INSTRUCTIONS } from '../data/instructions.ts';
import { MOUNTS } from '../data/mounts.ts';
import { mountFields } from '../parser/occurrences.ts';
import type { Flag, Instruction, Tree } from '../parser/tree.ts';
import type { Problem } from './problem.ts';
import { nearest, replace } from './problem.ts';

/** Flags that an instruction doesn't have, values that a flag doesn't take, and mounts that can't be. */
export function flagProblems(tree: Tree): Problem[] {
  return tree.instructions.flatMap((outer) => {
    const instruction = outer.trigger ?? outer;
    if (!(instruction.name in INSTRUCTIONS)) return [];
    return instruction.flags.flatMap((flag) => [
      ...unknown(instruction, flag),
      ...fixedValue(instruction, flag),
      ...mount(instruction, flag),
    ]);
  });
}

function unknown(instruction: Instruction, flag: Flag): Problem[] {
  const known = FLAGS[instruction.name] ?? {};
  if (Object.hasOwn(known, flag.name)) return [];
  const guess = nearest(flag.name, Object.keys(known));
  const fixes = guess ? [replace(`Change to --${guess}`, flag.nameSpan, `--${guess}`)] : [];
  const hint = guess ? ` Did you mean --${guess}?` : '';
  return [
    {
      code: 'UnknownFlag',
      group: 'syntax',
      span: flag.nameSpan,
      message: `${instruction.name} has no flag --${flag.name.slice(0, 60)}.${hint}`,
      fixes,
    },
  ];
}

function fixedValue(instruction: Instruction, { name, value }: Flag): Problem[] {
  // Platforms are suggestions; networks and security modes are all that there are.
  if (instruction.name !== 'RUN' || (name !== 'network' && name !== 'security')) return [];
  const values = FLAGS['RUN']?.[name]?.values ?? [];
  if (!value || value.text.includes('$') || values.includes(value.text)) return [];
  return [
    {
      code: 'InvalidFlagValue',
      group: 'syntax',
      span: value,
      message: `--${name} takes ${values.join(' or ')}.`,
    },
  ];
}

function mount(instruction: Instruction, flag: Flag): Problem[] {
  if (instruction.name !== 'RUN' || flag.name !== 'mount' || !flag.value) return [];
  const fields = mountFields(flag, instruction);
  const type = fields.find(({ key }) => key.text.toLowerCase() === 'type')?.value;
  const kind = type?.text.toLowerCase() ?? 'bind';
  // Quoted CSV and variables are beyond this: the builder reads them.
  if (flag.value.text.includes('"') || kind.includes('$')) return [];
  const facts = Object.hasOwn(MOUNTS, kind) ? MOUNTS[kind] : undefined;
  if (!facts) {
    const guess = nearest(kind, Object.keys(MOUNTS));
    const fixes = guess && type ? [replace(`Change to ${guess}`, type, guess)] : [];
    return [
      {
        code: 'InvalidMount',
        group: 'syntax',
        span: type ?? flag,
        message: `A mount is one of ${Object.keys(MOUNTS).join(', ')}.`,
        fixes,
      },
    ];
  }
  const unknownKeys = fields.slice(0, MOST_FIELDS).flatMap(({ key }): Problem[] => {
    const name = key.text.toLowerCase();
    if (name === 'type' || ALL_KEYS.has(name) || name.includes('$')) return [];
    const guess = nearest(name, [...ALL_KEYS]);
    const fixes = guess ? [replace(`Change to ${guess}`, key, guess)] : [];
    return [
      {
        code: 'InvalidMount',
        group: 'syntax',
        span: key,
        message: `No mount has the key "${key.text.slice(0, 60)}".`,
        fixes,
      },
    ];
  });
  if (unknownKeys.length > 0) return unknownKeys;
  const keys = new Set(fields.map(({ key }) => key.text.toLowerCase()));
  const target = ['target', 'dst', 'destination'].some((key) => keys.has(key));
  if ((kind === 'cache' || kind === 'tmpfs') && !target) {
    return [
      {
        code: 'InvalidMount',
        group: 'syntax',
        span: flag,
        message: `A ${kind} mount needs a target.`,
      },
    ];
  }
  return [];
}

/** No mount has this many fields; a hostile file may. */
const MOST_FIELDS = 50;

const ALL_KEYS = new Set(Object.values(MOUNTS).flatMap(({ keys }) => Object.keys(keys)));
