import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hover, Position } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { parseDockerignore } from '../../../../util/dockerignore.ts';
import { code, count, formatBytes } from '../../../../util/format.ts';
import { rangeOf } from './diagnostics.ts';
import type { Listing } from './survey.ts';

/** How many names are shown, and of how many files the size is asked. */
const MOST_NAMES = 8;
const MOST_SIZED = 2000;

/** What the pattern under the pointer matches, how much that is, and what has the last word. */
export async function ignoreHover(
  document: TextDocument,
  { line }: Position,
  root: string,
  { files, complete }: Listing,
): Promise<Hover | null> {
  const ignore = parseDockerignore(document.getText());
  const pattern = ignore.patterns.find((one) => one.line === line);
  if (!pattern) return null;
  const range = rangeOf(document, pattern);
  const say = (...parts: readonly (string | undefined)[]): Hover => ({
    range,
    contents: {
      kind: 'markdown',
      value: parts.filter((part) => part !== undefined && part !== '').join('\n\n'),
    },
  });
  if (pattern.problem !== undefined)
    return say(`This pattern is malformed: ${pattern.problem}. The builder refuses the file.`);
  const matched = files.filter(({ path }) => pattern.matches(path));
  const plain = matched.filter(({ kind }) => kind !== 'directory');
  const more = complete ? '' : 'at least ';
  const verb = pattern.exception ? 'Takes back' : 'Leaves out';
  if (matched.length === 0)
    return say(
      complete
        ? 'Nothing in the build context matches this pattern.'
        : 'None of the files looked at matches; the context has more.',
    );
  const size = await sizeOf(
    root,
    plain.map(({ path }) => path),
  );
  const others = new Map<string, number>();
  let decided = 0;
  for (const { path } of plain) {
    const { by } = ignore.decide(path);
    if (by?.line === line) decided++;
    else if (by) {
      const name = `${code(by.text)} on line ${by.line + 1}`;
      others.set(name, (others.get(name) ?? 0) + 1);
    }
  }
  // What lies in a directory that is shown needs no line of its own.
  const shown: string[] = [];
  for (const { path, kind } of matched) {
    if (shown.some((one) => one.endsWith('/') && path.startsWith(one))) continue;
    shown.push(kind === 'directory' ? `${path}/` : path);
    if (shown.length > MOST_NAMES) break;
  }
  const names = shown.slice(0, MOST_NAMES).map((path) => `- ${code(path)}`);
  if (shown.length > MOST_NAMES) names.push('- …');
  return say(
    `${verb} ${more}${count(plain.length, 'file')}, ${size}.`,
    names.join('\n'),
    ...[...others].map(([by, number]) => `${by} decides about ${count(number, 'file')} of them.`),
    decided === 0 && plain.length > 0 && others.size === 0
      ? 'It changes nothing: they are sent in any case.'
      : undefined,
  );
}

async function sizeOf(root: string, paths: readonly string[]): Promise<string> {
  const sizes = await Promise.all(
    paths.slice(0, MOST_SIZED).map(async (path) => {
      try {
        return (await lstat(join(root, path))).size;
      } catch {
        // It has gone meanwhile and weighs nothing.
        return 0;
      }
    }),
  );
  const sum = sizes.reduce((total, size) => total + size, 0);
  return `${paths.length > MOST_SIZED ? 'over ' : ''}${formatBytes(sum)}`;
}
