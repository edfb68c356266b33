import { parseImage } from '../../data/images.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Finding, Fix, KnownImages, Rule } from '../rule.ts';

/** A base image that is another one tomorrow. */
export const movedTag: Rule = {
  id: 'stevedore/moved-tag',
  severity: 'info',
  title: 'The tag of a base image moves on to other versions',
  why: 'A tag is a name that the publisher moves: `stable`, `lts` or `edge` from one major version to the next, `node:22` through all of its minor ones. What builds today is built from something else tomorrow, on a machine that pulls anew and not on one that has the old image. Name a version in full, or add the digest (`node:22.11.0@sha256:…`), which never moves; tools such as Renovate or Dependabot keep either up to date.\n\nOf any tag, the editor also tells when its registry has another image under it than the one that the engine has pulled: what builds here is then not what builds elsewhere. Pull the image anew, or name one of the two by its digest. Only well-known public registries and those on show are asked, and none when `stevedore.dockerfile.completion.registries` is off; `stevedore-check` asks nobody.',
  examples: [
    { bad: 'FROM node:lts-alpine\n', good: 'FROM node:22.11.0-alpine3.20\n' },
    { bad: 'FROM nginx:stable\n', good: 'FROM nginx:1.26.2\n' },
    { bad: 'FROM node:22\n', good: 'FROM node:22.11.0\n' },
  ],
  check: (file) =>
    file.tree.stages.flatMap((stage) => {
      const { image } = stage;
      if (!image || file.baseOf(stage)) return [];
      const { value, error } = file.expand(stage.from, image);
      const name = error ? undefined : parseImage(value);
      if (!name?.tag || name.digest !== undefined) return [];
      const why = movement(name);
      if (why === undefined) return [];
      const shown = `${name.repository}:${name.tag}`.slice(0, 100);
      return [
        {
          span: image,
          message: `${shown} ${why}: the same Dockerfile builds on something else later. Name a full version, or add a digest (@sha256:…), which never moves.`,
        },
      ];
    }),
  checkImages,
};

async function checkImages(file: Dockerfile, images: KnownImages): Promise<Finding[]> {
  const found = file.tree.stages.map(async (stage): Promise<Finding[]> => {
    const { image } = stage;
    if (!image || file.baseOf(stage)) return [];
    const { value, error } = file.expand(stage.from, image);
    const name = error ? undefined : parseImage(value);
    if (!name || name.digest !== undefined || name.repository === 'scratch') return [];
    const local = await images.local(value);
    // Some engines have no digest of what was built here.
    if (local?.digest === undefined) return [];
    const now = await images.digest(value);
    if (now === undefined || !DIGEST.test(now)) return [];
    const digests = [local.digest, ...(local.digests ?? [])].filter((one) => DIGEST.test(one));
    if (digests.includes(now)) return [];
    const repository = name.tag === undefined ? value : value.slice(0, -1 - name.tag.length);
    const pulled = await firstThere(digests.slice(0, MOST_DIGESTS), repository, images);
    // Then it was built here, or the registry doesn't have it any longer: nothing shows that the tag has moved.
    if (pulled === undefined) return [];
    const remote = await images.remote(value);
    const dates = [dateOf(remote?.created), dateOf(local.created)];
    const made = ["the registry's image", "the engine's"].flatMap((whose, index) =>
      dates[index] === undefined ? [] : [`${whose} was made on ${dates[index]}`],
    );
    const isPlain = image.text === value && image.end - image.start === value.length;
    return [
      {
        span: image,
        message: `${value.slice(0, 100)} has moved on since it was pulled${made.length > 0 ? ` (${made.join(', ')})` : ''}: a machine that pulls it anew builds on something else. Pull it, or pin it to a digest.`,
        fixes: isPlain
          ? [
              pin('Pin to the image that the registry has now', image.end, now),
              pin('Pin to the image that the engine has', image.end, pulled),
            ]
          : [],
      },
    ];
  });
  return (await Promise.all(found)).flat();
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** An engine that has pulled a moving tag many times may have the image under as many digests. */
const MOST_DIGESTS = 3;

/** The first of some digests that a repository has in its registry. */
async function firstThere(
  digests: readonly string[],
  repository: string,
  images: KnownImages,
): Promise<string | undefined> {
  for (const digest of digests)
    if ((await images.digest(`${repository}@${digest}`)) === digest) return digest;
  return undefined;
}

function pin(title: string, end: number, digest: string): Fix {
  return {
    title: `${title} (${digest.slice(0, 19)}…)`,
    edits: [{ span: { start: end, end }, text: `@${digest}` }],
  };
}

/** The day of a time in seconds since the epoch; undefined for those that reproducible builds make up. */
function dateOf(seconds: number | undefined): string | undefined {
  const isReal = seconds !== undefined && seconds > 1_000_000_000 && seconds < 10_000_000_000;
  return isReal ? new Date(seconds * 1000).toISOString().slice(0, 10) : undefined;
}

/** Words of tags that name a channel and not a version. */
const CHANNEL =
  /^(?:stable|lts|current|mainline|edge|nightly|rolling|canary|next|dev|devel|develop|development|master|main|trunk|head|unstable|testing|rawhide|tumbleweed|insiders|preview|snapshot|beta|alpha)$/i;
/** In Debian's images these are the releases' names for good: who writes them wants that release, whichever it is. */
const RELEASES = /^(?:debian|buildpack-deps)$/;
/** Images whose whole number is a release that stays what it is, security updates aside. */
const SYSTEMS =
  /(?:^|\/)(?:debian|ubuntu|fedora|centos|rockylinux|almalinux|oraclelinux|amazonlinux|photon|ubi\d*(?:-\w+)?|leap|bci-\w+|buildpack-deps|redhat|clearlinux|archlinux|mageia|windows|nanoserver|servercore|stream)$/;

/** Publishers whose whole numbers are major versions; with others they may count builds, which stay what they are. */
function countsVersions({ registry, repository }: Image): boolean {
  if (registry === undefined) return /^(?:library\/|bitnami\/)?[^/]+$/.test(repository);
  return (
    registry === 'mcr.microsoft.com' ||
    (registry === 'public.ecr.aws' && repository.startsWith('docker/library/'))
  );
}

type Image = Pick<NonNullable<ReturnType<typeof parseImage>>, 'registry' | 'repository' | 'tag'>;

function movement(image: Image): string | undefined {
  const { repository, tag = '' } = image;
  const [head = '', ...rest] = tag.split('-');
  if (CHANNEL.test(head) && !(RELEASES.test(repository) && rest.length === 0)) {
    // A date or a full version behind it makes one image of it.
    const fixed = rest.some((part) => /^(?:v?\d+\.\d+\.\d|\d{4})/.test(part));
    return fixed ? undefined : 'names a channel and not a version';
  }
  if (/^v?\d{1,3}$/.test(head) && !SYSTEMS.test(repository) && countsVersions(image))
    return 'names no minor version and moves on with each of them';
  return undefined;
}
