import type {
  ParameterInformation,
  Position,
  SignatureHelp,
  SignatureInformation,
} from 'vscode-languageserver/node';
import { DockerSignatures } from 'dockerfile-language-service/lib/dockerSignatures';
import { FLAGS } from '../data/flags.ts';
import { DIRECTIVES } from '../data/instructions.ts';
import { MOUNTS } from '../data/mounts.ts';
import type { Parsed } from '../documents.ts';
import { instructionAt } from '../parser/tree.ts';
import { mountFields } from '../parser/mounts.ts';
import type { Flag, Instruction } from '../parser/tree.ts';
import { touches } from '../parser/tree.ts';

const NOTHING: SignatureHelp = { signatures: [] };
/** Above this many UTF-16 units of an instruction there is no help: the service's time grows faster than the text. */
const LONGEST = 16_384;

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
  if (!outer || outer.heredocs.length > 0) return NOTHING;
  const instruction = outer.trigger && offset > outer.trigger.keyword.end ? outer.trigger : outer;
  if (offset <= instruction.keyword.end) return NOTHING;
  const mount = instruction.flags.find((flag) => flag.name === 'mount' && touches(flag, offset));
  if (mount?.value && offset >= mount.value.start) return mountHelp(mount, instruction, offset);
  const flag = instruction.flags.find((one) => touches(one, offset));
  return (flag && flagHelp(flag, instruction)) ?? instructionHelp(parsed, outer, position);
}

/** What a flag takes. */
function flagHelp({ name }: Flag, instruction: Instruction): SignatureHelp | undefined {
  const facts = FLAGS[instruction.name]?.[name];
  if (!facts) return undefined;
  const all = facts.takes === 'boolean' ? ['true', 'false'] : facts.values;
  const parts = [{ text: all?.join(' | ') ?? '…', doc: facts.doc }];
  return { signatures: [signature(`--${name}=`, parts)], activeSignature: 0, activeParameter: 0 };
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

/**
 * The forms of an instruction by the language service, which parses all of the text that it is given: the instruction
 * alone is enough, with the escape directive before it.
 */
function instructionHelp(
  { document, tree }: Parsed,
  instruction: Instruction,
  position: Position,
): SignatureHelp {
  const first = document.positionAt(instruction.start).line;
  const head = tree.escape === '`' ? '# escape=`\n' : '';
  const start = document.offsetAt({ line: first, character: 0 });
  const text = head + tree.source.slice(start, instruction.end);
  if (text.length > LONGEST) return NOTHING;
  const line = position.line - first + (head ? 1 : 0);
  const help = new DockerSignatures().computeSignatures(text, {
    line,
    character: position.character,
  });
  const forms = help.signatures.map((form) => ({
    ...form,
    label: form.label.replace(FLAGLESS, '$& [flags]'),
  }));
  const isOld = ({ label }: SignatureInformation) => OLD.test(label);
  const current = forms.filter((form) => !isOld(form));
  return { ...help, signatures: [...current, ...forms.filter(isOld)] };
}

/** The instructions that take flags, and the service knows of none. */
const FLAGLESS = /^(?:FROM|RUN)(?= )/;
/** Forms that are taken still, but nobody should write. */
const OLD = /^(?:ENV|LABEL) key value$/;

/** The keys of a mount's type, and the one that is being written. */
function mountHelp(flag: Flag, instruction: Instruction, offset: number): SignatureHelp {
  const fields = mountFields(flag, instruction);
  const type = fields.find(({ key }) => key.text === 'type')?.value?.text ?? 'bind';
  const facts = MOUNTS[type];
  if (!facts) return NOTHING;
  const parts = Object.entries(facts.keys)
    .filter(([, { same }]) => same === undefined)
    .map(([key, { doc, takes }]) => ({
      text: takes === 'boolean' ? `[${key}]` : `[${key}=…]`,
      doc,
      key,
    }));
  const current = fields.find(
    ({ key, value }) => key.start <= offset && offset <= (value ?? key).end,
  );
  const written = current?.key.text ?? '';
  const name = facts.keys[written]?.same ?? written;
  const active = parts.findIndex(({ key }) => key === name);
  const head = `--mount=type=${type},`;
  return {
    signatures: [signature(head, parts, { doc: facts.doc, between: ',' })],
    activeSignature: 0,
    // One that stands behind the last marks none.
    activeParameter: active < 0 ? parts.length : active,
  };
}
