import { pathToFileURL } from 'node:url';
import type { Connection } from 'vscode-languageserver/node';
import { DiagnosticSeverity } from 'vscode-languageserver/node';
import type { FoundConfig } from '../lint/findHadolintConfig.ts';
import { SOURCE } from './diagnostics.ts';

/** Shows what is wrong with hadolint's configurations in their own files, and takes it back when it is mended. */
export function createConfigProblems(
  connection: Connection,
  log: (context: string, error: unknown) => void,
): { show(found: FoundConfig): void } {
  /** What is shown, by the path. */
  const shown = new Map<string, FoundConfig['problems']>();
  return {
    show({ path, problems }) {
      if (path === undefined || shown.get(path) === problems) return;
      if (problems.length === 0 && !shown.has(path)) return;
      shown.set(path, problems);
      const diagnostics = problems.map(({ message, line, column, start, end }) => {
        const at = { line: line - 1, character: column - 1 };
        const to = { line: at.line, character: at.character + Math.max(1, end - start) };
        const range = { start: at, end: to };
        return { range, message, severity: DiagnosticSeverity.Warning, source: SOURCE };
      });
      connection
        .sendDiagnostics({ uri: pathToFileURL(path).href, diagnostics })
        .catch((error: unknown) => log(`problems of ${path}`, error));
    },
  };
}
