import { posix } from 'node:path';
import { groupBy } from '../../../../util/multimap.ts';
import { copiesOf } from '../../context/sources.ts';
import type { Copy } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { readString } from '../../parser/json.ts';
import type { Instruction, Stage } from '../../parser/tree.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
import { baseRepository, DISTRIBUTIONS } from './baseRepository.ts';
import { entrypointFor, execWords, isForUnknown } from './commandOf.ts';
import { resolved, targetOf } from './copyTarget.ts';

/** A script of the build context that no kernel starts, as what the container runs. */
export const scriptNotRunnable: Rule = {
  id: 'stevedore/script-not-runnable',
  severity: 'error',
  title: 'The script that the container runs cannot be started',
  why: 'In the exec form the kernel starts a script by its first line, `#!/bin/sh`. With the line ends of Windows it asks for `/bin/sh\\r`, and the container ends with `no such file or directory` though the script is there: save it with LF, and have git keep it so (`*.sh text eol=lf` in `.gitattributes`). Without such a line it ends with `exec format error`.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nCOPY windows.sh /entrypoint.sh\nENTRYPOINT ["/entrypoint.sh"]\n',
      good: 'FROM alpine:3.20\nCOPY unix.sh /entrypoint.sh\nENTRYPOINT ["/entrypoint.sh"]\n',
      files: { 'windows.sh': '#!/bin/sh\r\nexec app\r\n', 'unix.sh': '#!/bin/sh\nexec app\n' },
    },
    {
      bad: 'FROM alpine:3.20\nWORKDIR /app\nCOPY start.sh .\nCMD ["./start.sh"]\n',
      good: 'FROM alpine:3.20\nWORKDIR /app\nCOPY start.sh .\nCMD ["sh", "./start.sh"]\n',
      files: { 'start.sh': 'exec app\n' },
    },
  ],
  check: () => [],
  async checkContext(file, context) {
    const found = await Promise.all(
      file.tree.stages.map(async (stage) => findingIn(file, stage, context)),
    );
    return found.flatMap((finding) => finding ?? []);
  },
};

/** Names of scripts; a program of another kind begins in its own way. */
const SCRIPT = /\.(?:sh|bash|py|rb|pl|js)$|entrypoint$/i;
/** Where programs without a path are looked for. */
const BIN = /^(?:\/usr(?:\/local)?)?\/s?bin$/;
/** What a RUN does that may make another file of it. */
const CHANGES =
  /dos2unix|fromdos|unix2|\\r|\b(?:sed|tr|perl|awk|mv|cp|ln|rsync|patch|git|tee|envsubst)\b/;
const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|[gx]z|bz2|zst)$/i;

async function findingIn(
  file: Dockerfile,
  stage: Stage,
  context: BuildContext,
): Promise<Finding | undefined> {
  const { instructions } = stage;
  const last = (asked: string) => instructions.findLast(({ name }) => name === asked);
  const instruction = last('ENTRYPOINT') ?? last('CMD');
  const end = instructions.at(-1);
  if (!instruction || !end || isForUnknown(file, instruction)) return undefined;
  if (instruction.name === 'CMD' && entrypointFor(file, instruction)) return undefined;
  const [word] = execWords(instruction, file.tree.escape);
  const program = word && readString(word.text);
  if (!program || !SCRIPT.test(program)) return undefined;
  const source = await sourceOf(file, stage, program, end, context);
  const text = source === undefined ? undefined : await context.read(source);
  if (source === undefined || text === undefined) return undefined;
  const [first = ''] = text.split('\n', 1);
  const why = first.startsWith('#!') ? withReturn(first) : bare(file, stage, instruction, first);
  if (why === undefined) return undefined;
  const message = `${JSON.stringify(source.slice(0, 200))} ${why}`;
  return { span: { start: word.start, end: word.end }, message };
}

