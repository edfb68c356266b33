import { append } from '../../../../util/multimap.ts';
import type { Word } from '../../parser/tree.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Rule } from '../rule.ts';
import { baseName, isArchive } from './archives.ts';
import { isShipped } from './sites.ts';
import { flagValue, transferOf } from './words.ts';

const UNPACKERS = new Set([
  'bunzip2',
  'gunzip',
  'gzcat',
  'uncompress',
  'unlzma',
  'unxz',
  'unzip',
  'zcat',
  'zgz',
]);

/** A cluster of tar's flags with x in it; the first word may do without the dash. */
const SHORT = /^-[a-zA-Z]*x/;
const OLD_STYLE = /^-?[a-zA-Z]*x[a-zA-Z]*$/;

export const DL3010: Rule = {
  id: 'DL3010',
  severity: 'info',
  title: 'An archive is copied and then unpacked',
  why: 'The archive stays in the layer that `COPY` made, though a later step deletes it. `ADD` unpacks an archive of the build context as it copies it.',
  examples: [
    {
      bad: 'FROM debian:12\nCOPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz -C /srv\n',
      good: 'FROM debian:12\nADD app.tar.gz /srv/\n',
    },
  ],
  *check(file) {
    /** The archives that a stage has copied so far, by name. */
    let copied = new Map<string, Word[]>();
    let stage = -1;
    const ships = isShipped(file);
    for (const instruction of file.all('COPY', 'RUN')) {
      if (instruction.stage !== stage) copied = new Map();
      stage = instruction.stage;
      if (!ships(instruction)) continue;
      if (instruction.name === 'COPY') {
        if (flagValue(instruction, 'from')) continue;
        const { sources, target } = transferOf(instruction, file.tree.escape);
        const archives = target && isArchive(target.text) ? [target] : sources;
        for (const word of archives) {
          if (!isArchive(word.text)) continue;
          const name = baseName(word.text);
          append(copied, name, word);
        }
        continue;
      }
      if (copied.size === 0) continue;
      for (const command of file.shell(instruction)?.commands ?? []) {
        if (!unpacks(command)) continue;
        for (const { value } of command.args) {
          const name = baseName(value);
          for (const word of copied.get(name) ?? [])
            yield {
              span: word,
              message: `${name} is unpacked by a later RUN and stays in this layer: let ADD unpack it.`,
            };
          copied.delete(name);
        }
      }
    }
  },
};

function unpacks({ name, args }: ShellCommand): boolean {
  if (name !== 'tar') return UNPACKERS.has(name);
  return args.some(
    ({ value }, index) =>
      value === '--extract' || value === '--get' || (index === 0 ? OLD_STYLE : SHORT).test(value),
  );
}
