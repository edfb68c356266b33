import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isAbsent } from '../../../util/absent.ts';
import { kindOf, walkContext } from '../../../util/contextFiles.ts';
import { parseDockerignore } from '../../../util/dockerignore.ts';
import { cleanPath, compileGlob, hasWildcards } from '../../../util/goPath.ts';
import type { BuildContext, ContextEntry } from '../rules/rule.ts';
import { findIgnoreFile } from './ignoreFile.ts';
import type { Overlay } from './ignoreFile.ts';
import { resolveInside } from './paths.ts';

/** Larger files aren't read, in bytes. */
const LARGEST_READ = 1024 * 1024;
/** How many entries of one directory are told. */
const MOST_ENTRIES = 20_000;

/**
 * Opens the files of a build context for rules and features. Nothing is read but the ignore file; each directory is
 * read when it is asked for, once in this object's life, which should be short. Links that lead out are not followed.
 * @param root the context's folder, absolute
 * @param dockerfile absolute; its own ignore file goes before that of the root
 * @param overlay texts of open documents, for the ignore file
 * @throws what reading the ignore file throws, unless it isn't there
 */
export async function openContext(
  root: string,
  dockerfile: string | undefined,
  overlay?: Overlay,
): Promise<BuildContext> {
  const found = await findIgnoreFile(root, dockerfile, overlay);
  const patterns = found?.patterns ?? parseDockerignore('');
  const listings = new Map<string, Promise<readonly ContextEntry[]>>();
  let sent: ReturnType<BuildContext['sent']> | undefined;

  const list = (directory: string): Promise<readonly ContextEntry[]> => {
    const path = inside(directory);
    const known = listings.get(path) ?? readEntries(root, path);
    listings.set(path, known);
    return known;
  };
  const kind: BuildContext['kind'] = async (path) => {
    const there = await resolveInside(root, inside(path));
    return there && (there.kind === 'file' || there.kind === 'directory' ? there.kind : 'other');
  };
  return {
    root,
    dockerfile: dockerfile === undefined ? undefined : pathIn(root, dockerfile),
    ignoreFile: found?.name,
    ignorePath: found?.path,
    ignoreText: found?.text,
    ignoredBy: (path) => {
      const { ignored, by } = patterns.decide(inside(path));
      return ignored ? by?.text : undefined;
    },
    hasExceptions: patterns.hasExceptions,
    kind,
    list,
    glob: (pattern, limit) => glob(list, kind, inside(pattern), limit),
    async read(path) {
      const there = await resolveInside(root, inside(path));
      if (there?.kind !== 'file') return undefined;
      const file = join(root, there.path);
      if ((await stat(file)).size > LARGEST_READ) return undefined;
      const text = await readFile(file, 'utf8');
      return text.includes('\0') ? undefined : text;
    },
    sent: () => (sent ??= sentFiles(root, patterns)),
  };
}

/** How many files of a context are looked at to find those that don't belong there. */
const MOST_SENT = 20_000;
/** Folders of so many files that nothing else would be looked at. */
const CLOSED = new Set(['.git', 'node_modules']);

async function sentFiles(
  root: string,
  ignore: ReturnType<typeof parseDockerignore>,
): ReturnType<BuildContext['sent']> {
  const paths: string[] = [];
  let complete = true;
  const walk = walkContext(root, {
    ignore,
    limit: MOST_SENT,
    closed: CLOSED,
    onUnreadable: () => {
      // What can't be read here can't be sent either: the build would fail there.
      complete = false;
    },
  });
  let step = await walk.next();
  for (; !step.done; step = await walk.next())
    if (!step.value.ignored && step.value.kind !== 'directory') paths.push(step.value.path);
  return { paths, complete: complete && step.value === 'complete' };
}

/** A path of COPY relative to the context: absolute ones begin at its root, and nothing is above that. */
function inside(path: string): string {
  return cleanPath(`/${path}`).slice(1) || '.';
}

/** A file's path in a folder, with `/` between its parts; undefined when it is elsewhere. */
function pathIn(root: string, file: string): string | undefined {
  const path = relative(root, file);
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)
    ? undefined
    : path.split(sep).join('/');
}

async function readEntries(root: string, directory: string): Promise<readonly ContextEntry[]> {
  const there = await resolveInside(root, directory);
  if (there?.kind !== 'directory') return [];
  try {
    const entries = await readdir(join(root, there.path), { withFileTypes: true });
    return entries
      .slice(0, MOST_ENTRIES)
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // It went away between the two.
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function glob(
  list: (directory: string) => Promise<readonly ContextEntry[]>,
  kind: BuildContext['kind'],
  pattern: string,
  limit: number,
): Promise<readonly string[]> {
  let found = ['.'];
  for (const part of pattern.split('/')) {
    const matches = hasWildcards(part) ? compileGlob(part) : undefined;
    // A malformed pattern matches nothing; the builder says what is wrong with it.
    if (hasWildcards(part) && !matches) return [];
    const next: string[] = [];
    for (const directory of found) {
      const path = (name: string) => (directory === '.' ? name : `${directory}/${name}`);
      if (matches) {
        for (const { name } of await list(directory)) {
          if (matches(name)) next.push(path(name));
        }
      } else {
        const literal = path(part.replace(/\\(.)/g, '$1'));
        if (await kind(literal)) next.push(literal);
      }
      // In front of the last part more are of no use either: each leads to a match at best.
      if (next.length >= Math.max(limit, MOST_BRANCHES)) break;
    }
    found = next;
  }
  return found.slice(0, limit);
}

/** How many directories a pattern is followed into. */
const MOST_BRANCHES = 500;
