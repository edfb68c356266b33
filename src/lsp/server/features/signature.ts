import type {
  ParameterInformation,
  Position,
  SignatureHelp,
  SignatureInformation,
} from 'vscode-languageserver/node';
import { FLAGS } from '../data/flags.ts';
import { DIRECTIVES, INSTRUCTIONS } from '../data/instructions.ts';
import { MOUNTS } from '../data/mounts.ts';
import type { Form, Part } from '../data/signatures.ts';
import { SIGNATURES } from '../data/signatures.ts';
import type { Parsed } from '../documents.ts';
import { instructionAt } from '../documents.ts';
import { mountFields } from '../parser/occurrences.ts';
import type { Flag, Instruction } from '../parser/tree.ts';
import { touches } from '../parser/tree.ts';
import { placeIn } from './completion/place.ts';

const NOTHING: SignatureHelp = { signatures: [] };

/** The forms of the instruction, mount or directive at a position, and which of their parts the position is in. */
export function signatureHelp(parsed: Parsed, position: Position): SignatureHelp {
  const { tree, document } = parsed;
  const offset = document.offsetAt(position);
  const directive = tree.directives.find((one) => touches(one, offset));
  if (directive) {
    const facts = DIRECTIVES[directive.name];
    const value = facts?.values.join(' | ') ?? 'value';
    const parts = [{ text: value, doc: facts?.doc ?? '' }];
    return offset < directive.valueSpan.start
      ? NOTHING
      : {
          signatures: [signature(`# ${directive.name}=`, parts)],
          activeSignature: 0,
          activeParameter: 0,
        };
  }
  const outer = instructionAt(tree, offset);
  if (!outer || outer.heredocs.some(({ body }) => offset >= body.start)) return NOTHING;
  const instruction = outer.trigger && offset > outer.trigger.keyword.end ? outer.trigger : outer;
  if (offset <= instruction.keyword.end) return NOTHING;
  const flag = instruction.flags.find((one) => touches(one, offset));
  if (flag?.name === 'mount' && flag.value && offset >= flag.value.start)
    return mountHelp(flag, instruction, offset);
  return instructionHelp(parsed, outer, instruction, offset, flag);
}

interface Piece {
  readonly text: string;
  readonly doc: string;
}

/** A signature of `head` and parts with `between` between them; the parts' places are told, not their texts. */
function signature(
  head: string,
  parts: readonly Piece[],
  { doc = '', between = ' ', tail = '' } = {},
): SignatureInformation {
  let label = head;
  const parameters: ParameterInformation[] = parts.map(({ text, doc }, index) => {
    if (index > 0) label += between;
    const start = label.length;
    label += text;
    return { label: [start, label.length], documentation: { kind: 'markdown', value: doc } };
  });
  const documentation = doc ? { documentation: { kind: 'markdown', value: doc } as const } : {};
  return { label: label + tail, parameters, ...documentation };
}

function instructionHelp(
  parsed: Parsed,
  outer: Instruction,
  instruction: Instruction,
  offset: number,
  flag: Flag | undefined,
): SignatureHelp {
  const forms = SIGNATURES[instruction.name];
  const place = placeIn(parsed, outer, offset);
  if (!forms || !place) return NOTHING;
  const flags = FLAGS[instruction.name];
  const flagText = flag && flags?.[flag.name]?.doc;
  const names = Object.keys(flags ?? {}).map((name) => `\`--${name}\``);
  const option: Piece[] = flags ? [{ text: '[--flag …]', doc: flagText ?? names.join(', ') }] : [];
  const { text } = instruction.logical;
  const isJson = text[instruction.args.from] === '[';
  const signatures = forms.map(({ parts, json }) => {
    const pieces = parts.map(({ name, doc, repeats }) => ({
      text: repeats ? `${name} …` : name,
      doc,
    }));
    const doc = INSTRUCTIONS[instruction.name]?.doc ?? '';
    if (!json) return signature(`${instruction.name} `, [...option, ...pieces], { doc });
    const head = `${instruction.name} ${option.length > 0 ? '[--flag …] ' : ''}[ `;
    return signature(head, pieces, { doc, between: ', ', tail: ' ]' });
  });
  const found = forms.findIndex(({ json }) => (json === true) === isJson);
  const index = Math.max(chosen(forms, instruction) ?? found, 0);
  const form = forms[index];
  if (!form) return NOTHING;
  const isLast = !/\S/.test(text.slice(place.at, instruction.args.to).replace(/^\S+/, ''));
  const active = flag || place.prefix.startsWith('--') ? -1 : partAt(form, place.argument, isLast);
  const activeParameter = form.json ? Math.max(active, 0) : active + option.length;
  return { signatures, activeSignature: index, activeParameter: Math.max(activeParameter, 0) };
}

/** Where a word and not a bracket tells the form. */
function chosen(forms: readonly Form[], { name, logical, args }: Instruction): number | undefined {
  if (name !== 'HEALTHCHECK') return undefined;
  const word = /\S+/.exec(logical.text.slice(args.from, args.to))?.[0]?.toUpperCase();
  return forms.findIndex(({ parts }) => parts[0]?.name === (word ?? 'CMD'));
}

/** Which part argument number `argument` is: one that repeats takes all but those that the parts behind it need. */
function partAt({ parts }: Form, argument: number, isLast: boolean): number {
  const repeated = parts.findIndex(({ repeats }: Part) => repeats);
  const last = parts.length - 1;
  if (repeated < 0 || argument < repeated) return Math.min(argument, last);
  return repeated < last && argument > repeated && isLast ? last : repeated;
}

/** The keys of a mount's type, and the one that is being written. */
function mountHelp(flag: Flag, instruction: Instruction, offset: number): SignatureHelp {
  const fields = mountFields(flag, instruction);
  const type = fields.find(({ key }) => key.text === 'type')?.value?.text ?? 'bind';
  const facts = MOUNTS[type];
  if (!facts) return NOTHING;
  const parts = Object.entries(facts.keys).map(([key, { doc, takes }]) => ({
    text: takes === 'boolean' ? `[${key}]` : `[${key}=…]`,
    doc,
    key,
  }));
  const current = fields.find(
    ({ key, value }) => key.start <= offset && offset <= (value ?? key).end,
  );
  const active = parts.findIndex(({ key }) => key === current?.key.text);
  const head = `--mount=type=${type},`;
  return {
    signatures: [signature(head, parts, { doc: facts.doc, between: ',' })],
    activeSignature: 0,
    // One that stands behind the last marks none.
    activeParameter: active < 0 ? parts.length : active,
  };
}
