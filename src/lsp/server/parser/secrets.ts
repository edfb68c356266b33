import { mountFields } from './mounts.ts';
import type { Instruction, Word } from './tree.ts';

/** A secret that a RUN is given in a variable. */
interface SecretVariable {
  readonly name: Word;
  /** By what name the build gives the secret; undefined where that isn't said. */
  readonly id: string | undefined;
}

const NONE: readonly never[] = [];

/** The variables in which a RUN, and nothing else, is given secrets: `--mount=type=secret,id=…,env=NAME`. */
export function secretVariables(instruction: Instruction): readonly SecretVariable[] {
  if (instruction.name !== 'RUN' || instruction.flags.length === 0) return NONE;
  return instruction.flags.flatMap((flag): SecretVariable[] => {
    if (flag.name !== 'mount') return [];
    const fields = new Map<string, Word>();
    for (const { key, value } of mountFields(flag, instruction))
      if (value) fields.set(key.text.toLowerCase(), value);
    const name = fields.get('env');
    if (!name || !/^[A-Za-z_]\w*$/.test(name.text)) return [];
    if (fields.get('type')?.text.toLowerCase() !== 'secret') return [];
    const given = fields.get('source') ?? fields.get('src') ?? fields.get('id');
    const target = fields.get('target') ?? fields.get('dst') ?? fields.get('destination');
    return [{ name, id: given?.text ?? target?.text.replace(/^.*\//, '') }];
  });
}
