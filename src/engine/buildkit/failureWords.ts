import { asSentence } from '../../util/format.ts';
import { withoutSignIns } from '../../util/signIns.ts';
import { commandEnd } from '../builds/commandEnd.ts';
import type { ToldFailure } from '../builds/model.ts';
import { notForAll, notHad, notThere, shortImage } from '../refusedImage.ts';
import { OF_ADDRESSES, OF_DOCKER, unreached } from '../unreached.ts';

type Rule = readonly [words: RegExp, told: (...found: string[]) => string | ToldFailure];

/** What is to be said of some of the builder's words. */
const rulesFor = (platforms: string): readonly Rule[] => [
  [
    /unsupported frontend capability moby\.buildkit\.frontend\.contexts$/,
    () =>
      'The builder knows no named contexts: they need Docker 23 or later, or # syntax=docker/dockerfile:1 as the first line of the Dockerfile.',
  ],
  [
    /^dockerfile parse error (?:on )?line (\d+): unknown flag: (?:--)?(\S+)$/i,
    (line, flag) =>
      `The builder knows no flag --${flag} on line ${line}: look how it is written, or have a newer frontend read it, by # syntax=docker/dockerfile:1 as the first line.`,
  ],
  // The builder says the same of contexts, stages and images.
  [/^"([^]*)" not found: not found$/, missing],
  [/^"([^]*)": not found$/, missing],
  [
    /^(?:failed to walk [^]+: )?lstat ([^]+): no such file or directory$/,
    (path) => missing(withoutRoot(path)),
  ],
  [
    /^(?:mkdir|open|l?stat) ([^]+): not a directory$/,
    (path) => `${path} is a file, or below one, where a folder has to be.`,
  ],
  [
    /^open \/etc\/(passwd|group): no such file or directory$/,
    (file) => `The image has no /etc/${file}, by which names are known: give numbers instead.`,
  ],
  [
    /^cannot copy to non-directory: ([^]+)$/,
    (path) => `${withoutRoot(path)} is a file, and a folder cannot be copied onto it.`,
  ],
  [
    /^cannot overwrite \S+ from (\S+) with (\S+) when split option is disabled$/,
    (one, other) =>
      `The results for ${one} and ${other} have files of the same name, which go to one place: leave platform-split out.`,
  ],
  [
    /no space left on device/,
    () => 'The engine has no space left: remove what nobody uses, such as build cache and images.',
  ],
  [
    /failed to do request: \w+ "https?:\/\/([^/"]+)\/v2\/([^"]+)\/(?:manifests|blobs)\/([^"/]+)": ([^]+)$/,
    (host, repository, version, why) => {
      const image = imageOf(host, repository, version, platforms);
      return {
        message: `The engine could not ask for ${image.words}: ${unreached(why, host, OF_DOCKER)}.${image.remedy}`,
        image: image.name,
      };
    },
  ],
  [
    /failed to resolve source metadata for (\S+): (?:\S+: )?no match for platform in manifest/,
    (image) => `The image ${shortImage(image)} is not made for the platform that is built for.`,
  ],
  [
    /^(?:\S+: failed to resolve source metadata for )?(\S+\/\S+): not found$/,
    (image) => notThere(image),
  ],
  [/failed to resolve source metadata for (\S+): \1: not found$/, (image) => notThere(image)],
  [
    /failed to resolve source metadata for (\S+): [^]*\b401 Unauthorized$/,
    (image) => notForAll(image),
  ],
  [
    /failed to resolve source metadata for (\S+): pull access denied, repository does not exist or may require authorization/,
    (image) => notHad(image),
  ],
  // Those of Docker 20.10 do not name it.
  [
    /^pull access denied, repository does not exist or may require authorization/,
    () => ({
      message:
        'The registry has no such image, or gives it to nobody who is not signed in: check its name.',
      image: '',
    }),
  ],
  [
    /^failed to parse stage name "([^"]+)": invalid reference format(?:: ([^]+))?$/,
    (
      name,
      why = 'that is repository:tag, or repository@sha256: and 64 digits, with a registry before',
    ) => ({
      message: `“${name}” is neither a stage nor can it be the name of an image: ${why}.`,
      image: name,
    }),
  ],
  [
    /^(?:target stage "?(\d+)"? could not be found|invalid stage index (\d+))$/,
    (target, index = target) => `No stage has the number ${index}: they count from 0.`,
  ],
  [
    /^target stage "?([^"]+)"? could not be found$/,
    (noStage) => ({ message: `No stage is called ${noStage}.`, noStage }),
  ],
  [
    /^base name \(([^]+)\) should not be blank$/,
    (name) =>
      `FROM ${name} names nothing: give the argument a value, or a default by ARG before the first FROM.`,
  ],
  [
    /^no build stage in current context$/,
    () => 'The Dockerfile begins without FROM, before which only ARG may stand.',
  ],
  // So do engines of Docker 20.10.
  [
    /^pulling from host (\S+) failed with status code \[(?:manifests|blobs) [^\]]*\]: (\d+)([^]*)$/,
    (host, status, words) =>
      `The registry ${host} answered ${status}${words.trimEnd()} where the engine asked for an image.`,
  ],
  [
    /^(network\.host|security\.insecure|device\S*) is not allowed$/,
    (what) =>
      `A step asks for ${what}, which the build does not allow: add it to "allow" of a task${what === 'network.host' ? ', or choose the network host' : ''}.`,
  ],
  [
    /^granting entitlement (\S+) is not allowed by build daemon configuration$/,
    (what) =>
      `No build may have ${what} on this engine: allow it in its daemon.json, in "entitlements" of "builder".`,
  ],
  [
    /^failed to read downloaded context: invalid response status (\d+)$/,
    (status) => `The server of the build context answered ${status}${STATUS[status] ?? ''}.`,
  ],
  [
    /^invalid response status (\d+)$/,
    (status) => `The server answered ${status}${STATUS[status] ?? ''}.`,
  ],
  [
    /^(?:failed to do request: )?Get "(https?:\/\/([^/"]+)[^"]*)": ([^]+)$/,
    (url, host, why) => `The engine could not fetch ${url}: ${unreached(why, host, OF_ADDRESSES)}.`,
  ],
  [
    /^digest mismatch (\S+): (\S+)$/,
    (is, wanted) => `What was fetched has the checksum ${is}, and not ${wanted}.`,
  ],
  [
    /^(?:failed to read dockerfile: )?(?:failed to fetch remote|error fetching default branch for repository) (\S+): ([^]*\bexit status \d+[^]*)$/,
    (url, said) => {
      const [, why = 'it is not there, or not for everybody'] =
        /^(?:fatal|error|ERROR): ([^\n]*)$/m.exec(said) ?? [];
      return `git could not fetch ${url}: ${why}.`;
    },
  ],
  [
    /^exit code: (\d+)$/,
    (code) =>
      `What # syntax names ended with exit code ${code}: it is no frontend of BuildKit, or does not fit this engine.`,
  ],
  [
    /^failed to parse (?:target )?platform (\S+): /,
    (platform) => `“${platform}” is no platform, such as linux/arm64.`,
  ],
];

