import type { Container } from '../model.ts';
import { isRaw, readFields } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';

/** Something that is known of an image: a title with one value, several, or several with names. */
export interface ImageFact {
  readonly title: string;
  readonly values: readonly { readonly name?: string; readonly text: string }[];
}

/**
 * What an image is, from what the engine says of it (`GET /images/{name}/json`); what nothing is said of is left out.
 * @param containers those that there are; the ones made of the image are named
 */
export function imageFacts(
  inspected: Raw,
  containers: readonly Pick<Container, 'name' | 'imageId' | 'state'>[],
): ImageFact[] {
  const image = readFields(inspected);
  const config = image.inside('Config');
  const id = image.text('Id');
  const users = containers.filter(({ imageId }) => imageId === id);
  const one = (title: string, text: string) => fact(title, text === '' ? [] : [{ text }]);
  const many = (title: string, texts: readonly string[]) =>
    fact(
      title,
      texts.map((text) => ({ text })),
    );
  const keys = (field: string) => Object.keys(config.object(field) ?? {});
  return [
    many('Tags', image.strings('RepoTags')),
    many('Digests', image.strings('RepoDigests')),
    one('Id', id),
    many('Platforms', platformsOf(inspected)),
    one('Created', image.text('Created')),
    one('Entrypoint', command(config.strings('Entrypoint'))),
    one('Command', command(config.strings('Cmd'))),
    one('User', config.text('User')),
    one('Working directory', config.text('WorkingDir')),
    many('Ports', keys('ExposedPorts')),
    many('Volumes', keys('Volumes')),
    one('Stop signal', config.text('StopSignal')),
    one('Health check', check(config.inside('Healthcheck').strings('Test'))),
    one('Shell', command(config.strings('Shell'))),
    fact('Environment', config.strings('Env').map(pair)),
    fact(
      'Labels',
      Object.entries(config.labels('Labels')).map(([name, text]) => ({ name, text })),
    ),
    fact(
      'Containers',
      users.map(({ name, state }) => ({ name, text: state })),
    ),
  ].flat();
}

const fact = (title: string, values: ImageFact['values']): ImageFact[] =>
  values.length > 0 ? [{ title, values }] : [];

/** As a person would type it in a shell. */
const command = (words: readonly string[]) =>
  words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');

/** A command for a shell stands as it was written; `CMD` is before one that goes without. */
const check = (test: readonly string[]) =>
  test[0] === 'CMD-SHELL' ? test.slice(1).join(' ') : command(test);

function pair(text: string) {
  const at = text.indexOf('=');
  return at < 0 ? { text } : { name: text.slice(0, at), text: text.slice(at + 1) };
}

/** The image's own platform, then those that the engine has besides (API 1.48, `manifests`). */
function platformsOf(inspected: Raw): string[] {
  const own = readFields(inspected);
  const others = own.objects('Manifests').flatMap((manifest) => {
    const data = manifest['ImageData'];
    const platform = isRaw(data) ? data['Platform'] : undefined;
    if (manifest['Kind'] !== 'image' || manifest['Available'] !== true || !isRaw(platform))
      return [];
    const read = readFields(platform);
    return [platformText([read.text('os'), read.text('architecture'), read.text('variant')])];
  });
  const first = platformText([own.text('Os'), own.text('Architecture'), own.text('Variant')]);
  return [...new Set([first, ...others])].filter(Boolean);
}

const platformText = (parts: readonly string[]) => parts.filter(Boolean).join('/');
