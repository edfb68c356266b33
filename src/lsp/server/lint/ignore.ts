import { append } from '../../../util/multimap.ts';
import type { Span, Tree } from '../parser/tree.ts';
import { RULES } from '../rules/all.ts';
import { lineOf } from '../rules/lineAbove.ts';
import type { Finding, Rule } from '../rules/rule.ts';
import { checkComments, isCheck, isCheckComment } from './checkDirective.ts';
import type { Edit } from './fixes.ts';
import { startOf } from './place.ts';
import { parsePragma } from '../parser/pragma.ts';

/** Whose comment silences a rule: BuildKit's, hadolint's, or hadolint's on a line that hadolint itself doesn't take. */
type Way = 'check' | 'code' | 'own';

const CHECK = /^#\s*check\s*=\s*/i;
const SKIP = /(?:^|;)\s*skip\s*=[^;]*/g;
const KNOWN: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

/** BuildKit skips no experimental checks, and in one instruction none of those that are about the file. */
function wayOf(id: string, everywhere: boolean): Way {
  if (/^(?:DL|SC)\d+$/.test(id)) return 'code';
  const { off, fileWide } = KNOWN.get(id) ?? {};
  return !isCheck(id) || off || (fileWide && !everywhere) ? 'own' : 'check';
}

/**
 * Edits that silence a finding by comments above its instruction: a name joins the comment that is there, else a line is
 * added. hadolint heeds only the line right above, and only when all names on it are codes, so its own stands lowest and
 * is kept for these.
 * @param names all names of the finding
 */
export function ignoreHere(
  tree: Tree,
  { span, reportedAt, silencedAt }: Pick<Finding, 'span' | 'reportedAt' | 'silencedAt'>,
  names: readonly string[],
): Edit[] {
  const ways = byWay(names, false);
  const check = ways.get('check');
  ways.delete('check');
  // BuildKit may heed the comments of another instruction than the one that hadolint speaks of.
  const byCheck = startOf(tree, silencedAt ?? reportedAt ?? span.start);
  const byName = startOf(tree, span.start);
  return merged([
    ...(check ? above(tree, byCheck, new Map([['check', check]])) : []),
    ...above(tree, byName, ways),
  ]);
}

/** Edits of the comments above what begins at `start`. */
function above(tree: Tree, start: number, ways: ReadonlyMap<Way, readonly string[]>): Edit[] {
  const { source } = tree;
  const line = lineOf(tree, start);
  const indent = source.slice(line, start);
  const comments = controlsAbove(tree, line);
  const edits: Edit[] = [];
  const top: string[] = [];
  let low = '';
  for (const [way, ids] of ways) {
    const heeded = way === 'check' ? checkComments(tree).get(start) : undefined;
    const [edit] = (heeded ? [heeded] : comments).flatMap(
      (comment) => join(source, comment, way, ids, false) ?? [],
    );
    if (edit) edits.push(edit);
    else if (way === 'code') low = commentOf(way, ids, false);
    else top.push(commentOf(way, ids, false));
  }
  const first = comments[0] ? lineOf(tree, comments[0].start) : line;
  // At the head of the file a `# check=` would be taken for the directive of the whole file.
  if (top.some(isCheckComment) && isHead(tree, first)) top.unshift('');
  return [
    ...edits,
    ...inserted(first, top, indent, source),
    ...inserted(line, low ? [low] : [], indent, source),
  ];
}

/** Whether only a comment of hadolint's silences a rule. */
export function needsPragma(id: string, everywhere: boolean): boolean {
  return wayOf(id, everywhere) !== 'check';
}

/**
 * Edits that silence rules in the whole file: names join the directive and the comment that are there.
 * @param apart puts a comment without text below a new one, so that it describes nothing
 */
export function ignoreInFile(tree: Tree, names: readonly string[], apart = false): Edit[] {
  const { source } = tree;
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const [way, ids] of byWay(names, true)) {
    const directive = tree.directives.find(({ name }) => name === 'check');
    const there =
      way === 'check'
        ? directive && [skipping(source, directive.valueSpan, ids)]
        : tree.comments.flatMap((comment) => join(source, comment, way, ids, true) ?? []);
    const edit = there?.[0];
    if (edit) edits.push(edit);
    else added.push(commentOf(way, ids, true));
  }
  // The directive first: what stands below another comment is none.
  added.sort((a, b) => Number(isCheckComment(b)) - Number(isCheckComment(a)));
  if (apart && added.length > 0) added.push('#');
  return merged([...edits, ...inserted(headEnd(tree), added, '', source)]);
}

function byWay(names: readonly string[], everywhere: boolean): Map<Way, string[]> {
  const ways = new Map<Way, string[]>();
  for (const id of names) {
    const way = wayOf(id, everywhere);
    append(ways, way, id);
  }
  return ways;
}