/** What the carriage return does at the end of the line that names the interpreter. */
function withReturn(first: string): string | undefined {
  if (!first.endsWith('\r')) return undefined;
  const becomes = (what: string) =>
    `has the line ends of Windows, so its ${what}. Save it with LF.`;
  // This takes it for a blank, and so do all but shells in what follows.
  if (/env\s+-S/.test(first))
    return /\b(?:ba|da|a|z|k)?sh\b/.test(first)
      ? becomes('shell takes “\\r” for a part of each command')
      : undefined;
  const [, option] = /\s(-\S{1,60})\r$/.exec(first) ?? [];
  if (option === undefined) return becomes('interpreter is not found: “no such file or directory”');
  // Perl drops it from its options.
  return /\bperl/.test(first)
    ? undefined
    : becomes(`interpreter refuses the option “${option}\\r”`);
}

/** Of a script without an interpreter, where the kernel is what starts it: a shell would run it all the same. */
function bare(file: Dockerfile, stage: Stage, { name }: Instruction, first: string) {
  const { repository = '' } = baseRepository(file, stage) ?? {};
  if (name === 'CMD' && !DISTRIBUTIONS.test(repository)) return undefined;
  // What git-lfs has in its place until it is fetched says nothing of it.
  if (first.startsWith('version https://git-lfs')) return undefined;
  if (first.startsWith('\uFEFF#!'))
    return 'begins with a byte order mark, not with “#!”: “exec format error”. Save it as UTF-8 without one.';
  return 'does not begin with “#!” and an interpreter: “exec format error”.';
}

/** The file of the build context that lies at a program's path in the end, if nothing may have changed it. */
async function sourceOf(
  file: Dockerfile,
  stage: Stage,
  program: string,
  end: Instruction,
  context: BuildContext,
): Promise<string | undefined> {
  const path = program.includes('/') ? resolved(file, end, program) : program;
  if (path === undefined) return undefined;
  const copies = file.once(copiesByStage).get(stage.index)?.toReversed() ?? [];
  for (const copy of copies) {
    const paths = pathsIn(file, copy, path);
    if (!paths) return undefined;
    for (const source of paths) {
      if (context.ignoredBy(source) !== undefined) continue;
      if ((await context.kind(source)) !== 'file') continue;
      return isChanged(stage, copy, path) ? undefined : source;
    }
  }
  return undefined;
}

const copiesByStage = (file: Dockerfile): ReadonlyMap<number, readonly Copy[]> =>
  groupBy(file.once(copiesOf), ({ instruction }) => instruction.stage);

function isChanged({ instructions }: Stage, { instruction }: Copy, path: string): boolean {
  const name = posix.basename(path);
  return instructions.some((one) => {
    if (one.name !== 'RUN' || one.start < instruction.start) return false;
    const { text } = one.logical;
    if (one.heredocs.length > 0 || CHANGES.test(text)) return true;
    const isMeant = text.includes(name) || text.includes(`*${posix.extname(name)}`);
    return isMeant && !/\bch(?:mod|own)\b/.test(text);
  });
}

/** What a COPY may have put at a path: none where it puts nothing there, undefined where that isn't known. */
function pathsIn(file: Dockerfile, copy: Copy, path: string): string[] | undefined {
  const { instruction, sources, count, fromContext } = copy;
  const written = targetOf(file, instruction);
  const target = written === undefined ? undefined : resolved(file, instruction, written);
  if (target === undefined) return undefined;
  // A program without a path may be in any of the folders for them.
  const isNamed = !path.includes('/');
  const folder = [target, posix.dirname(target)].find((one) => BIN.test(one));
  if (isNamed && !folder) return '/usr/local'.startsWith(target) ? undefined : [];
  const at = isNamed ? posix.join(folder ?? '', path) : path;
  if (at !== target && !at.startsWith(target === '/' ? '/' : `${target}/`)) return [];
  const isPlain = sources.every(
    (one) =>
      one.path !== undefined &&
      !one.wildcards &&
      !(instruction.name === 'ADD' && ARCHIVE.test(one.path)),
  );
  const isOdd = instruction.flags.some(({ name }) => name === 'parents' || name === 'exclude');
  if (!fromContext || sources.length !== count || !isPlain || isOdd) return undefined;
  const below = posix.relative(target, at);
  return sources.flatMap(({ path: source = '' }) => {
    // A file by that name, one in the folder, or one of a folder that is copied.
    if (below === '') return [source];
    return [...(posix.basename(source) === below ? [source] : []), posix.join(source, below)];
  });
}
