import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { buildImage } from '../engine/build.ts';
import type { BuildOptions } from '../engine/build.ts';
import type { BuildEvent } from '../engine/buildEvents.ts';
import type { AuthConfig } from '../engine/credentials.ts';
import { EngineError } from '../engine/errors.ts';
import { parseReference } from '../engine/reference.ts';
import { splitCommand } from '../engine/words.ts';
import { ansi } from '../util/ansi.ts';
import { formatBytes, shortId } from '../util/format.ts';
import { checkedBy } from './ask.ts';
import { chooseDockerfile } from './dockerfiles.ts';
import { fillForm } from './form.ts';
import type { Field, Values } from './form.ts';
import { checkReference } from './names.ts';
import { describeTransfer, withProgress } from './progress.ts';
import type { Report } from './progress.ts';
import type { Run } from './services.ts';
import { openOutput } from './terminals.ts';
import type { Output } from './terminals.ts';

/** `NAME=value NAME=value`, with quotes where a value holds blanks. @throws EngineError `bad-request` */
function parseArguments(text: string): Record<string, string> {
  return Object.fromEntries(
    splitCommand(text).map((word) => {
      const equals = word.indexOf('=');
      if (equals < 1)
        throw new EngineError('bad-request', `“${word}” is not of the form NAME=value.`);
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

const fields = {
  tag: {
    kind: 'text',
    label: 'Tag',
    icon: 'tag',
    hint: 'none',
    prompt: 'Name of the image: repository:tag',
    check: checkReference,
  },
  context: {
    kind: 'text',
    label: 'Build context',
    icon: 'folder',
    hint: "the Dockerfile's folder",
    prompt: 'Folder whose files the build may use',
  },
  target: {
    kind: 'text',
    label: 'Target stage',
    icon: 'layers',
    hint: 'the last one',
    prompt: 'Name or number of the stage to stop at',
  },
  args: {
    kind: 'text',
    label: 'Build arguments',
    icon: 'symbol-variable',
    hint: 'none',
    prompt: 'NAME=value, several with blanks between them',
    check: checkedBy(parseArguments),
  },
  platform: {
    kind: 'text',
    label: 'Platform',
    icon: 'circuit-board',
    hint: "the engine's own",
    prompt: 'Such as linux/arm64',
  },
  noCache: { kind: 'switch', label: 'Build every step anew', icon: 'history', hint: '' },
  pull: { kind: 'switch', label: 'Look for newer base images', icon: 'cloud-download', hint: '' },
} as const satisfies Record<string, Field>;

type Answers = Values<typeof fields>;

/** A tag made of the names of the folder and of the stage, in the letters that a tag may have. */
function proposeTag(file: string, stage: string): string {
  const name = basename(dirname(file))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${name || 'image'}:${/^\w[\w.-]{0,127}$/.test(stage) ? stage : 'latest'}`;
}

/**
 * Credentials for the registries of the base images. Where a name depends on an argument, those of every registry
 * signed in to, as the docker command does.
 */
async function baseCredentials(
  { credentials }: Run<unknown>,
  file: string,
  signal: AbortSignal,
): Promise<Record<string, AuthConfig>> {
  const text = await readFile(file, 'utf8');
  const bases = [...text.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, name = '']) => name);
  const hosts = bases.some((name) => name.includes('$'))
    ? await credentials.knownHosts(signal)
    : bases.flatMap((name) => {
        try {
          return [parseReference(name).registry];
        } catch {
          // A name that is none is the build's to complain of.
          return [];
        }
      });
  return credentials.registryConfigFor([...new Set(hosts)], signal);
}

/** Writes what happens into the terminal, and the step under way into the notification. */
function follower(output: Output, report: Report): (event: BuildEvent) => void {
  let step = '';
  return (event) => {
    switch (event.type) {
      case 'context':
        report(vscode.l10n.t('sending the build context: {0}', formatBytes(event.bytes)));
        break;
      case 'step':
        step = `${event.step}/${event.total} ${event.text}`;
        output.write(`\n${ansi.bold(ansi.cyan(step))}\n`);
        report(step, (event.step - 1) / event.total);
        break;
      case 'done':
        if (event.cached) output.write(`${ansi.dim('cached')}\n`);
        break;
      case 'log':
        output.write(event.text);
        break;
      case 'pull':
        report(`${step} · ${describeTransfer(event.progress)}`);
        break;
      case 'image':
      case 'error':
        break;
    }
  };
}

/** Said by the manifest; menus keep to it, but commands are also called from inside a document. */
function demandTrust(): void {
  if (!vscode.workspace.isTrusted)
    throw new EngineError(
      'not-supported',
      vscode.l10n.t(
        'A build runs what its Dockerfile says, and this workspace is not trusted. Trust it to build from it.',
      ),
    );
}

/**
 * Asks how to build a Dockerfile, builds it, and shows its output in a terminal. The answers are remembered for the file.
 * @param clicked the file, with the stage to stop at as its fragment
 * @returns the image's name, or its id where it got none
 */
export async function buildFrom(
  run: Run<unknown>,
  clicked: vscode.Uri | undefined,
): Promise<string> {
  demandTrust();
  const client = await run.client();
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
  const answers = await fillForm(
    vscode.l10n.t('Build {0}', vscode.workspace.asRelativePath(uri)),
    fields,
    {
      tag: proposeTag(file, stage),
      context: folder,
      target: stage,
      args: '',
      platform: '',
      noCache: false,
      pull: false,
      ...(await run.answers.get<Partial<Answers>>(key)),
    },
    ({ tag }) => ({ label: vscode.l10n.t('Build'), description: tag }),
  );
  await run.answers.set(key, answers);
  const open = vscode.workspace.textDocuments.find(
    (document) => document.uri.toString() === uri.toString(),
  );
  if (open?.isDirty) await open.save();

  const name = answers.tag || basename(folder);
  const output = openOutput(vscode.l10n.t('Build {0}', name), 'tools');
  output.show();
  const started = Date.now();
  try {
    const id = await withProgress(vscode.l10n.t('Building {0}', name), async (report, signal) => {
      const either = AbortSignal.any([signal, output.closed]);
      const options: BuildOptions = {
        context: resolve(folder, answers.context),
        dockerfile: file,
        tags: answers.tag ? [answers.tag] : [],
        buildArgs: parseArguments(answers.args),
        target: answers.target || undefined,
        platform: answers.platform || undefined,
        noCache: answers.noCache,
        pull: answers.pull,
        auths: await baseCredentials(run, file, either),
        onEvent: follower(output, report),
      };
      return buildImage(client, options, either);
    });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    output.write(
      `\n${ansi.green(vscode.l10n.t('Built {0} ({1}) in {2} s.', name, shortId(id), seconds))}\n`,
    );
    void vscode.window.showInformationMessage(vscode.l10n.t('Built {0} in {1} s.', name, seconds));
    return answers.tag || id;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    output.write(`\n${ansi.red(message)}\n`);
    throw error;
  }
}
