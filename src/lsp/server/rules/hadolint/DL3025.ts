import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { readJson } from '../../parser/json.ts';
import { toSpan } from '../../parser/tree.ts';
import { execForms } from '../buildkit/execForm.ts';
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
      bad: 'FROM debian:12\nENTRYPOINT app --port $PORT\n',
      good: 'FROM debian:12\nENTRYPOINT ["/bin/sh", "-c", "app --port $PORT"]\n',
      fixed: true,
    },
  ],
  *check(file) {
    for (const instruction of file.all('CMD', 'ENTRYPOINT', 'HEALTHCHECK')) {
      const from = commandStart(instruction);
      const { logical, args } = instruction;
      if (from === undefined || from >= args.to) continue;
      const text = logical.text.slice(from, args.to);
      if (Array.isArray(readJson(text))) continue;
      const span = toSpan(logical, from, args.to);
      const fixes = toFixes(file, instruction, from);
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

/** What makes the command a JSON array; through a shell only where that is the one that it runs in anyway. */
function toFixes(file: Dockerfile, instruction: Instruction, from: number): Fix[] {
  const { args } = instruction;
  const fixes = execForms({ ...instruction, args: { from, to: args.to } });
  const shell = file.shellProgram(instruction).words.join(' ');
  return shell === '/bin/sh -c' || shell === '/bin/sh' ? fixes : fixes.slice(0, -1);
}
