import type { Diagnostic } from 'vscode-languageserver/node';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node';
import type { Extent, Parsed } from '../documents.ts';
import type { Reported } from '../lint/lint.ts';
import type { Severity } from '../rules/rule.ts';

/** More than this many squiggles help nobody. */
const MOST = 500;
/** What editors name as the one who says a finding. */
export const SOURCE = 'stevedore';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  style: DiagnosticSeverity.Hint,
};

const NOTICES: Readonly<Record<Exclude<Extent, 'normal'>, string>> = {
  'too-large': 'This file is larger than 1 MB: Dockerfile features are off for it.',
  binary:
    'This file holds NUL characters, so it is no Dockerfile. Open it in another language or remove them.',
};

/** Where a rule is explained, by its id. */
export type UrlOf = (id: string) => string;

/** Findings as LSP says them, the gravest of them where there are very many. */
export function diagnosticsOf(
  parsed: Parsed,
  found: readonly Reported[],
  urlOf: UrlOf,
): Diagnostic[] {
  const notice = noticeOf(parsed);
  return [
    ...(notice ? [notice] : []),
    ...gravest(found).map((one) => toDiagnostic(parsed, one, urlOf)),
  ];
}

function gravest(found: readonly Reported[]): readonly Reported[] {
  if (found.length <= MOST) return found;
  return found.toSorted((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]).slice(0, MOST);
}

/** What is said of a text that isn't read as a Dockerfile. */
function noticeOf(parsed: Parsed): Diagnostic | undefined {
  const { document, extent } = parsed;
  if (extent === 'normal') return undefined;
  const text = document.getText();
  const start = extent === 'binary' ? Math.max(text.indexOf('\0'), 0) : 0;
  return {
    range: parsed.range({ start, end: Math.min(start + 1, text.length) }),
    message: NOTICES[extent],
    severity: DiagnosticSeverity.Information,
    source: SOURCE,
    code: 'Limited',
  };
}

/** A finding as a diagnostic; the names that other tools have for it stand at the end of its message. */
export function toDiagnostic(parsed: Parsed, found: Reported, urlOf: UrlOf): Diagnostic {
  const { span, message, rule, aliases, severity, tag } = found;
  const also = aliases.length > 0 ? ` (also ${aliases.join(', ')})` : '';
  return {
    range: parsed.range(span),
    message: `${message}${also}`,
    severity: SEVERITY[severity],
    code: rule,
    codeDescription: { href: urlOf(rule) },
    source: SOURCE,
    ...(tag && {
      tags: [tag === 'deprecated' ? DiagnosticTag.Deprecated : DiagnosticTag.Unnecessary],
    }),
  };
}
