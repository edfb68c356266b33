import type { Severity } from '../rules/rule.ts';
import type { Report } from './report.ts';
import { plainPath } from './report.ts';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  style: 'notice',
};

/** Findings as workflow commands, which GitHub shows beside the lines of a change (docs.github.com, “Workflow commands”). */
export function formatGithub({ shown, root }: Report): string {
  return shown
    .map(({ issue }) => {
      const { severity, file, line, endLine, column, endColumn, rule, aliases, message } = issue;
      const properties = {
        file: plainPath(file, root),
        line,
        endLine,
        // Columns mean something to it within one line only.
        ...(line === endLine ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {}),
        title: [rule, ...aliases].join(', '),
      };
      const list = Object.entries(properties).map(
        ([name, value]) => `${name}=${property(String(value))}`,
      );
      return `::${COMMANDS[severity]} ${list.join(',')}::${data(message)}\n`;
    })
    .join('');
}

const data = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
