import { table } from '../../../../../util/table.ts';
import { posix } from 'node:path';
import { parseGoFloat } from '../../../../../util/goNumbers.ts';
import { MOUNTS } from '../../../data/mounts.ts';
import type { Dockerfile } from '../../../model/dockerfile.ts';
import { expand } from '../../../model/expand.ts';
import type { Step } from '../../../model/scopes.ts';
import { workingDirectories } from '../../../model/workingDirectories.ts';
import type { WorkingDirectory } from '../../../model/workingDirectories.ts';
import { readCsv } from '../../../parser/csv.ts';
import { flagText } from '../../../parser/flags.ts';
import { mountFields } from '../../../parser/mounts.ts';
import type { Flag, Instruction, Span, Stage } from '../../../parser/tree.ts';
import { wordEscape } from '../../../parser/tree.ts';
import type { Doubtful } from '../../imageVariables.ts';
import type { Finding } from '../../rule.ts';
import { nearest, shown } from './suggest.ts';
import { replace } from '../../edits.ts';

/** Which of the rules of mounts says it. */
type MountKind = 'type' | 'key' | 'value' | 'combination' | 'target';

interface MountProblem {
  readonly kind: MountKind;
  readonly finding: Finding;
  /** The working directory that a target counts from, and the step. */
  readonly from?: { readonly folder: WorkingDirectory; readonly step: Step };
}

interface Field {
  readonly key: string;
  readonly keySpan: Span;
  /** Undefined without `=`, or when the builder can't expand it. */
  readonly value: string | undefined;
  readonly bare: boolean;
  readonly span: Span;
  readonly valueSpan: Span;
}

interface Mount {
  type: string;
  readonly set: Map<string, { value: string; span: Span }>;
}

const TYPES = Object.keys(MOUNTS);
const BOOLEANS = new Set('1 t T TRUE true True 0 f F FALSE false False'.split(' '));
const SHARING = ['shared', 'private', 'locked'];
const CANONICAL: Readonly<Record<string, string>> = table({
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
});
const KEYS =
  'type from source src target dst destination readonly ro readwrite rw required size id sharing mode uid gid env'.split(
    ' ',
  );
/** No mount has this many fields; a hostile file may. */
const MOST_FIELDS = 50;

/** What the builder refuses in the mounts of a file (instructions, parseMount and validateMount; dispatchRunMounts). */
function mountProblems(file: Dockerfile): MountProblem[] {
  if (!file.all('RUN').some(({ flags }) => flags.some(({ name }) => name === 'mount'))) return [];
  const found: MountProblem[] = [];
  const folders = file.once(workingDirectories);
  const seen = new Set<Instruction>();
  for (const stage of file.tree.stages)
    for (const step of file.scopes().steps(stage)) {
      const { instruction } = step;
      const folder = folders.get(instruction);
      if (instruction.name !== 'RUN' || !folder || seen.has(instruction)) continue;
      seen.add(instruction);
      for (const flag of instruction.flags)
        if (flag.name === 'mount' && flag.value) found.push(...inMount(file, step, flag, folder));
    }
  return found;
}

/** What one rule has to say of the mounts of a file. */
export function mountFindings(file: Dockerfile, kind: MountKind): Finding[] {
  return file
    .once(mountProblems)
    .filter((problem) => problem.kind === kind)
    .map(({ finding }) => finding);
}

/**
 * The mounts whose target counts from the working directory of a base image, which isn't known to be another than the root.
 */
export function unplacedMounts(file: Dockerfile): { finding: Finding; stage: Stage }[] {
  return file
    .once(mountProblems)
    .flatMap(({ finding, from }) =>
      from?.folder.stage ? [{ finding, stage: from.folder.stage }] : [],
    );
}

/** The mounts whose target counts from a working directory that hangs on variables without a value. */
export function wanderingMounts(file: Dockerfile): Doubtful[] {
  return file.once(mountProblems).flatMap(({ finding, from }) => {
    if (!from || from.folder.names.length === 0) return [];
    return [{ names: from.folder.names, step: from.step, finding }];
  });
}

