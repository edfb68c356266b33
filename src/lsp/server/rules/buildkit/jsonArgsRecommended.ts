import type { Dockerfile } from '../../model/dockerfile.ts';
import { withdrawWhere } from '../imageVariables.ts';
import type { Finding, Rule } from '../rule.ts';
import { toSpan } from '../../parser/tree.ts';
import type { Stage } from '../../parser/tree.ts';
import { execForms } from './execForm.ts';
import { at } from './support.ts';

export const jsonArgsRecommended: Rule = {
  id: 'JSONArgsRecommended',
  same: 'DL3025',
  severity: 'warning',
  title: 'CMD and ENTRYPOINT should be written as JSON',
  why: 'The shell form runs `/bin/sh -c`, which doesn’t pass signals on: `docker stop` waits ten seconds and then kills. The JSON form runs the program itself. Where a shell is wanted, name it: `["/bin/sh", "-c", "…"]`, or set `SHELL`, which tells that it is meant. The editor takes into account what a base image says that the engine has.',
  examples: [
    {
      bad: 'FROM alpine\nENTRYPOINT my-program start\n',
      good: 'FROM alpine\nENTRYPOINT ["my-program", "start"]\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine\nCMD echo "$HOME" && ls\n',
      good: 'FROM alpine\nCMD ["/bin/sh", "-c", "echo \\"$HOME\\" && ls"]\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine\nCMD sleep 9 | cat\n',
      good: 'FROM alpine\nSHELL ["/bin/sh", "-c"]\nCMD sleep 9 | cat\n',
    },
  ],
  *check(file) {
    for (const { finding } of inShell(file)) yield finding;
  },
  checkImages: (file, images) =>
    withdrawWhere(file, images, inShell(file), ({ shell }) => shell === true),
};

/** What runs in a shell that the file doesn't set, and the stage whose base image may. */
function* inShell(file: Dockerfile): Generator<{ finding: Finding; stage: Stage }> {
  const scopes = file.scopes();
  const shells: boolean[] = [];
  for (const stage of file.tree.stages) {
    let shell = shells[scopes.base(stage)] === true;
    for (const { instruction, place } of scopes.steps(stage)) {
      const { name, args, logical, keyword } = instruction;
      if (name === 'SHELL') shell = true;
      if ((name !== 'CMD' && name !== 'ENTRYPOINT') || instruction.json || shell) continue;
      const finding = at(place, {
        span: args.to > args.from ? toSpan(logical, args.from, args.to) : keyword,
        message: `This ${name} runs in a shell, which doesn’t pass signals on to the program. Write it as a JSON array.`,
        fixes: execForms(instruction),
      });
      yield { finding, stage };
    }
    shells.push(shell);
  }
}
