import { pageUrl } from '../rules/links.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import type { Issue, Report } from './report.ts';
import { plainPath } from './report.ts';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  style: 'note',
};

interface About {
  readonly rules: readonly Rule[];
  readonly version: string;
  /** Address of the rules' shipped pages, with a slash at its end. */
  readonly pages: string;
}

/** Findings as a log of SARIF 2.1.0, which code scanning services read. */
export function formatSarif({ shown, root }: Report, { rules, version, pages }: About): string {
  const ids = [...new Set(shown.map(({ issue }) => issue.rule))];
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  const descriptors = ids.map((id) => {
    const rule = known.get(id);
    return {
      id,
      helpUri: pageUrl(id, pages),
      ...(rule && {
        shortDescription: { text: rule.title },
        fullDescription: { text: rule.why },
        help: { text: rule.why, markdown: rule.why },
        defaultConfiguration: { level: LEVELS[rule.severity] },
      }),
    };
  });
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'stevedore-check', version, rules: descriptors } },
        columnKind: 'utf16CodeUnits',
        results: shown.map(({ issue }) => resultOf(issue, ids.indexOf(issue.rule), root)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(issue: Issue, ruleIndex: number, root: string | undefined): object {
  return {
    ruleId: issue.rule,
    ruleIndex,
    level: LEVELS[issue.severity],
    message: { text: issue.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(plainPath(issue.file, root)) },
          region: {
            startLine: issue.line,
            startColumn: issue.column,
            endLine: issue.endLine,
            endColumn: issue.endColumn,
          },
        },
      },
    ],
    properties: { aliases: issue.aliases, fixable: issue.fixable },
  };
}

/** A path as a relative or `file:` reference; standard input has no address, so it stays a name. */
function uriOf(slashed: string): string {
  // A lone surrogate has no UTF-8 to be encoded in.
  const encoded = slashed
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
  if (slashed.startsWith('/')) return `file://${encoded}`;
  return /^[A-Za-z]:\//.test(slashed) ? `file:///${encoded.replace('%3A', ':')}` : encoded;
}
