import type { Fix, Rule } from '../rule.ts';
import { lineAbove } from '../lineAbove.ts';
import { fix, lineEndAt } from './shellFixes.ts';
import type { Site } from './sites.ts';
import { everyRun } from './sites.ts';

export const DL4006: Rule = {
  id: 'DL4006',
  severity: 'warning',
  title: 'Set the shell option pipefail before a RUN with a pipe',
  why: `The result of a pipe is that of its last command: in \`wget … | tar x\` a failed download goes unnoticed, and the
step is taken for done. With \`-o pipefail\` the pipe fails as soon as one of its commands does. \`/bin/sh\` may be a
shell without that option, so name one that has it: bash, on Alpine \`/bin/ash\`.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN wget -qO - https://example.com/a.tar | tar x\n',
      good:
        'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n' +
        'RUN wget -qO - https://example.com/a.tar | tar x\n',
      fixed: true,
    },
  ],
  check: everyRun((site) => {
    const { file, run, shell } = site;
    const [pipe] = shell.pipes;
    const { posix, pipefail } = file.shellProgram(run);
    if (!pipe || !posix || pipefail) return [];
    return [
      {
        span: pipe,
        message:
          'If a command before the pipe fails, the step succeeds all the same. Set pipefail with SHELL.',
        fixes: setShell(site),
      },
    ];
  }),
};

function setShell({ file, run, shell }: Site): Fix[] {
  if (run.parent || shell.script.form === 'exec') return [];
  const { source } = file.tree;
  const program = file.shellProgram(run).words[0] ?? '/bin/sh';
  const image = file.stageOf(run)?.image?.text ?? '';
  const known = /(?:^|\/)(?:bash|zsh|ksh|ash)$/.test(program);
  const choice = known ? program : /alpine|busybox/.test(image) ? '/bin/ash' : '/bin/bash';
  const keyword = run.keyword.text === run.name ? 'SHELL' : 'shell';
  const feed = lineEndAt(source, run.start);
  const text = `${keyword} ["${choice}", "-o", "pipefail", "-c"]${feed}`;
  return [
    fix(
      `Set pipefail with SHELL ["${choice}", …]`,
      [{ span: lineAbove(file, run), text }],
      'unsafe',
    ),
  ];
}
