import type { BuildChoices } from '../../engine/builds/choices.ts';
import {
  parseCaches,
  parseContext,
  parseContexts,
  parseHost,
  parseNetwork,
  parsePairs,
  parseSecret,
  parseSsh,
  words,
} from '../../engine/builds/optionText.ts';
import { demandPlaces, parseOutput, withOutputs } from '../../engine/builds/outputs.ts';
import { demandContext } from '../../engine/buildkit/attrs.ts';
import type { BuildOptions } from '../../engine/buildkit/request.ts';
import { checkedBy } from '../ask.ts';
import type { Field, Values } from '../form.ts';
import { checkReference } from '../names.ts';
import type { Offer } from '../offers.ts';
import { splitList } from '../../engine/words.ts';

const text = (
  label: string,
  icon: string,
  hint: string,
  prompt: string,
  more: { check?: (text: string) => string | undefined; offers?: readonly Offer[] } = {},
) => ({ kind: 'text', label, icon, hint, prompt, ...more }) as const satisfies Field;

/** A value with what it means, both of which are shown. */
const offered = (label: string, value: string): Offer => ({ label, description: value, value });

/** Several words, each of which `parse` takes. */
const each = (parse: (word: string) => unknown) =>
  checkedBy((text: string) => words(text).map(parse));

const buildArgsOf = (text: string) => parsePairs(words(text), (name) => process.env[name]);
const outputsOf = (text: string, folder: string) =>
  words(text).map((word) => parseOutput(word, folder));
const labelsOf = (text: string) => parsePairs(words(text), () => '');

/** Any folder serves to look whether a text can be read. */
const anywhere = '/';

/** What can be asked about a build. The choices of the Dockerfile are offered where it has any. */
export const fieldsOf = ({ targets, args, secrets, platforms = [] }: BuildChoices) =>
  ({
    tag: text(
      'Tag',
      'tag',
      'none',
      'Names of the image, with blanks between them: repository:tag',
      {
        check: (text) =>
          words(text)
            .map(checkReference)
            .find((wrong) => wrong !== undefined),
      },
    ),
    context: text(
      'Build context',
      'folder',
      "the Dockerfile's folder",
      'Folder whose files the build may use, or an address of git or of an archive',
      { check: checkedBy((text) => demandContext(parseContext(text, anywhere))) },
    ),
    target: text(
      'Target stage',
      'layers',
      'the last one',
      'Name or number of the stage to stop at',
      {
        offers: targets.map(({ name, description }) => ({
          label: name,
          ...(description === undefined ? {} : { description }),
          value: name,
        })),
      },
    ),
    args: text(
      'Build arguments',
      'symbol-variable',
      'none',
      'NAME=value, or NAME as in the environment, several with blanks between them',
      {
        check: checkedBy(buildArgsOf),
        offers: args.map(({ name, value, description }) => ({
          label: name,
          description: [value === undefined ? '' : `= ${value}`, description ?? '']
            .filter(Boolean)
            .join('  '),
          name,
        })),
      },
    ),
    platform: text(
      'Platform',
      'circuit-board',
      "the engine's own",
      'Such as linux/arm64; several with commas between them',
      { offers: platforms.map((platform) => ({ label: platform, value: platform })) },
    ),
    labels: text('Labels', 'bookmark', 'none', 'name=value, several with blanks between them', {
      check: checkedBy(labelsOf),
    }),
    secrets: text(
      'Secrets',
      'key',
      'none',
      'id=npm,src=~/.npmrc or id=token,env=TOKEN, several with blanks between them',
      {
        check: each((word) => parseSecret(word, anywhere)),
        offers: secrets.map(({ id, required }) => ({
          label: id,
          description: required ? 'required: the file that it is in' : 'the file that it is in',
          name: id,
        })),
      },
    ),
    ssh: text(
      'SSH',
      'lock',
      'none',
      'default, id=agent’s socket or id=key’s file, several with blanks between them',
      {
        check: checkedBy((text) => parseSsh(words(text), anywhere)),
        offers: [{ label: 'default', description: "this session's agent", value: 'default' }],
      },
    ),
    network: text(
      'Network',
      'type-hierarchy',
      'default',
      'What RUN can reach: default, none or host',
      {
        check: checkedBy(parseNetwork),
        offers: [
          { label: 'none', description: 'nothing', value: 'none' },
          { label: 'host', description: "the engine's own network", value: 'host' },
        ],
      },
    ),
    hosts: text('Hosts', 'globe', 'none', 'name:address, several with blanks between them', {
      check: each(parseHost),
    }),
    contexts: text(
      'Named contexts',
      'folder-library',
      'none',
      'name=folder, name=docker-image://… or name=oci-layout://folder, several with blanks between them',
      { check: checkedBy((text) => parseContexts(words(text), anywhere)) },
    ),
    cacheFrom: text(
      'Take cache from',
      'cloud-download',
      'the engine’s own cache',
      'An image, or type=registry,ref=… or type=local,src=folder, several with blanks between them',
      { check: each((word) => parseCaches(word, anywhere)) },
    ),
    cacheTo: text(
      'Give cache to',
      'cloud-upload',
      'nowhere',
      'type=inline, type=registry,ref=… or type=local,dest=folder, several with blanks between them',
      { check: each((word) => parseCaches(word, anywhere)) },
    ),
    output: text(
      'Output',
      'export',
      'an image on the engine',
      'Such as type=local,dest=folder, several with blanks between them',
      {
        check: checkedBy((text) =>
          demandPlaces(outputsOf(text, anywhere).map(({ output }) => output)),
        ),
        offers: [
          offered('An image, and files into a folder', 'type=image type=local,dest=out'),
          offered('Files into a folder', 'type=local,dest=out'),
          offered('Files as an archive', 'type=tar,dest=out.tar'),
          offered('An OCI archive', 'type=oci,dest=image.tar'),
          offered('An archive for docker load', 'type=docker,dest=image.tar'),
          offered('Nothing but the cache', 'type=cacheonly'),
        ],
      },
    ),
    push: { kind: 'switch', label: 'Push afterwards', icon: 'repo-push', hint: '' },
    noCache: { kind: 'switch', label: 'Build every step anew', icon: 'history', hint: '' },
    pull: { kind: 'switch', label: 'Look for newer base images', icon: 'cloud-download', hint: '' },
  }) as const satisfies Record<string, Field>;

