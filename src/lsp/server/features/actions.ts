import { pathToFileURL } from 'node:url';
import type { CodeAction, CodeActionParams } from 'vscode-languageserver/node';
import { CodeActionKind } from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { Edit } from '../lint/fixes.ts';
import { applyEdits, combine, safeFixOf } from '../lint/fixes.ts';
import type { Ignoring } from '../lint/ignoring.ts';
import { waysToIgnore } from '../lint/ignoring.ts';
import type { Reported } from '../lint/lint.ts';
import type { Fix } from '../rules/rule.ts';
import { OPEN_RULE } from '../rules/links.ts';
import type { UrlOf } from './diagnostics.ts';
import { toDiagnostic } from './diagnostics.ts';

/** Fixes everything that is safe to fix; works on save. */
export const FIX_ALL = 'source.fixAll.stevedore';

type Append = NonNullable<Fix['append']>;

interface Given {
  readonly found: readonly Reported[];
  /** What else mends a finding, worked out only for those that the range touches. */
  readonly moreFixes?: (
    found: readonly Reported[],
  ) => Promise<ReadonlyMap<Reported, readonly Fix[]>>;
  readonly urlOf: UrlOf;
  readonly ignoring: Ignoring;
  /** The whole text after all safe fixes; undefined when they aren't wanted. */
  readonly fixAll: (() => Promise<string>) | undefined;
}

/** What can be done about the findings that a range touches, and about all of the file. */
export async function codeActions(
  parsed: Parsed,
  { range, context }: Pick<CodeActionParams, 'range' | 'context'>,
  { found, moreFixes, urlOf, ignoring, fixAll }: Given,
): Promise<CodeAction[]> {
  const wants = (kind: string) =>
    context.only?.some((only) => kind === only || kind.startsWith(`${only}.`)) ?? true;
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    const from = parsed.document.offsetAt(range.start);
    const to = parsed.document.offsetAt(range.end);
    const touched = found.filter(({ span }) => span.start <= to && from <= span.end);
    const more = await moreFixes?.(touched);
    // What mends stands before what silences, whichever finding it is of.
    actions.push(
      ...touched.flatMap((one) => fixesOf(parsed, one, urlOf, more?.get(one))),
      ...unique(touched).flatMap((one) => fixRule(parsed, one, found, urlOf)),
      ...unique(touched).flatMap((one) => ignores(parsed, one, found, urlOf, ignoring)),
      ...unique(touched).map((one) => openPage(parsed, one, urlOf)),
    );
  }
  if (fixAll && wants(FIX_ALL)) {
    const action = await fixFile(parsed, found, fixAll);
    if (action) actions.push(action);
  }
  return actions;
}

function fixesOf(
  parsed: Parsed,
  found: Reported,
  urlOf: UrlOf,
  more: readonly Fix[] = [],
): CodeAction[] {
  return [...(found.fixes ?? []), ...more].map((fix, index) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    isPreferred: index === 0,
    diagnostics: [toDiagnostic(parsed, found, urlOf)],
    edit: fix.append ? toAppendEdit(fix.append) : toEdit(parsed, combine([fix]).edits),
  }));
}

/** The first fix of every finding of one rule, where there are several. */
function fixRule(
  parsed: Parsed,
  { rule }: Reported,
  all: readonly Reported[],
  urlOf: UrlOf,
): CodeAction[] {
  const same = all.filter((one) => one.rule === rule && one.fixes?.[0]);
  const { edits, taken } = combine(same.flatMap(({ fixes }) => fixes?.[0] ?? []));
  if (taken < 2) return [];
  return [
    {
      title: `Fix all ${taken} of ${rule} in this file`,
      kind: CodeActionKind.QuickFix,
      diagnostics: same.map((one) => toDiagnostic(parsed, one, urlOf)),
      edit: toEdit(parsed, edits),
    },
  ];
}

function ignores(
  parsed: Parsed,
  found: Reported,
  all: readonly Reported[],
  urlOf: UrlOf,
  ignoring: Ignoring,
): CodeAction[] {
  return waysToIgnore(parsed.tree, found, all, ignoring).map(({ title, edits }) => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(parsed, found, urlOf)],
    edit: toEdit(parsed, edits),
  }));
}

function openPage(parsed: Parsed, found: Reported, urlOf: UrlOf): CodeAction {
  const title = `Open the page of ${found.rule}`;
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(parsed, found, urlOf)],
    command: { title, command: OPEN_RULE, arguments: [found.rule] },
  };
}

async function fixFile(
  parsed: Parsed,
  found: readonly Reported[],
  fixAll: () => Promise<string>,
): Promise<CodeAction | undefined> {
  const source = parsed.document.getText();
  const { edits, taken } = combine(found.flatMap((one) => safeFixOf(one) ?? []));
  if (taken === 0) return undefined;
  const after = await fixAll();
  return {
    title: 'Fix all that is safe to fix',
    kind: FIX_ALL,
    edit: toEdit(parsed, applyEdits(source, edits) === after ? edits : [difference(source, after)]),
  };
}

/** The one edit that makes `after` of `before`, without what both begin and end with. */
function difference(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  while (start > 0 && isInside(before, start)) start--;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  while (tail > 0 && isInside(before, before.length - tail)) tail--;
  return {
    span: { start, end: before.length - tail },
    text: after.slice(start, after.length - tail),
  };
}

/** Whether an offset lies in a line end or a character of two units, where no position can be. */
function isInside(text: string, offset: number): boolean {
  return /^(?:\r\n|[\ud800-\udbff][\udc00-\udfff])$/.test(text.slice(offset - 1, offset + 1));
}

/** One finding of each rule. */
function unique(found: readonly Reported[]): Reported[] {
  return [...new Map(found.toReversed().map((one) => [one.rule, one])).values()].reverse();
}

/** Adds to another file. One that is there needs no more of a client than any edit does. */
function toAppendEdit({ path, isNew, at, text }: Append): NonNullable<CodeAction['edit']> {
  const uri = pathToFileURL(path).href;
  const edits = [{ range: { start: at, end: at }, newText: text }];
  if (!isNew) return { changes: { [uri]: edits } };
  return {
    documentChanges: [
      { kind: 'create', uri, options: { ignoreIfExists: true } },
      { textDocument: { uri, version: null }, edits },
    ],
  };
}

function toEdit(parsed: Parsed, edits: readonly Edit[]): NonNullable<CodeAction['edit']> {
  const changes = edits.map(({ span, text }) => ({ range: parsed.range(span), newText: text }));
  return { changes: { [parsed.document.uri]: changes } };
}
