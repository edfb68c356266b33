import { table } from '../../../../util/table.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { mountFields } from '../../parser/mounts.ts';
import type { Flag, Instruction } from '../../parser/tree.ts';
import type { Fix, Rule } from '../rule.ts';
import { isBlank } from '../../parser/words.ts';
import { readShell } from '../../shell/shell.ts';
import { argumentText } from './words.ts';

interface Before {
  readonly run: Instruction;
  readonly flags: string;
  readonly commands: number;
}

export const DL3059: Rule = {
  id: 'DL3059',
  severity: 'info',
  title: 'RUN follows RUN',
  why: 'Each `RUN` makes a layer. Commands that belong together are smaller and quicker to pull as one. Where they are apart for the cache’s sake, say so with `# hadolint ignore=DL3059`.',
  examples: [
    {
      bad: 'FROM debian:12\nRUN ./configure\nRUN make\n',
      good: 'FROM debian:12\nRUN ./configure \\\n    && make\n',
      fixed: true,
    },
  ],
  *check(file) {
    let before: Before | undefined;
    let previous: Instruction | undefined;
    for (const run of file.tree.instructions) {
      const above = previous;
      previous = run;
      if (run.name !== 'RUN') {
        before = undefined;
        continue;
      }
      const flags = run.flags
        .map((flag) => flagText(flag, run))
        .sort()
        .join(' ');
      // That commands follow one another can be told of PowerShell and cmd as well.
      const shell = file.shell(run) ?? readShell(run, file.tree.source);
      const commands = shell?.commands.length ?? 0;
      // Several commands in one RUN show that what is apart was meant to be.
      if (!before || before.flags !== flags || before.commands > 1 || commands > 1) {
        before = { run, flags, commands };
        continue;
      }
      yield {
        span: run.keyword,
        message: 'This RUN makes another layer: it can be one with the RUN above.',
        fixes: above && file.shell(run) ? join(file, above, run) : [],
      };
    }
  },
};

/** The names that some fields of mounts have beside these. */
const FIELDS: Readonly<Record<string, string>> = table({
  destination: 'target',
  dst: 'target',
  readonly: 'ro',
  readwrite: 'rw',
  src: 'source',
});

/** A flag's text, the same for all mounts that are the same however they are written. */
function flagText(flag: Flag, run: Instruction): string {
  if (flag.name !== 'mount') return `${flag.name}=${flag.value?.text ?? ''}`;
  const fields = mountFields(flag, run).map(({ key, value }) => {
    const name = key.text.toLowerCase();
    return `${FIELDS[name] ?? name}=${value?.text ?? 'true'}`;
  });
  const isTyped = fields.some((field) => field.startsWith('type='));
  return [...fields, ...(isTyped ? [] : ['type=bind'])].sort().join(',');
}

/** A text that `&&` can stand before and behind. */
const SIMPLE = /^[^#;&|<>\n]+$/;

/** Makes one RUN of two that follow one another line by line. */
function join({ tree }: Dockerfile, above: Instruction, run: Instruction): Fix[] {
  const between = { start: above.end, end: run.start };
  const isPlain = (instruction: Instruction) =>
    !instruction.json &&
    instruction.heredocs.length === 0 &&
    instruction.flags.length === 0 &&
    SIMPLE.test(argumentText(instruction));
  const blank = /^\s*$/.test(tree.source.slice(between.start, between.end));
  if (!blank || !isPlain(above) || !isPlain(run)) return [];
  let start = above.end;
  while (start > above.start && isBlank(tree.source[start - 1])) start--;
  const { args, logical } = run;
  const first = logical.text.slice(run.keyword.to, args.from);
  if (logical.starts.some((at) => at > 0 && at <= run.keyword.to + first.length)) return [];
  const end = run.keyword.end + first.length;
  const edits = [{ span: { start, end }, text: ` ${tree.escape}\n    && ` }];
  return [{ title: 'Join with the RUN above', edits }];
}