export type BuildAnswers = Values<ReturnType<typeof fieldsOf>>;

export const noAnswers: BuildAnswers = {
  tag: '',
  context: '',
  target: '',
  args: '',
  platform: '',
  labels: '',
  secrets: '',
  ssh: '',
  network: '',
  hosts: '',
  contexts: '',
  cacheFrom: '',
  cacheTo: '',
  output: '',
  push: false,
  noCache: false,
  pull: false,
};

/**
 * The options that answers stand for.
 * @param folder absolute; relative paths begin there
 * @throws EngineError `bad-request` for what cannot be read
 */
export function toOptions(answers: BuildAnswers, dockerfile: string, folder: string): BuildOptions {
  const some = <T>(list: readonly T[]): readonly T[] | undefined =>
    list.length > 0 ? list : undefined;
  return {
    context: parseContext(answers.context, folder),
    dockerfile,
    target: answers.target || undefined,
    buildArgs: buildArgsOf(answers.args),
    labels: labelsOf(answers.labels),
    platforms: some(splitList(answers.platform)),
    noCache: answers.noCache,
    pull: answers.pull,
    network: parseNetwork(answers.network),
    addHosts: some(words(answers.hosts).map(parseHost)),
    contexts: parseContexts(words(answers.contexts), folder),
    secrets: some(words(answers.secrets).map((word) => parseSecret(word, folder))),
    ssh: parseSsh(words(answers.ssh), folder),
    cacheFrom: some(words(answers.cacheFrom).flatMap((word) => parseCaches(word, folder))),
    cacheTo: some(words(answers.cacheTo).flatMap((word) => parseCaches(word, folder))),
    ...withOutputs(outputsOf(answers.output, folder), {
      tags: words(answers.tag),
      push: answers.push,
    }),
  };
}
