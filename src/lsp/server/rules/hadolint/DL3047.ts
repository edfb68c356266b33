import type { Dockerfile } from '../../model/dockerfile.ts';
import { argument, hasFlag } from '../../shell/command.ts';
import type { Rule } from '../rule.ts';
import { addWord } from './shellFixes.ts';
import type { Site } from './sites.ts';
import { everyCommand } from './sites.ts';

const QUIET = 'progress q quiet nv no-verbose o output-file a append-output'.split(' ');

export const DL3047: Rule = {
  id: 'DL3047',
  severity: 'info',
  title: 'Let wget show little progress',
  why: `Where there is no terminal, wget writes a line for every 50 KB, so that one large file fills the log of the
build. \`--progress=dot:giga\` writes one for every 32 MB; \`-q\` and \`-nv\` write none. BusyBox's wget, which Alpine
has, knows only \`-q\` of these.`,
  examples: [
    {
      bad: 'FROM debian:12\nRUN wget https://example.com/big.tar.gz\n',
      good: 'FROM debian:12\nRUN wget --progress=dot:giga https://example.com/big.tar.gz\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.22\nRUN wget https://example.com/big.tar.gz\n',
      good: 'FROM alpine:3.22\nRUN wget -q https://example.com/big.tar.gz\n',
      fixed: true,
    },
  ],
  check: everyCommand(['wget'], (command, site) => {
    if (command.args.length === 0) return undefined;
    if (hasFlag(command, ...QUIET) || argument(command, '-nv')) return undefined;
    // BusyBox's wget knows none of the others.
    const words = hasBusybox(site) ? ['-q'] : ['--progress=dot:giga', '-q', '-nv'];
    const [first = ''] = words;
    return {
      span: { start: command.program.start, end: command.program.end },
      message: `The progress of this fills the log of the build. Add ${words.join(' or ')}.`,
      fixes: addWord(site, command, command.program, first, 'safe'),
    };
  }),
};

/** Whether the image is Alpine or another small one, by its name or because apk is used in it. */
function hasBusybox({ file, run }: Site): boolean {
  const stage = file.stageOf(run);
  const chain = stage ? file.chain(stage) : [];
  if (/alpine|busybox/.test(chain.at(-1)?.image?.text ?? '')) return true;
  const withApk = file.once(stagesWithApk);
  return chain.some(({ index }) => withApk.has(index));
}

function stagesWithApk(file: Dockerfile): ReadonlySet<number> {
  return new Set(
    file
      .commands()
      .get('apk')
      ?.map(({ run }) => run.stage),
  );
}