const STATUS: Readonly<Record<string, string>> = {
  401: ' (nobody is signed in)',
  403: ' (forbidden)',
  404: ' (not found)',
};

/**
 * The builder's words as a sentence, without what only its authors know, and what they tell beside.
 * @param platforms that were asked for, `linux/arm64,linux/amd64`
 */
export function failureWords(message: string, platforms = ''): ToldFailure {
  const words = withoutSignIns(message)
    .replace(/^(?:failed to solve(?: with frontend [\w.]+)?: )+/, '')
    .replace(/^failed to create LLB definition: /, '')
    .replace(/^failed to load LLB: /, '')
    .replace(/^failed to compute cache key: /, '')
    .replace(/^failed to calculate checksum of ref \S+: /, '')
    .replace(
      /^(failed to read (?:dockerfile|downloaded context): )?failed to load cache key: /,
      '$1',
    )
    .replace(/^rpc error: code = \w+ desc = /, '')
    // So do engines before Docker 28 begin what was refused by us.
    .replace(/^(?:NotFound|InvalidArgument|FailedPrecondition|Unavailable): /, '')
    .trim();
  // So do builders of Docker 27 and later end.
  const [end, meant] = /\s*\(did you mean ([^()]+)\?\)$/.exec(words) ?? [''];
  const plain = plainPath(words.slice(0, words.length - end.length));
  // A command may hold any words.
  const command = ofCommand(words);
  if (command) return command;
  for (const [pattern, tell] of rulesFor(platforms)) {
    const found = pattern.exec(plain);
    if (!found) continue;
    const told = tell(...found.slice(1));
    return withMeant(typeof told === 'string' ? { message: told } : told, meant);
  }
  return { message: asSentence(plain + end || 'The build failed.') };
}