function inMount(
  file: Dockerfile,
  step: Step,
  flag: Flag,
  folder: WorkingDirectory,
): MountProblem[] {
  const fields = fieldsOf(file, step, flag);
  if (!fields) {
    const message =
      'The builder can’t read the fields of this mount: key=value, separated by commas.';
    return [{ kind: 'value', finding: { span: flag, message } }];
  }
  const found: MountProblem[] = [];
  const mount: Mount = { type: 'bind', set: new Map() };
  for (const field of fields.slice(0, MOST_FIELDS)) {
    const problem = readField(mount, field);
    if (problem) found.push(problem);
  }
  // What is said of the whole would follow from what is wrong with a part.
  if (found.length > 0 || fields.some(({ bare, value }) => !bare && value === undefined))
    return found;
  const mixed = combination(mount, flag);
  if (mixed) return [{ kind: 'combination', finding: mixed }];
  if (mount.type === 'secret' || mount.type === 'ssh') return [];
  const target = mount.set.get('target');
  const path = target?.value ?? '';
  if (path.startsWith('/') ? path !== '/' : posix.resolve('/', folder.path, path) !== '/')
    return [];
  const message =
    path === ''
      ? `This mount has no target, and would cover all of the image: add target=….`
      : 'This mount would cover all of the image; its target must be a directory within.';
  const finding = { span: target?.span ?? flag, message };
  return [{ kind: 'target', finding, ...(path.startsWith('/') ? {} : { from: { folder, step } }) }];
}

function fieldsOf(file: Dockerfile, { scope, instruction }: Step, flag: Flag): Field[] | undefined {
  const raw = flag.value;
  if (!raw) return [];
  const texts = readCsv(flagText(raw.text, wordEscape(instruction, file.tree.escape)));
  if (!texts) return undefined;
  const words = mountFields(flag, instruction);
  return texts.map((text, index) => {
    const word = words.length === texts.length ? words[index] : undefined;
    const equals = text.indexOf('=');
    const written = equals < 0 ? undefined : text.slice(equals + 1);
    const expansion = written === undefined ? undefined : expand(written, scope.value, file.tree);
    const whole = word
      ? { start: word.key.start, end: word.value?.end ?? word.key.end }
      : { start: raw.start, end: raw.end };
    return {
      key: (equals < 0 ? text : text.slice(0, equals)).toLowerCase(),
      keySpan: !word || word.key.end > word.key.start ? (word?.key ?? whole) : behind(word.key),
      value: expansion?.error ? undefined : expansion?.value,
      bare: equals < 0,
      span: whole.end > whole.start ? whole : flag,
      valueSpan: word?.value?.text ? word.value : whole,
    };
  });
}

/** What stands before an empty word: the comma or the equals sign. */
function behind({ start }: Span): Span {
  return { start: start - 1, end: start };
}

function readField(mount: Mount, field: Field): MountProblem | undefined {
  const { key, keySpan, value, bare, span, valueSpan } = field;
  const known = KEYS.includes(key);
  if (!known && (!bare || !['readonly', 'ro', 'readwrite', 'rw', 'required'].includes(key))) {
    // As docker run calls it.
    const guess = key === 'tmpfs-size' ? 'size' : key === '' ? undefined : nearest(key, KEYS);
    const fixes = guess ? [replace(`Change to ${guess}`, keySpan, guess)] : [];
    const message =
      key === ''
        ? 'There is an empty field in this mount.'
        : `No mount has the key ${shown(key)}.${guess ? ` Did you mean ${guess}?` : ''}`;
    return { kind: 'key', finding: { span: keySpan, message, fixes } };
  }
  const name = CANONICAL[key] ?? key;
  const wrong = (message: string, fixes: Finding['fixes'] = []): MountProblem => ({
    kind: 'value',
    finding: { span: bare ? span : valueSpan, message, fixes },
  });
  const secretish = mount.type === 'secret' || mount.type === 'ssh';
  const misplaced =
    (name === 'required' && !secretish) || (name === 'size' && mount.type !== 'tmpfs');
  if (misplaced)
    return {
      kind: 'key',
      finding: {
        span: keySpan,
        message: `A ${mount.type} mount has no ${key}${TYPES.includes(mount.type) && mount.type !== 'bind' ? '' : '; type stands before it'}.`,
      },
    };
  if (bare) {
    if (name === 'readonly' || name === 'readwrite' || name === 'required') return undefined;
    return wrong(`The field ${shown(key)} needs a value: ${shown(key)}=….`);
  }
  if (value === undefined) return undefined;
  if (name === 'type') return readType(mount, value, valueSpan);
  const refusal = refusalOf(name, key, value);
  if (refusal !== undefined) {
    const guess = name === 'sharing' ? nearest(value.toLowerCase(), SHARING) : undefined;
    return wrong(refusal, guess ? [replace(`Change to ${guess}`, valueSpan, guess)] : []);
  }
  mount.set.set(name, { value, span });
  return undefined;
}

