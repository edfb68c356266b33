import { copiesOf } from '../../context/sources.ts';
import type { Copy, Source } from '../../context/sources.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
import { nearestName } from './nearestName.ts';

/** A file that a build would not find. */
export const sourceNotFound: Rule = {
  id: 'stevedore/source-not-found',
  severity: 'warning',
  title: 'A source of COPY or ADD is not in the build context',
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
  ],
  check: () => [],
  async checkContext(file, context) {
    const found = file
      .once(copiesOf)
      .filter(({ fromContext }) => fromContext)
      .flatMap((copy) => copy.sources.map((source) => missing(copy, source, context)));
    return (await Promise.all(found)).flatMap((finding) => finding ?? []);
  },
};

async function missing(
  copy: Copy,
  source: Source,
  context: BuildContext,
): Promise<Finding | undefined> {
  const { path, word } = source;
  if (path === undefined || path === '.') return undefined;
  const line = context.ignoredBy(path);
  if (line !== undefined) return leftOut(source, path, line, context);
  if (source.wildcards) {
    if (copy.count > 1 || isOptional(path) || (await context.glob(path, 1)).length > 0)
      return undefined;
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

/**
 * What a line of the ignore file leaves out is BuildKit's business (CopyIgnoredFile), whether it is there or not, unless
 * other lines make exceptions: then BuildKit says nothing, for in a directory that is left out something may be left.
 */
async function leftOut(
  { word, wildcards }: Source,
  path: string,
  line: string,
  context: BuildContext,
): Promise<Finding | undefined> {
  if (!context.hasExceptions || wildcards) return undefined;
  const kind = await context.kind(path);
  if (kind === 'directory') return undefined;
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
