import type { Dice } from './dice.ts';
import { flags } from './flags.ts';
import { heredoc } from './heredoc.ts';
import type { Words } from './words.ts';

const IMAGES =
  'alpine alpine:3.20 busybox scratch node:22-alpine localhost/x:1 docker.io/library/alpine ghcr.io/a/b:1'.split(
    ' ',
  );
const TRIGGERS = 'RUN COPY ENV ARG WORKDIR CMD EXPOSE LABEL ADD USER VOLUME HEALTHCHECK'.split(' ');
/** Each as often as it is to come. */
export const KINDS: readonly string[] =
  'RUN RUN RUN ENV ENV ARG ARG COPY COPY ADD LABEL WORKDIR USER EXPOSE VOLUME SHELL STOPSIGNAL HEALTHCHECK CMD ENTRYPOINT ONBUILD MAINTAINER'.split(
    ' ',
  );
const URLS =
  'https://x.org/a.tgz http://$A/x git@github.com:a/b.git https://github.com/a/b.git#main:dir https://x.org/ https://github.com/a/b.git'.split(
    ' ',
  );

/** Makes an instruction of a kind, with its keyword; `stages` are the names so far, to which that of a FROM is added. */
export function createInstructions(
  dice: Dice,
  words: Words,
  escape: string,
): (kind: string) => string {
  const { chance, pick, rather, odd, many } = dice;
  const { name, literal, variable, word, path, json } = words;
  const stages: string[] = [];
  const lower = chance(0.15);
  const cased = (kind: string): string => {
    if (chance(0.04))
      return pick([kind.toLowerCase(), kind.slice(0, 1) + kind.slice(1).toLowerCase()]);
    return lower ? kind.toLowerCase() : kind;
  };
  const pair = () =>
    `${odd(0.1) ? word() : name()}${odd(0.05) ? '' : '='}${chance(0.9) ? word() : ''}`;
  const command = () => (chance(0.5) ? json(0) : many(1, 3, word));
  const port = () =>
    rather(
      [
        '80',
        '80/tcp',
        '53/UDP',
        '80-90',
        '8080:80',
        '127.0.0.1:80:80',
        '1-2:3-4',
        '80/sctp',
        '${A:-80}',
        '${B:+1}80',
        '"80"',
        '80:80/Tcp',
        '0',
        '[::1]:80:80',
      ],
      [variable(), word(), '90-80', '99999', '80/x', '80/', ':80', '1.2.3:80', '$A/TCP'],
    );
  const copied = () =>
    pick([
      () => `${many(1, 2, path)} ${path()}`,
      () => `${many(1, 2, path)} ${path()}`,
      () => heredoc(dice, words, escape, 'COPY'),
      () => json(2),
    ])();
  const base = () => {
    if (odd(0.15))
      return pick(
        '$A alpine:$A ${A:-alpine} ${B} Alpine a:b:c alpine@sha256:abc ${BASE:-alpine} $UNKNOWN 1'.split(
          ' ',
        ),
      );
    return stages.length > 0 && chance(0.4) ? pick(stages) : pick(IMAGES);
  };
  const from = () => {
    const image = base();
    if (chance(0.4)) return image;
    const stage = rather(
      ['base', 'build', 'Build', 'test', 'x1', 'final', 'amd64', 'linux', 'context', 'base'],
      ['1x', '$A', 'a:b', 'scratch', '', 'é'],
    );
    stages.push(stage);
    return `${image} ${pick(['AS', 'AS', 'AS', 'as', 'As'])} ${stage}${odd(0.03) ? ' x' : ''}`;
  };
  const bodies: Readonly<Record<string, () => string>> = {
    FROM: from,
    RUN: () =>
      pick([
        () => many(1, 3, word),
        () => json(1),
        () => heredoc(dice, words, escape, 'RUN'),
        () => 'true',
      ])(),
    CMD: command,
    ENTRYPOINT: command,
    ENV: () => (chance(0.8) ? many(1, 3, pair) : `${name()} ${many(1, 2, word)}`),
    LABEL: () =>
      pick([
        () => many(1, 3, pair),
        () => `"${name()} x"=${word()}`,
        () => `${name()} ${word()}`,
      ])(),
    ARG: () =>
      many(1, chance(0.8) ? 1 : 3, () =>
        pick([name, () => `${name()}=${word()}`, () => `${name()}=${literal()}`])(),
      ),
    COPY: copied,
    ADD: () => (chance(0.8) ? copied() : `${pick(URLS)} ${path()}`),
    WORKDIR: path,
    USER: () => pick([word, () => 'root', () => '1:1', () => 'a b'])(),
    EXPOSE: () => many(1, 3, port),
    VOLUME: () => (chance(0.5) ? json(1) : many(1, 2, path)),
    SHELL: () => (odd(0.2) ? word() : json(1)),
    STOPSIGNAL: () =>
      rather(
        ['SIGTERM', '9', 'KILL', 'sigint', 'SIGRTMIN+3', '${A:-9}'],
        ['$A', 'SIGFOO', '0', '-1', '65', 'SIGTERM x'],
      ),
    HEALTHCHECK: () =>
      rather([`CMD ${many(1, 2, word)}`, `cmd ${json(1)}`, 'NONE'], ['NONE x', 'FOO', 'CMD']),
    MAINTAINER: () => rather(['me', 'me <x@y>', '$A'], ['"q']),
    ONBUILD: () => {
      const kind = odd(0.1)
        ? pick(['ONBUILD', 'FROM', 'MAINTAINER', 'FOO', 'SHELL'])
        : pick(TRIGGERS);
      return instruction(kind);
    },
  };
  function instruction(kind: string): string {
    const gap = chance(0.85) ? ' ' : pick(['  ', '\t']);
    const body = odd(0.03) ? '' : (bodies[kind] ?? word)();
    return `${cased(kind)}${gap}${flags(kind, dice, words, stages)}${body}`;
  }
  return instruction;
}
