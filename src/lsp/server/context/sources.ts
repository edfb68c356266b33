import { parseDockerignore } from '../../../util/dockerignore.ts';
import { cleanPath, hasWildcards } from '../../../util/goPath.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import { expand } from '../model/expand.ts';
import { readString } from '../parser/json.ts';
import type { Flag, Instruction, Word } from '../parser/tree.ts';
import { mountFields } from '../parser/mounts.ts';
import { argumentWords } from '../parser/words.ts';

/** What COPY and ADD take and where they put it. */
export interface Copy {
  readonly instruction: Instruction;
  /** Files of the build context, or of the stage that `--from` names; no URLs and heredocs. */
  readonly sources: readonly Source[];
  /** How many sources there are, URLs and heredocs included. */
  readonly count: number;
  readonly target: Source | undefined;
  /** It takes files of the build context. */
  readonly fromContext: boolean;
}

export interface Source {
  /** In a JSON form with its quotes. */
  readonly word: Word;
  /** Without quotes and escapes, `/` between folders; undefined with a variable, whose value a build may set. */
  readonly text: string | undefined;
  /** Cleaned and relative to the context's root, for sources without variables. */
  readonly path: string | undefined;
  readonly wildcards: boolean;
}

const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)|\.git(?:#|$)/i;

/** Reads every COPY and ADD of a file, those that ONBUILD triggers aside: they belong to another build. */
export function copiesOf(file: Dockerfile): readonly Copy[] {
  return file
    .all('COPY', 'ADD')
    .filter(({ parent }) => parent === undefined)
    .map((instruction) => readCopy(instruction, file.tree.escape));
}

/**
 * Tells of the files in a folder that a COPY or ADD takes which of them its `--exclude` keeps out: patterns as those of an
 * ignore file, but for paths in the folder, and none begins with a slash. With `--parents` those of the context count, too.
 * @param folder relative to the context, as a source's `path`
 */
export function excludedFrom({ flags }: Instruction, folder: string): (path: string) => boolean {
  const patterns = flags
    .filter(({ name, plain }) => name === 'exclude' && plain.includes('='))
    .map(({ plain }) => plain.slice(plain.indexOf('=') + 1))
    .filter((pattern) => !pattern.startsWith('/'));
  if (patterns.length === 0) return () => false;
  const { decide } = parseDockerignore(patterns.join('\n'));
  const start = folder === '.' ? 0 : folder.length + 1;
  const byWhole = flags.some(({ name }) => name === 'parents');
  return (path) => decide(path.slice(start)).ignored || (byWhole && decide(path).ignored);
}

/** Reads one COPY or ADD. */
function readCopy(instruction: Instruction, escape: string): Copy {
  const words = argumentWords(instruction, escape).map((word) =>
    sourceOf(word, instruction.json, escape),
  );
  const target = words.length > 1 ? words.at(-1) : undefined;
  const sources = words.slice(0, -1);
  return {
    instruction,
    sources: sources.filter(
      ({ word, text }) =>
        !/^\d*<<-?/.test(word.text) &&
        !(instruction.name === 'ADD' && REMOTE.test(text ?? word.text)),
    ),
    count: sources.length,
    target,
    fromContext: !instruction.flags.some(({ name }) => name.toLowerCase() === 'from'),
  };
}

function sourceOf(word: Word, json: boolean, escape: string): Source {
  const written = json ? readString(word.text) : word.text;
  // A file that escapes with the backtick does so because in it the backslash parts folders, as Windows has it.
  const raw = escape === '`' ? written.replaceAll('\\', '/') : written;
  const { references, error, value } = expand(raw, () => '', { escape });
  const text = references.length > 0 || error ? undefined : value;
  return {
    word,
    text,
    path: text === undefined ? undefined : cleanPath(`/${text}`).slice(1) || '.',
    wildcards: hasWildcards(raw),
  };
}

/**
 * What RUN binds of the build context: `source` of each mount whose type is bind, as it is without one, and that takes no
 * stage's files. Those that ONBUILD triggers belong to another build.
 */
export function boundSources(file: Dockerfile): readonly Source[] {
  const runs = file.all('RUN').filter(({ parent }) => parent === undefined);
  return runs.flatMap((run) =>
    run.flags
      .filter(({ name }) => name === 'mount')
      .flatMap((flag) => boundBy(flag, run, file.tree.escape)),
  );
}

function boundBy(flag: Flag, run: Instruction, escape: string): Source[] {
  const fields = new Map(
    mountFields(flag, run).map(({ key, value }) => [key.text.toLowerCase(), value]),
  );
  const type = fields.get('type')?.text.toLowerCase() ?? 'bind';
  const source = fields.get('source') ?? fields.get('src');
  if (type !== 'bind' || !source?.text || fields.get('from')?.text) return [];
  // What has an asterisk in its name is looked for by that name.
  return [{ ...sourceOf(source, false, escape), wildcards: false }];
}

/** The files of the build context that a Dockerfile names without variables and wildcards. */
export function literalSources(file: Dockerfile): string[] {
  const copied = file.once(copiesOf).filter(({ fromContext }) => fromContext);
  return [...copied.flatMap(({ sources }) => sources), ...boundSources(file)].flatMap(
    ({ path, wildcards }) => (path === undefined || wildcards ? [] : [path]),
  );
}
