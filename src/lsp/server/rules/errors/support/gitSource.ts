import { percentDecoded } from '../../../../../util/percentDecoded.ts';
import { nearest, shown } from './suggest.ts';

/** What BuildKit reads of the address of a Git source, beside the repository's. */
export interface GitSource {
  /** The commit that is wanted. */
  readonly checksum: string | undefined;
  /** Whether the address says that the repository's own data is kept; undefined when it says nothing of it. */
  readonly keepGitDir: boolean | undefined;
  /** Why the builder refuses it. */
  readonly problems: readonly GitProblem[];
}

export interface GitProblem {
  readonly message: string;
  /** Where it is, as offsets in the source. */
  readonly from: number;
  readonly to: number;
  /** What was meant instead. */
  readonly meant?: string;
}

interface Parameter {
  readonly key: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

const KEYS = 'ref tag branch commit checksum subdir keep-git-dir submodules'.split(' ');
/** These two may stand without a value, which means yes. */
const SWITCHES: ReadonlySet<string> = new Set(['keep-git-dir', 'submodules']);
const TRUE: ReadonlySet<string> = new Set('1 t T TRUE true True'.split(' '));
const FALSE: ReadonlySet<string> = new Set('0 f F FALSE false False'.split(' '));

/**
 * Reads `…?key=value&…#ref:subdir` of a source that ADD clones (BuildKit's dfgitutil, GitRef.loadQuery). The source is
 * as it is after variables are replaced.
 */
export function readGitSource(source: string): GitSource {
  const hash = source.indexOf('#');
  const [ref = '', ...subdir] = hash < 0 ? [] : source.slice(hash + 1).split(':');
  const before = hash < 0 ? source : source.slice(0, hash);
  const mark = before.indexOf('?');
  const parameters = mark < 0 ? [] : parametersOf(before, mark + 1);
  const named = new Map(parameters.map((one) => [one.key, one]));
  const value = (key: string) => named.get(key)?.value ?? '';
  const problems: GitProblem[] = [];
  const report = (message: string, { from, to }: Pick<Parameter, 'from' | 'to'>, meant?: string) =>
    problems.push({ message, from, to, ...(meant === undefined ? {} : { meant }) });
  const seen = new Set<string>();
  for (const one of parameters) {
    const { key, value: text } = one;
    if (!KEYS.includes(key)) {
      const meant = nearest(key, KEYS);
      const hint = meant === undefined ? `It is one of ${KEYS.join(', ')}.` : `Is it ${meant}?`;
      report(
        `A Git source has no “${shown(key)}”. ${hint}`,
        { ...one, to: one.from + key.length },
        meant,
      );
    } else if (seen.has(key)) report(`${key} is given twice.`, one);
    else if (text === '' && !SWITCHES.has(key)) report(`${key} has no value.`, one);
    else if (SWITCHES.has(key) && text !== '' && !TRUE.has(text) && !FALSE.has(text))
      report(`${key} is true or false, not “${shown(text)}”.`, one);
    seen.add(key);
  }
  const fragment = { from: hash, to: source.length };
  const differ = (what: string, one: string, other: string) =>
    `This names two ${what}: ${shown(one)} and ${shown(other)}.`;
  let wanted = ref;
  for (const [key, prefix] of [
    ['ref', ''],
    ['tag', 'refs/tags/'],
    ['branch', 'refs/heads/'],
  ] as const) {
    const text = value(key);
    const place = named.get(key);
    if (text === '' || !place) continue;
    const full = text.startsWith(prefix) ? text : prefix + text;
    if (wanted !== '' && wanted !== full) report(differ('refs', wanted, full), place);
    wanted = full;
  }
  const folder = subdir.join(':');
  if (folder !== '' && value('subdir') !== '' && folder !== value('subdir'))
    report(differ('folders', value('subdir'), folder), fragment);
  const keep = named.get('keep-git-dir');
  return {
    checksum: value('checksum') || value('commit') || undefined,
    keepGitDir: keep && (keep.value === '' || TRUE.has(keep.value)),
    problems,
  };
}

/** The parts of a query as Go's url.ParseQuery reads them: what can't be decoded isn't there. */
function parametersOf(text: string, start: number): Parameter[] {
  const found: Parameter[] = [];
  let from = start;
  for (const part of text.slice(start).split('&')) {
    const to = from + part.length;
    const equals = part.indexOf('=');
    const key = decoded(equals < 0 ? part : part.slice(0, equals));
    const value = decoded(equals < 0 ? '' : part.slice(equals + 1));
    if (part !== '' && !part.includes(';') && key !== undefined && value !== undefined)
      found.push({ key, value, from, to });
    from = to + 1;
  }
  return found;
}

function decoded(text: string): string | undefined {
  if (/%(?![\da-f]{2})/i.test(text)) return undefined;
  // Bytes that are no UTF-8 stay what they are: none of the names holds such.
  return percentDecoded(text.replaceAll('+', ' '));
}
