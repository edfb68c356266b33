import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Problem } from '../../engine/builds/problems.ts';
import { authServices } from '../../engine/buildkit/services/auth.ts';
import { lint } from '../../engine/buildkit/subrequests.ts';
import type { LintResult } from '../../engine/buildkit/subrequests.ts';
import { readIgnoreFile } from '../../engine/dockerignore.ts';
import { EngineError } from '../../engine/errors.ts';
import { count } from '../../util/format.ts';
import { inform } from '../../views/notify.ts';
import { chooseDockerfile } from '../dockerfiles.ts';
import type { Run } from '../services.ts';

/**
 * Has the engine's own frontend check a Dockerfile as the editor has it, saved or not, and shows what it finds.
 * @throws EngineError `not-supported` where the engine has no such checks
 */
export async function checkWithEngine(run: Run<unknown>, clicked: unknown): Promise<void> {
  const uri = await chooseDockerfile(
    clicked instanceof vscode.Uri ? clicked : undefined,
    vscode.l10n.t('Check which Dockerfile?'),
  );
  const document = await vscode.workspace.openTextDocument(uri);
  const [engine, ignore] = await Promise.all([
    run.client(),
    readIgnoreFile(dirname(uri.fsPath), uri.fsPath),
  ]);
  const { credentials, fetchToken, signal } = run;
  const result = await run.busy(
    lint(engine, {
      text: document.getText(),
      dockerignore: ignore?.text,
      ignoreFile: ignore?.file,
      services: authServices({ credential: credentials.getCredentials, fetchToken }),
      onProblem: (error) => run.log.error(String(error)),
      signal,
    }),
  );
  if (!result)
    throw new EngineError(
      'not-supported',
      vscode.l10n.t(
        'This engine does not check Dockerfiles: that needs Docker 27 or later, or “# syntax=docker/dockerfile:1” as the file’s first line. Stevedore’s own checks go on all the same.',
      ),
    );
  const problems = problemsOfCheck(result, document.lineCount);
  const shown = run.showCheck(uri, problems);
  tell(problems.length, shown);
}

/** What a check found as problems of lines; what has none stands on the first. */
function problemsOfCheck({ warnings, error }: LintResult, lineCount: number): Problem[] {
  const within = ([first, last]: readonly [number, number] = [1, 1]): readonly [number, number] => [
    Math.min(first, lineCount),
    Math.min(last, lineCount),
  ];
  return [
    ...(error
      ? [{ severity: 'error' as const, message: error.message, lines: within(error.lines) }]
      : []),
    ...warnings.map(({ rule, message, url, lines }) => ({
      severity: 'warning' as const,
      message,
      lines: within(lines),
      code: rule,
      ...(url === undefined ? {} : { url }),
    })),
  ];
}

function tell(found: number, shown: number): void {
  const text =
    found === 0
      ? vscode.l10n.t('The engine’s own checks find nothing.')
      : shown === found
        ? vscode.l10n.t('The engine’s own checks find {0}.', count(found, 'problem'))
        : shown === 0
          ? vscode.l10n.t('The engine’s own checks find nothing that is not marked already.')
          : vscode.l10n.t(
              'The engine’s own checks find {0}, {1} of them marked already.',
              count(found, 'problem'),
              found - shown,
            );
  void inform(text);
}
