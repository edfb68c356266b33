import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { askChoices } from '../../engine/builds/askChoices.ts';
import type { Build } from '../../engine/builds/model.ts';
import { authServices } from '../../engine/buildkit/services/auth.ts';
import { EngineError } from '../../engine/errors.ts';
import { chooseDockerfile } from '../dockerfiles.ts';
import { fillForm } from '../form.ts';
import type { Run } from '../services.ts';
import { fieldsOf, noAnswers, toOptions } from './fields.ts';
import type { BuildAnswers } from './fields.ts';
import { proposedTag } from './proposedTag.ts';
import { runBuild } from './runBuild.ts';
import { demandTrust } from './trust.ts';

/** What the Dockerfile lets one choose, as the engine's frontend sees it where it can be asked. */
const choicesFor = ({ client, credentials, fetchToken, log, signal }: Run<unknown>, text: string) =>
  askChoices(client, {
    text,
    services: authServices({ credential: credentials.getCredentials, fetchToken }),
    onProblem: (error) => log.debug(String(error)),
    signal,
  });

/**
 * Builds a Dockerfile, asking how, and remembers the answers for the file. The output shows in a terminal.
 * @param clicked the file, with the stage to stop at as its fragment
 * @param again asks nothing where answers are remembered
 * @returns the build, which is completed
 */
export async function buildFrom(
  run: Run<unknown>,
  clicked: vscode.Uri | undefined,
  again = false,
): Promise<Build> {
  demandTrust();
  const chosen = await chooseDockerfile(clicked, vscode.l10n.t('Build which Dockerfile?'));
  const uri = chosen.with({ fragment: '' });
  if (uri.scheme !== 'file')
    throw new EngineError(
      'not-supported',
      vscode.l10n.t('A build needs the files on disk, and {0} is not there.', uri.toString()),
    );
  const file = uri.fsPath;
  const folder = dirname(file);
  const stage = chosen.fragment;
  const key = `build/${file}${stage ? `#${stage}` : ''}`;
  const remembered = await run.answers.get<Partial<BuildAnswers>>(key);
  const start: BuildAnswers = {
    ...noAnswers,
    tag: proposedTag(file, stage),
    context: folder,
    target: stage,
    ...remembered,
  };
  const document = await vscode.workspace.openTextDocument(uri);
  const answers =
    again && remembered
      ? start
      : await fillForm(
          vscode.l10n.t('Build {0}', vscode.workspace.asRelativePath(uri)),
          fieldsOf(await choicesFor(run, document.getText())),
          start,
          ({ tag }) => ({ label: vscode.l10n.t('Build'), description: tag }),
        );
  await run.answers.set(key, answers);
  const unsaved = document.isDirty && !run.settings.get('build.saveFirst');
  if (document.isDirty && !unsaved) await document.save();
  return runBuild(run, {
    ...toOptions(answers, file, folder),
    ...(unsaved && { dockerfileText: document.getText() }),
  });
}
