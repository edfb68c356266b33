import { lint } from '../lint/lint.ts';
import type { LintConfig, Reported } from '../lint/lint.ts';
import { withLate } from '../lint/late.ts';
import type { Late } from '../lint/late.ts';
import { safeFixOf } from '../lint/fixes.ts';
import { createDockerfile } from '../model/dockerfile.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import { parse } from '../parser/parse.ts';
import { pageUrl } from '../rules/links.ts';
import type { Rule } from '../rules/rule.ts';
import { linesOf } from './lines.ts';
import type { Lines } from './lines.ts';
import type { Shown } from './report.ts';

interface Checker {
  readonly rules: readonly Rule[];
  readonly config: LintConfig;
  /** What takes files and other programs to find. */
  readonly late: (file: Dockerfile) => Promise<Late>;
  readonly onError: (rule: Rule, error: unknown) => void;
}

/** Everything that is found in a text. */
export async function check(
  source: string,
  { rules, config, late, onError }: Checker,
): Promise<Reported[]> {
  const file = createDockerfile(parse(source));
  return lint(file, withLate(rules, await late(file)), config, onError);
}

/** Findings as they are written, in order of line, column and rule. */
export function toShown(
  file: string,
  source: string,
  found: readonly Reported[],
  pages: string,
): Shown[] {
  const lines = linesOf(source);
  return found
    .map((one) => shownOf(file, lines, one, pages))
    .sort(
      ({ issue: a }, { issue: b }) =>
        a.line - b.line || a.column - b.column || Number(a.rule > b.rule) - Number(a.rule < b.rule),
    );
}

function shownOf(file: string, lines: Lines, found: Reported, pages: string): Shown {
  const { span, reportedAt, rule, aliases, severity, message } = found;
  const first = lines.place(span.start);
  // On the line that BuildKit names, and at the words where they stand on that line.
  const named = lines.place(reportedAt ?? span.start);
  const start = named.line === first.line ? first : named;
  const end = lines.place(Math.max(span.end, reportedAt ?? 0));
  const line = lines.span(first.line);
  const text = lines.text(first.line);
  return {
    issue: {
      file,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      rule,
      aliases,
      severity,
      message,
      url: pageUrl(rule, pages),
      fixable: safeFixOf(found) !== undefined,
    },
    excerpt: {
      line: first.line,
      text,
      from: Math.min(Math.max(0, span.start - line.start), text.length),
      to: Math.min(Math.max(span.end, span.start) - line.start, text.length),
    },
  };
}
