import { boundSources, copiesOf } from '../../context/sources.ts';
import type { Source } from '../../context/sources.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
import type { Instruction, Word } from '../../parser/tree.ts';
import { beginningsIn } from '../swallowed.ts';
import { isToldIgnored } from '../buildkit/copyIgnoredFile.ts';
import { nearestName } from './nearestName.ts';
import { keywordAgain } from './repeatedKeyword.ts';

/** A file that a build would not find. */
export const sourceNotFound: Rule = {
  id: 'stevedore/source-not-found',
  severity: 'warning',
  title: 'A source of COPY, ADD or a mount is not in the build context',
  why: 'Sources are looked for in the build context, the folder that is given to the build, and not beside the Dockerfile or in the folder that the command runs in. The build stops at a source that is not there; a pattern that matches nothing copies nothing, in silence.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nCOPY requirments.txt /app/\n',
      good: 'FROM alpine:3.20\nCOPY requirements.txt /app/\n',
      files: { 'requirements.txt': 'flask\n' },
      fixed: true,
    },
    {
      bad: 'FROM eclipse-temurin:21.0.4_7-jre\nCOPY build/lib/*.jar /app/\n',
      good: 'FROM eclipse-temurin:21.0.4_7-jre\nCOPY build/libs/*.jar /app/\n',
      files: { 'build/libs/app.jar': '' },
    },
    {
      bad: 'FROM alpine:3.20\nCOPY README.md /app/\n',
      good: 'FROM alpine:3.20\nCOPY src /app/\n',
      files: { '.dockerignore': '*\n!src\n', 'README.md': '', 'src/main.sh': '' },
    },
    {
      bad: 'FROM node:22.11.0\nWORKDIR /app\nRUN --mount=type=bind,source=package-lock.jsn,target=package-lock.json npm ci\n',
      good: 'FROM node:22.11.0\nWORKDIR /app\nRUN --mount=type=bind,source=package-lock.json,target=package-lock.json npm ci\n',
      files: { 'package-lock.json': '{}\n' },
      fixed: true,
    },
  ],
  check: () => [],
  async checkContext(file, context) {
    const copied = file
      .once(copiesOf)
      .filter(({ fromContext, instruction }) => fromContext && !isMisread(instruction))
      .flatMap(({ sources, count }) =>
        sources.map((source) => missing(source, context, { alone: count === 1 })),
      );
    const bound = boundSources(file).map((source) => missing(source, context, { bound: true }));
    const found = await Promise.all([...copied, ...bound]);
    return found.flatMap((finding) => finding ?? []);
  },
};

/** Whether the words of a COPY or ADD are a second keyword, or another instruction: of those it is said on their own. */
const isMisread = (instruction: Instruction): boolean =>
  keywordAgain(instruction) !== undefined || beginningsIn(instruction).length > 0;

/** Whether a source is the only one of its COPY or ADD, or is bound by a mount. */
interface Use {
  readonly alone?: boolean;
  readonly bound?: boolean;
}

async function missing(
  source: Source,
  context: BuildContext,
  { alone = false, bound = false }: Use,
): Promise<Finding | undefined> {
  const { text, path, word } = source;
  if (text === undefined || path === undefined || path === '.') return undefined;
  const line = context.ignoredBy(path);
  if (line !== undefined) {
    // BuildKit's CopyIgnoredFile tells of most that are copied, unless the ignore file makes exceptions.
    const isTold = !bound && (source.wildcards || isToldIgnored(text, context));
    return isTold ? undefined : leftOut(word, path, line, context);
  }
  if (source.wildcards) {
    if (!alone || isOptional(path) || (await context.glob(path, 1)).length > 0) return undefined;
    const message = `Nothing in the build context matches ${quoted(path)}: no file is copied.`;
    return { span: word, message };
  }
  if ((await context.kind(path)) !== undefined) return undefined;
  const slash = path.lastIndexOf('/');
  const directory = slash < 0 ? '.' : path.slice(0, slash);
  const siblings = (await context.list(directory)).map(({ name }) => name);
  const guess = nearestName(path.slice(slash + 1), siblings);
  const hint = guess === undefined ? '' : ` Did you mean ${quoted(guess)}?`;
  const message = `There is no ${quoted(path)} in the build context.${hint}`;
  const at = word.text.lastIndexOf(path.slice(slash + 1));
  if (guess === undefined || at < 0 || word.end - word.start !== word.text.length)
    return { span: word, message };
  const start = word.start + at;
  const span = { start, end: start + path.length - slash - 1 };
  return {
    span: word,
    message,
    fixes: [{ title: `Change to ${guess}`, edits: [{ span, text: guess }] }],
  };
}

/** What is there of a path that a line of the ignore file leaves out. In a directory an exception may leave something. */
async function leftOut(
  word: Word,
  path: string,
  line: string,
  context: BuildContext,
): Promise<Finding | undefined> {
  const kind = await context.kind(path);
  if (kind === 'directory' && context.hasExceptions) return undefined;
  const message =
    kind === undefined
      ? `There is no ${quoted(path)} in the build context.`
      : `${quoted(path)} is left out of the build context by the line ${quoted(line)} of ${context.ignoreFile}.`;
  return { span: word, message };
}

/** The idioms for a file that may be absent: `package-lock.json*`, and a class that spells out a letter. */
function isOptional(path: string): boolean {
  return /[^/*?]\*$/.test(path) || /\[[^\]]+\]/.test(path);
}

const quoted = (path: string) => `"${path.slice(0, 200)}"`;