function commentOf(way: Way, ids: readonly string[], global: boolean): string {
  return way === 'check'
    ? `# check=skip=${ids.join(',')}`
    : `# hadolint ${global ? 'global ' : ''}ignore=${ids.join(',')}`;
}

const pragmaOf = (text: string) => parsePragma(text, () => true);

/** The comments to checkers that stand on the lines right above `line`, from above. */
function controlsAbove(tree: Tree, line: number): Span[] {
  const { source } = tree;
  const found: Span[] = [];
  let below = line;
  for (let index = tree.comments.length - 1; index >= 0; index--) {
    const comment = tree.comments[index];
    if (!comment || comment.start >= below) continue;
    const next = source.indexOf('\n', comment.end) + 1;
    const text = source.slice(comment.start, comment.end);
    if (next !== below || !(isCheckComment(text) || pragmaOf(text))) break;
    found.unshift(comment);
    below = source.lastIndexOf('\n', comment.start - 1) + 1;
  }
  return found;
}

/** The edit by which ids join a comment; undefined when it isn't one of their way. */
function join(
  source: string,
  comment: Span,
  way: Way,
  ids: readonly string[],
  global: boolean,
): Edit | undefined {
  const text = source.slice(comment.start, comment.end);
  if (way === 'check') {
    const head = global || isIndented(source, comment) ? undefined : CHECK.exec(text)?.[0];
    if (head === undefined) return undefined;
    return skipping(source, { start: comment.start + head.length, end: comment.end }, ids);
  }
  const pragma = pragmaOf(text);
  if (pragma?.kind !== 'ignore' || pragma.scope !== (global ? 'global' : 'next')) return undefined;
  const codes = pragma.names.every((name) => wayOf(name, global) === 'code');
  if (codes !== (way === 'code')) return undefined;
  // A remark may follow the list.
  const list = text.slice(0, text.indexOf('#', 1) < 0 ? undefined : text.indexOf('#', 1)).trimEnd();
  const end = comment.start + list.length;
  const more = ids.filter((id) => !pragma.names.includes(id));
  return { span: { start: end, end }, text: more.map((id) => `,${id}`).join('') };
}

/** Whether a comment stands behind white space, where BuildKit takes its `#` for a part of its text. */
function isIndented(source: string, { start }: Span): boolean {
  return /[ \t]/.test(source[start - 1] ?? '');
}

/** The edit by which ids join the skipped checks of a directive's value. */
function skipping(source: string, value: Span, ids: readonly string[]): Edit {
  // What follows the first space is a remark.
  const text = source.slice(value.start, value.end).split(' ', 1)[0] ?? '';
  // Of several the last one counts.
  const skip = [...text.matchAll(SKIP)].at(-1);
  if (!skip) {
    const end = value.start + text.trimEnd().length;
    return { span: { start: end, end }, text: `;skip=${ids.join(',')}` };
  }
  const names = skip[0]
    .slice(skip[0].indexOf('=') + 1)
    .split(',')
    .map((name) => name.trim());
  const end = value.start + skip.index + skip[0].trimEnd().length;
  const more = ids.filter((id) => !names.includes(id) && names[0] !== 'all').join(',');
  return { span: { start: end, end }, text: names[0] === '' || more === '' ? more : `,${more}` };
}

/** Whether nothing but directives stands before an offset that begins a line. */
function isHead({ source, directives }: Tree, line: number): boolean {
  const before = source.slice(0, line);
  return (before.match(/\n/g)?.length ?? 0) === directives.length;
}

/** Where a line goes that shall stand below the directives. */
function headEnd({ source, directives }: Tree): number {
  const last = directives.at(-1);
  if (last) {
    const feed = source.indexOf('\n', last.end);
    return feed < 0 ? source.length : feed + 1;
  }
  const start = source.startsWith('\uFEFF') ? 1 : 0;
  const feed = source.indexOf('\n');
  return source.startsWith('#!', start) && feed >= 0 ? feed + 1 : start;
}

function inserted(at: number, comments: readonly string[], indent: string, source: string): Edit[] {
  if (comments.length === 0) return [];
  const end = /\r?\n/.exec(source)?.[0] ?? '\n';
  // BuildKit heeds none that is indented.
  const lines = comments.map((comment) =>
    comment === '' || isCheckComment(comment) ? `${comment}${end}` : `${indent}${comment}${end}`,
  );
  // The last line of the text may have no end to stand behind.
  const before = at > 0 && at === source.length && !source.endsWith('\n') ? end : '';
  return [{ span: { start: at, end: at }, text: before + lines.join('') }];
}

/** Edits in order, those at one place made one. */
function merged(edits: readonly Edit[]): Edit[] {
  const result: Edit[] = [];
  for (const edit of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    const last = result.at(-1);
    if (last?.span.start === edit.span.start)
      result[result.length - 1] = { span: edit.span, text: last.text + edit.text };
    else if (edit.text !== '') result.push(edit);
  }
  return result;
}
