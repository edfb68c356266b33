import { homedir } from 'node:os';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { createContainer, runContainer } from '../engine/containers.ts';
import { defaultPlatform } from '../engine/defaultPlatform.ts';
import { imageDefaults } from '../engine/images.ts';
import type { ImageDefaults } from '../engine/images.ts';
import { parseCommand, parseEnv, parseMount, parsePort } from '../engine/runSpec.ts';
import type { RunSpec } from '../engine/runSpec.ts';
import { splitOptions as words } from '../engine/words.ts';
import { checkedBy } from './ask.ts';
import { fillForm } from './form.ts';
import type { Field, Values } from './form.ts';
import { checkName } from './names.ts';
import type { ImageTarget, Run } from './services.ts';
import { attachSession } from './sessions.ts';

/** `~` and relative paths of a bind mount are taken from the home directory and the workspace, as a shell would. */
const resolvePath = (path: string) =>
  path.startsWith('~')
    ? resolve(homedir(), path.slice(1).replace(/^[/\\]/, ''))
    : resolve(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir(), path);

const ports = (text: string) => words(text).map(parsePort);
const mounts = (text: string) =>
  words(text).map((word) => parseMount(word, { resolve: resolvePath }));
const env = (text: string) => words(text).map(parseEnv);

const fields = {
  name: {
    kind: 'text',
    label: 'Name',
    icon: 'symbol-string',
    hint: 'chosen by the engine',
    prompt: 'Name of the container',
    check: checkName,
  },
  ports: {
    kind: 'text',
    label: 'Ports',
    icon: 'plug',
    hint: 'none published',
    prompt:
      'host:container, several with blanks between them: 8080:80 127.0.0.1:5432:5432 53:53/udp',
    check: checkedBy(ports),
  },
  env: {
    kind: 'text',
    label: 'Environment',
    icon: 'symbol-variable',
    hint: "the image's own",
    prompt:
      'NAME=value, several with blanks between them; quotes keep blanks: A=1 GREETING="hello there"',
    check: checkedBy(env),
  },
  mounts: {
    kind: 'text',
    label: 'Mounts',
    icon: 'folder',
    hint: 'none',
    prompt: 'source:target[:ro], a path or the name of a volume: ./data:/data cache:/var/cache',
    check: checkedBy(mounts),
  },
  command: {
    kind: 'text',
    label: 'Command',
    icon: 'chevron-right',
    hint: "the image's own",
    prompt: 'Program and arguments; no shell is involved',
    check: checkedBy(parseCommand),
  },
  remove: {
    kind: 'switch',
    label: 'Remove on exit',
    icon: 'trash',
    hint: '',
  },
} as const satisfies Record<string, Field>;

type Answers = Values<typeof fields>;

/** What the form starts with: the answers given last for this image; else the exposed ports, each published as itself. */
function start(defaults: ImageDefaults, remembered: Partial<Answers> | undefined): Answers {
  const exposed = defaults.ports
    .map(
      ({ container, protocol }) =>
        `${container}:${container}${protocol === 'tcp' ? '' : `/${protocol}`}`,
    )
    .join(' ');
  return {
    name: '',
    ports: exposed,
    env: '',
    mounts: '',
    command: '',
    remove: false,
    ...remembered,
  };
}

const toSpec = (image: string, platform: string | undefined, answers: Answers): RunSpec => ({
  image,
  platform,
  name: answers.name || undefined,
  ports: ports(answers.ports),
  env: env(answers.env),
  mounts: mounts(answers.mounts),
  command: parseCommand(answers.command),
  autoRemove: answers.remove,
});

/** Asks how to run an image and runs it in the background. What was answered is remembered for the next time. */
export async function runForm(
  run: Run<unknown>,
  { reference }: Pick<ImageTarget, 'reference'>,
): Promise<void> {
  const client = await run.client();
  const platform = defaultPlatform(client.engine, process.env);
  const defaults = await imageDefaults(client, reference, run.signal);
  const key = `run/${reference}`;
  const answers = await fillForm(
    vscode.l10n.t('Run {0}', reference),
    fields,
    start(defaults, await run.answers.get<Partial<Answers>>(key)),
    ({ ports: published, remove }) => ({
      label: vscode.l10n.t('Run'),
      description: [published, remove ? vscode.l10n.t('removed on exit') : '']
        .filter(Boolean)
        .join(', '),
    }),
  );
  await run.answers.set(key, answers);
  const spec = toSpec(reference, platform, answers);
  const { warnings } = await run.busy(runContainer(client, spec, run.signal));
  for (const warning of warnings) run.log.warn(warning);
  // A name can be used once only, so it is not offered again.
  await run.answers.set(key, { ...answers, name: '' });
}

/** Runs an image on a terminal; the container goes when it ends, as with `docker run -it --rm`. */
export async function runInteractively(
  run: Run<ImageTarget>,
  { reference }: ImageTarget,
): Promise<void> {
  const client = await run.client();
  const { id } = await createContainer(
    client,
    {
      image: reference,
      platform: defaultPlatform(client.engine, process.env),
      tty: true,
      interactive: true,
      autoRemove: true,
    },
    run.signal,
  );
  // Attached before it starts, so that nothing of what it writes first is missed.
  await attachSession(
    client,
    { id, name: reference },
    run.settings.get('terminal.detachKeys'),
    true,
  );
}