/** What is to be said of a value that a key does not take. */
function refusalOf(name: string, key: string, value: string): string | undefined {
  switch (name) {
    case 'readonly':
    case 'readwrite':
    case 'required':
      return BOOLEANS.has(value) ? undefined : `${key} is true or false.`;
    case 'size':
      return isSize(value)
        ? undefined
        : 'A size is a number of bytes, or one with a unit, as in 64m.';
    case 'sharing':
      return SHARING.includes(value.toLowerCase())
        ? undefined
        : 'sharing is shared, private or locked.';
    case 'mode':
      return /^[0-7]+$/.test(value) && Number.parseInt(value, 8) < 2 ** 32
        ? undefined
        : 'mode is a number of octal digits, as in 0600.';
    case 'uid':
    case 'gid':
      return /^\d+$/.test(value) && Number(value) < 2 ** 32 ? undefined : `${key} is a number.`;
    default:
      return undefined;
  }
}

/** As docker/go-units' RAMInBytes: a number up to the last digit, point or blank, then a unit. */
function isSize(text: string): boolean {
  const [, number = '', unit = ''] = /^([^]*[\d. ])([^\d. ]*)$/.exec(text) ?? [];
  const value = parseGoFloat(number.replace(/ $/, ''));
  return value !== undefined && !(value < 0) && /^(?:[kmgtp](?:i?b)?|b)?$/i.test(unit);
}

function readType(mount: Mount, value: string, span: Span): MountProblem | undefined {
  const type = value.toLowerCase();
  if (TYPES.includes(type)) {
    mount.type = type;
    return undefined;
  }
  const guess = nearest(type, TYPES);
  const hint = guess ? ` Did you mean ${guess}?` : '';
  const fixes = guess ? [replace(`Change to ${guess}`, span, guess)] : [];
  const message = `A mount is one of ${TYPES.join(', ')}.${hint}`;
  return { kind: 'type', finding: { span, message, fixes } };
}

/** What of a mount doesn't go together. */
function combination({ type, set }: Mount, flag: Flag): Finding | undefined {
  const has = (name: string) => (set.get(name)?.value ?? '') !== '';
  const at = (name: string) => set.get(name)?.span ?? flag;
  if (type === 'bind' || type === 'tmpfs') {
    const owner = ['mode', 'uid', 'gid'].find((name) => set.has(name));
    if (owner) return { span: at(owner), message: `A ${type} mount has no ${owner}.` };
  }
  if (has('sharing') && type !== 'cache')
    return { span: at('sharing'), message: `Only cache mounts have sharing.` };
  if (type === 'ssh' && has('source'))
    return { span: at('source'), message: 'An ssh mount has no source; id names the agent.' };
  if (type !== 'secret') return undefined;
  if (has('from')) return { span: at('from'), message: 'A secret mount has no from.' };
  if (!has('source') && !has('target') && !has('id'))
    return { span: flag, message: 'A secret mount needs the id of the secret: id=….' };
  return has('source') && has('id')
    ? { span: at('source'), message: 'A secret has either an id or a source, not both.' }
    : undefined;
}
