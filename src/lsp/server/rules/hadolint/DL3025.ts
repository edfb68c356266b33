import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Span } from '../../parser/tree.ts';
import { toSpan } from '../../parser/tree.ts';
import { toExecForm, toJson } from '../execForm.ts';
import type { Fix, Rule } from '../rule.ts';

export const DL3025: Rule = {
  id: 'DL3025',
  same: 'JSONArgsRecommended',
  severity: 'warning',
  title: 'A command is in the shell form',
  why: 'The shell form runs the command in a shell, which is the process that gets the container’s signals and passes none on: the container then stops only when it is killed. The JSON form runs the command itself.',
  examples: [
    {
      bad: 'FROM nginx:1.27\nCMD nginx -g "daemon off;"\n',
      good: 'FROM nginx:1.27\nCMD ["nginx", "-g", "daemon off;"]\n',
      fixed: true,
    },
    {
      bad: 'FROM nginx:1.27\nHEALTHCHECK CMD curl -f http://localhost\n',
      good: 'FROM nginx:1.27\nHEALTHCHECK CMD ["curl", "-f", "http://localhost"]\n',
      fixed: true,
    },
    {
      bad: 'FROM debian:12\nENTRYPOINT exec app --port $PORT\n',
      good: 'FROM debian:12\nENTRYPOINT ["/bin/sh", "-c", "exec app --port $PORT"]\n',
      fixed: true,
    },
  ],
  *check(file) {
    for (const instruction of file.all('CMD', 'ENTRYPOINT', 'HEALTHCHECK')) {
      const from = commandStart(instruction);
      const { logical, args, heredocs } = instruction;
      if (from === undefined || from >= args.to) continue;
      const text = logical.text.slice(from, args.to);
      if (isStrings(text)) continue;
      const span = toSpan(logical, from, args.to);
      const fixes = heredocs.length > 0 ? [] : toFixes(file, instruction, text, span);
      yield {
        span,
        message: `${instruction.name} runs in a shell that keeps signals to itself: write it as a JSON array.`,
        fixes,
      };
    }
  },
};

/** Where the command begins: for HEALTHCHECK behind CMD, undefined when it has none. */
function commandStart({ name, logical, args }: Instruction): number | undefined {
  if (name !== 'HEALTHCHECK') return args.from;
  const head = /^CMD\s+/i.exec(logical.text.slice(args.from, args.to));
  return head ? args.from + head[0].length : undefined;
}

function isStrings(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
  } catch {
    // Not JSON means that the builder takes the shell form, which is what false says.
    return false;
  }
}

function toFixes(file: Dockerfile, instruction: Instruction, text: string, span: Span): Fix[] {
  const simple = toExecForm(text);
  const shell = toJson([...shellWords(file, instruction), text]);
  const title = 'Change to the JSON form';
  const inShell: Fix = {
    title: simple === undefined ? title : `${title}, in a shell`,
    edits: [{ span, text: shell }],
    ...(instruction.name !== 'HEALTHCHECK' && { safe: true }),
  };
  return simple === undefined ? [inShell] : [{ title, edits: [{ span, text: simple }] }, inShell];
}

function shellWords(file: Dockerfile, instruction: Instruction): readonly string[] {
  const { words } = file.shellProgram(instruction);
  return words.length > 1 ? words : ['/bin/sh', '-c'];
}
