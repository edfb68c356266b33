import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Range, TextDocument } from 'vscode-languageserver-textdocument';
import { TextDocument as Documents } from 'vscode-languageserver-textdocument';
import { fileOf } from '../../context/fileOf.ts';
import { parse } from '../../parser/parse.ts';
import type { Span, Tree } from '../../parser/tree.ts';
import { pairsOf } from '../../parser/words.ts';
import { languageOf } from '../../languages.ts';
import type { Build, Text } from './builds.ts';

/** A word of a compose file, and the place in a Dockerfile that it means. */
export interface Meant {
  readonly word: Text;
  readonly uri: string;
  /** Undefined for the file as a whole. */
  readonly range: Range | undefined;
}

/** Larger files aren't read, in bytes. */
const LARGEST = 1024 * 1024;
const MOST_BUILDS = 200;

/**
 * What the builds of a compose file refer to: Dockerfiles that are there, their stages and arguments.
 * @param openText text of a file that an editor has open
 */
export async function meaningsIn(
  document: TextDocument,
  openText: (path: string) => string | undefined,
): Promise<Meant[]> {
  const path = fileOf(document.uri);
  if (languageOf(document) !== 'compose' || path === undefined) return [];
  const folder = dirname(path);
  const { buildsOf } = await import('./builds.ts');
  const builds = buildsOf(document.getText()).slice(0, MOST_BUILDS);
  const found = await Promise.all(builds.map((build) => meaningsOf(build, folder, openText)));
  // What builds share by an anchor means what it does for the first of them.
  const firsts = new Map<number, Meant>();
  for (const one of found.flat()) if (!firsts.has(one.word.start)) firsts.set(one.word.start, one);
  return [...firsts.values()];
}

async function meaningsOf(
  build: Build,
  folder: string,
  openText: (path: string) => string | undefined,
): Promise<Meant[]> {
  const context = build.context?.text ?? '.';
  const name = build.dockerfile?.text ?? 'Dockerfile';
  // Variables are the environment's, and a context elsewhere is the builder's to fetch.
  if (/\$|^[a-z][a-z\d+.-]*:\/\/|^git@/i.test(context) || name.includes('$')) return [];
  const path = within(within(folder, context), name);
  const text = openText(path) ?? (await readText(path));
  if (text === undefined) return [];
  const dockerfile = Documents.create(pathToFileURL(path).href, 'dockerfile', 0, text);
  const tree = parse(text);
  const { uri } = dockerfile;
  const range = (span: Span | undefined): Range | undefined =>
    span && { start: dockerfile.positionAt(span.start), end: dockerfile.positionAt(span.end) };
  const file = build.dockerfile ?? build.context;
  const target = build.target && stageSpan(tree, build.target.text);
  return [
    ...(file ? [{ word: file, uri, range: undefined }] : []),
    ...(build.target && target ? [{ word: build.target, uri, range: range(target) }] : []),
    ...build.args.flatMap((word) => {
      const span = argumentSpan(tree, word.text);
      return span ? [{ word, uri, range: range(span) }] : [];
    }),
  ];
}

const within = (folder: string, path: string): string =>
  isAbsolute(path) ? path : join(folder, path);

async function readText(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > LARGEST) return undefined;
    return await readFile(path, 'utf8');
  } catch {
    // It isn't there or can't be read: then nothing links to it.
    return undefined;
  }
}

function stageSpan({ stages }: Tree, target: string): Span | undefined {
  const key = target.toLowerCase();
  const stage =
    stages.findLast(({ name }) => name?.text.toLowerCase() === key) ??
    (/^\d{1,6}$/.test(key) ? stages[Number(key)] : undefined);
  return stage && (stage.name ?? stage.from.keyword);
}

/** The first ARG of the name, which is where it is declared for all that follows. */
function argumentSpan(tree: Tree, name: string): Span | undefined {
  for (const instruction of tree.instructions) {
    if (instruction.name !== 'ARG') continue;
    const found = pairsOf(instruction, tree.escape).find(({ key }) => key.text === name);
    if (found) return found.key;
  }
  return undefined;
}