/** What is meant by the name of an image may be a stage, which who knows the Dockerfile says better. */
function withMeant(told: ToldFailure, meant: string | undefined): ToldFailure {
  if (meant === undefined) return told;
  return told.image === undefined
    ? { ...told, message: `${told.message} Did you mean ${meant}?` }
    : { ...told, meant };
}

function ofCommand(words: string): ToldFailure | undefined {
  const ended = commandEnd(words);
  if (!ended) return undefined;
  const { exitCode, reason } = ended;
  // What a mount takes from a stage or image is looked for only now.
  const [, path] =
    /^open [^]*?[/\\]buildkit-mount\d+([/\\][^]+): no such file or directory$/.exec(reason ?? '') ??
    [];
  if (path !== undefined) return missing(path);
  const notRun = reason === undefined ? undefined : (noUser(reason) ?? plainPath(reason));
  return {
    message: asSentence(words),
    ...(exitCode !== undefined && { exitCode }),
    ...(notRun !== undefined && { notRun: asSentence(notRun) }),
  };
}

/** What is said of a USER that the image does not have; of a number it is the group that lacks. */
function noUser(reason: string): string | undefined {
  const [, what, name = ''] =
    /^unable to find (user|group) ([^:]+): (?:invalid argument|no matching entries in \w+ file)$/.exec(
      reason,
    ) ?? [];
  if (what === undefined) return undefined;
  return /^\d+$/.test(name)
    ? `USER names a group beside the user ${name} that the image’s /etc/group does not have`
    : `the image has no ${what} ${name} in its /etc/${what === 'user' ? 'passwd' : 'group'}: make one before, or give USER a number`;
}

/** What is said of a path that an instruction does not find. */
export function missing(path: string): ToldFailure {
  return {
    message: `${path} is not where the instruction copies from: the stage or image that --from names, or the build context without what .dockerignore leaves out.`,
    missing: path,
  };
}

/** Words that begin with a call of the system, with the path as the build has it. */
const plainPath = (words: string): string =>
  words.replace(
    /^(mkdir|open|stat|lstat|unlinkat|symlink|readlink) (\/[^]+)(?=: )/,
    (_, call: string, path: string) => `${call} ${withoutRoot(path)}`,
  );

/** A path as the build has it, without the engine's own folders around it. */
const withoutRoot = (path: string): string =>
  path.replace(/^[^]*?[/\\](?:buildkit-mount\d+|merged|rootfs)(?=[/\\])/, '');

/** An image by the address that it was asked for at, and what else can be done than to ask for it. */
function imageOf(host: string, repository: string, version: string, platforms: string) {
  const hub = host === 'registry-1.docker.io';
  const name = `${hub ? '' : `${host}/`}${hub ? repository.replace(/^library\//, '') : repository}`;
  const image = `${name}${version.includes(':') ? '@' : ':'}${version}`;
  // That it is for another platform may be why the engine has to ask for it.
  const forPlatforms = platforms && ` for ${platforms.replaceAll(',', ' and ')}`;
  return name === 'docker/dockerfile'
    ? {
        name: image,
        words: `${image}, which # syntax names`,
        remedy: ' Without that line the engine’s own frontend builds.',
      }
    : { name: image, words: `the image ${image}${forPlatforms}`, remedy: '' };
}
