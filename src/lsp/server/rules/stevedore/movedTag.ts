import { parseImage } from '../../data/images.ts';
import type { Rule } from '../rule.ts';

/** A base image that is another one tomorrow. */
export const movedTag: Rule = {
  id: 'stevedore/moved-tag',
  severity: 'info',
  title: 'The tag of a base image moves on to other versions',
  why: 'A tag is a name that the publisher moves: `stable`, `lts` or `edge` from one major version to the next, `node:22` through all of its minor ones. What builds today is built from something else tomorrow, on a machine that pulls anew and not on one that has the old image. Name a version in full, or add the digest (`node:22.11.0@sha256:…`), which never moves; tools such as Renovate or Dependabot keep either up to date.',
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
};

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
