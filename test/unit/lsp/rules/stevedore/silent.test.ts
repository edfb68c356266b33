import { describe, expect, it } from 'vitest';
import { STEVEDORE_RULES } from '../../../../../src/lsp/server/rules/stevedore/rules.ts';
import { findings } from '../../support/examples.ts';

/** Texts that look like what a rule is about and are not. */
const SILENT: Readonly<Record<string, readonly string[]>> = {
  'arg-not-in-stage': [
    'ARG NODE_VERSION=22\nFROM node:${NODE_VERSION}\nRUN echo $NODE_VERSION\n',
    'FROM alpine\nRUN TARGETARCH=$(uname -m) && echo $TARGETARCH\n',
    "FROM alpine\nRUN echo '$TARGETARCH'\n",
    'FROM alpine\nRUN echo ${TARGETARCH:-amd64}\n',
    'FROM alpine\nARG TARGETARCH\nFROM scratch\nFROM alpine AS base\nARG TARGETARCH\nFROM base\nRUN echo $TARGETARCH\n',
    'ARG V=1\nFROM alpine\nRUN . ./versions && echo $V\n',
    'ARG http_proxy\nFROM alpine\nRUN echo $http_proxy\n',
    'FROM alpine\nRUN for TARGETOS in a b; do echo $TARGETOS; done\n',
    'ARG TOKEN\nFROM alpine\nRUN --mount=type=secret,id=token,env=TOKEN fetch --token $TOKEN\n',
    'ARG TOKEN\nFROM alpine\nRUN --mount=type=secret,id=a --mount=type=secret,id=token,env="TOKEN" fetch $TOKEN\n',
  ],
  'defined-after-use': [
    'FROM alpine\nRUN echo $HOME\nENV HOME=/home\n',
    'FROM alpine\nRUN echo $A\nENV A=x:$A\n',
    'FROM alpine\nRUN A=1; echo $A\nENV A=2\n',
    'FROM alpine AS a\nRUN echo $A\nFROM alpine\nENV A=1\n',
    'FROM alpine\nENV A=1\nRUN echo $A\nENV A=2\n',
    'FROM alpine\nRUN cat <<"EOF" > /x\n$A\nEOF\nENV A=1\n',
  ],
  'lost-shell-state': [
    'FROM alpine\nRUN export A=1 && make\n',
    'FROM alpine\nRUN . ./env && make\n',
    'FROM alpine\nRUN (export A=1)\n',
    'FROM alpine\nRUN test -f x || export A=1\n',
    'FROM alpine\nRUN A=1 make\n',
    'FROM alpine\nRUN export > /env\n',
    'FROM alpine\nRUN server & sleep 5 && check\n',
    'FROM alpine\nRUN su app -c "make"\n',
    'FROM alpine\nRUN conda init && conda install x\n',
    'FROM alpine\nRUN . ./install.sh\nRUN make\n',
    'FROM alpine\nENV A=1\nRUN source ./build/setup.sh\nRUN B=1; echo $A $B $HOME\n',
    'FROM alpine\nRUN echo $A && . ./install.sh\nFROM alpine\nRUN echo $A\n',
    'FROM alpine\nRUN . ./a.sh\nRUN . ./b.sh && echo $A\n',
  ],
  'update-alone': [
    'FROM debian\nRUN apt-get update && apt-get install -y a\nRUN apt-get install -y b\n',
    'FROM debian\nRUN apt-get update\n',
    'FROM debian\nRUN apt-get update\nRUN apt-get update && apt-get install -y a\n',
    'FROM debian\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\nRUN apt-get install -y a\n',
    'FROM debian\nRUN apt-get update && ./install.sh\nRUN apt-get install -y a\n',
    'FROM debian AS a\nRUN apt-get update\nFROM debian\nRUN apt-get install a\n',
  ],
  'user-before-creation': [
    'FROM node:22\nCOPY --chown=node a /a\nRUN adduser node || true\n',
    'FROM alpine\nRUN adduser -D app\nCOPY --chown=app a /a\n',
    'FROM alpine\nCOPY passwd /etc/passwd\nUSER app\nRUN adduser app\n',
    'FROM alpine\nCOPY --chown=1000 a /a\nRUN adduser -D app\n',
    'FROM alpine AS base\nRUN adduser -D app\nFROM base\nUSER app\nRUN adduser app || true\n',
    'FROM debian\nCOPY --chown=www-data a /a\nRUN useradd www-data || true\n',
    'FROM debian\nCOPY --chown=www-data a /a\nRUN set -eux; id www-data || useradd www-data; make\n',
    'FROM debian\nCOPY --chown=www-data a /a\nRUN if ! id www-data; then useradd www-data; fi\n',
    'FROM alpine\nCOPY --chown=www-data a /a\nRUN <<EOF\nset -x\nadduser -D www-data || :\nEOF\n',
  ],
  'install-as-user': [
    'FROM alpine\nUSER app\nUSER root\nRUN apk add curl\n',
    'FROM alpine\nUSER app\nRUN sudo apk add curl\n',
    'FROM alpine\nUSER 0:0\nRUN apk add curl\n',
    'FROM alpine\nUSER ${USER}\nRUN apk add curl\n',
    'FROM alpine AS a\nUSER app\nFROM alpine\nRUN apk add curl\n',
    'FROM alpine\nUSER app\nRUN apk info\n',
    'FROM alpine\nUSER app\nRUN pip install x\n',
    'FROM alpine\nUSER app\nRUN constructor install x\n',
  ],
  'heredoc-without-set-e': [
    'FROM alpine\nRUN <<EOF\nset -ex\na\nb\nEOF\n',
    'FROM alpine\nRUN <<EOF\na && b\nEOF\n',
    'FROM alpine\nRUN <<EOF\nset -o nounset -o errexit\na\nb\nEOF\n',
    'FROM alpine\nRUN <<EOF\nset -u -x -e\na\nb\nEOF\n',
    'FROM alpine\nRUN <<EOF\nset -eux -o pipefail\na\nb\nEOF\n',
    'FROM alpine\nRUN <<EOF\nset -uo errexit\na\nb\nEOF\n',
    'FROM alpine\nRUN bash -o pipefail -o errexit <<EOF\na\nb\nEOF\n',
    'FROM alpine\nSHELL ["/bin/bash", "-o", "errexit", "-o", "pipefail", "-c"]\nRUN <<EOF\na\nb\nEOF\n',
    'FROM alpine\nRUN <<EOF bash -e\na\nb\nEOF\n',
    'FROM alpine\nRUN bash -euo pipefail <<EOF\na\nb\nEOF\n',
    'FROM alpine\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN <<EOF\na\nb\nEOF\n',
    'FROM alpine\nRUN <<EOF\n#!/usr/bin/env python3\nimport os\nprint(1)\nEOF\n',
    'FROM alpine\nRUN cat <<EOF > /x\na\nb\nEOF\n',
    'FROM alpine\nRUN <<EOF\necho a\nmake\nEOF\n',
    'FROM alpine\nCOPY <<EOF /x\na\nb\nEOF\n',
  ],
  'cache-busting-order': [
    'FROM node\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n',
    'FROM node\nCOPY . .\nRUN npm install -g typescript\n',
    'FROM node\nCOPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
    'FROM python\nCOPY . .\nRUN pip install .\n',
    'FROM python\nCOPY . .\nRUN pip install -r requirements.txt -e .\n',
    'FROM golang\nCOPY . .\nRUN go build ./...\n',
    'FROM node\nCOPY --from=x . .\nRUN npm ci\n',
    'FROM node\nCOPY src .\nRUN npm ci\n',
  ],
  'package-cache-in-layer': [
    'FROM node\nRUN npm ci && npm cache clean --force\n',
    'FROM node\nRUN npm ci && rm -rf /root/.npm\n',
    'FROM node\nRUN npm ci && rm -rf ~/.npm/_cacache\n',
    'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
    'FROM node AS build\nRUN npm ci\nFROM node\nCOPY --from=build /a /a\n',
    'FROM node\nENV npm_config_cache=/tmp\nRUN npm ci\n',
    'FROM node\nRUN npm run install\n',
    'FROM node\nRUN npm ci --cache /tmp/x && rm -rf /tmp/x\n',
    'FROM python\nRUN --mount=type=cache,target=/home/app/.cache/uv,uid=1000 uv sync\n',
    'FROM python\nRUN --mount=type=cache,target=/home/app/.cache/pypoetry poetry install\n',
    'FROM composer\nRUN --mount=type=cache,target=/tmp/cache composer install\n',
    'FROM php\nRUN --mount=type=cache,target=/home/app/.composer/cache composer install\n',
    'FROM php\nENV COMPOSER_HOME=/composer\nRUN --mount=type=cache,target=/composer/cache composer install\n',
    'FROM php\nRUN composer install && rm -rf "$HOME/.cache/composer"\n',
    'FROM mamba\nRUN --mount=type=cache,target=/opt/mamba/pkgs mamba install -y a\n',
    'FROM conda\nRUN conda install -y a && rm -rf /root/miniconda3/pkgs\n',
    'FROM python\nARG CACHE=/cache\nRUN --mount=type=cache,target=$CACHE uv sync\n',
    'FROM python\nENV XDG_CACHE_HOME=/cache\nRUN --mount=type=cache,target=/cache/uv uv sync\n',
    'FROM python\nRUN --mount=type=cache,target=/uv UV_CACHE_DIR=/uv uv sync\n',
    'FROM node\nRUN --mount=type=cache,target=/npm export npm_config_cache=/npm && npm ci\n',
  ],
  'removed-too-late': [
    'FROM debian\nRUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\n',
    'FROM debian\nRUN rm -rf /var/lib/apt/lists/*\n',
    'FROM debian\nRUN apt-get install -y a\nRUN ./more.sh && apt-get clean\n',
    'FROM debian AS a\nRUN apt-get install -y a\nRUN apt-get clean\nFROM debian\nCOPY --from=a /x /x\n',
    'FROM debian\nADD a.tar.gz /tmp/\nRUN rm -f /tmp/a.tar.gz\n',
    'FROM debian\nCOPY a.conf /etc/\nRUN rm /etc/a.conf\n',
    'FROM debian\nRUN rm -f /tmp/a.deb\nCOPY a.deb /tmp/\n',
    'FROM debian\nRUN constructor install x\nRUN constructor clean\n',
  ],
  'unreproducible-arg': [
    'FROM alpine\nARG ENVIRONMENT=stable\nRUN echo $ENVIRONMENT\n',
    'ARG BASE=latest\nFROM alpine AS latest\nFROM $BASE\n',
    'FROM golang\nARG VERSION=main\nRUN go build -ldflags "-X main.version=$VERSION" .\n',
    'FROM alpine\nARG VERSION=1.2.3\nRUN wget https://x.y/$VERSION\n',
    'FROM alpine\nARG BRANCH=main\nLABEL branch=$BRANCH\n',
    'FROM node\nARG CHANNEL=stable\nRUN npm run build --channel=$CHANNEL\n',
    'FROM alpine\nARG CHANNEL=stable\nRUN constructor $CHANNEL a\n',
    'FROM node\nARG CHANNEL=stable\nRUN yarn build --channel $CHANNEL\n',
    'FROM alpine\nARG BRANCH=main\nRUN git config init.defaultBranch $BRANCH\n',
    'FROM alpine\nARG BRANCH=main\nRUN git -C /src init -b $BRANCH\n',
    'FROM rust\nARG CHANNEL=nightly\nRUN cargo build --features $CHANNEL\n',
  ],
  'moved-tag': [
    'FROM node\n',
    'FROM node:latest\n',
    'FROM node:22.11\n',
    'FROM debian:12\n',
    'FROM debian:stable\n',
    'FROM ubuntu:24.04\n',
    'FROM fedora:40\n',
    'FROM node:22@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n',
    'FROM alpine:3.20 AS stable\nFROM stable\n',
    'FROM rust:nightly-2024-11-01\n',
    'FROM example/app:20241101\n',
    'FROM registry.example/team/base:42\n',
    'FROM team/base:42\n',
    'ARG TAG\nFROM node:${TAG}\n',
    'FROM scratch\n',
  ],
  'unused-stage': [
    'FROM a AS build\nFROM b\nCOPY --from=BUILD /x /x\n',
    'FROM a\nFROM b\nCOPY --from=0 /x /x\n',
    'FROM a AS build\nFROM b\nCOPY --from="build" /x /x\n',
    'FROM a AS build\nFROM b\nRUN --mount="type=bind,target=/x,from=build" ls /x\n',
    'FROM a AS build\nFROM build\n',
    'FROM a AS build\nFROM b\nRUN --mount=from=build,target=/x ls /x\n',
    'FROM a AS test\nFROM b AS lint\nFROM c\n',
    'ARG S=build\nFROM a AS build\nFROM b\nCOPY --from=$S /x /x\n',
    'ARG S=build\nFROM a AS build\nFROM b AS other\nFROM ${S}\n',
    'FROM a AS amd64-build\nFROM a AS arm64-build\nFROM ${TARGETARCH}-build\n',
    'ARG FOR=prod\nFROM a AS prod-deps\nFROM a AS dev-deps\nFROM ${FOR}-deps AS final\n',
    'FROM a AS builder\n',
    'FROM\nFROM b\n',
  ],
  'overridden-instruction': [
    'FROM alpine\nUSER a\nRUN x\nUSER b\n',
    'FROM alpine\nUSER a\nWORKDIR /x\nUSER b\n',
    'FROM alpine\nUSER ${A}\nRUN x\nUSER ${A}\n',
    'FROM alpine\nWORKDIR /a\nWORKDIR b\nWORKDIR /a\n',
    'FROM alpine\nWORKDIR a\nWORKDIR a\n',
    'FROM alpine\nEXPOSE 80\nEXPOSE 80/udp\nEXPOSE 80 443\n',
    'FROM alpine\nLABEL a=1 b=2\nLABEL a=2\n',
    'FROM alpine\nSTOPSIGNAL INT\nFROM alpine\nSTOPSIGNAL INT\n',
  ],
  'tilde-not-expanded': [
    'FROM alpine\nRUN cp a ~/b\n',
    'FROM alpine\nCOPY a /tmp/~x\n',
    'FROM alpine\nENV A=~x\n',
    'FROM alpine\nCOPY ~/a /a\n',
  ],
  'single-quoted-array': [
    'FROM alpine\nCMD ["a"]\n',
    "FROM alpine\nCMD echo ['a']\n",
    "FROM alpine\nCMD [ 'a' = 'b' ]\n",
    "FROM alpine\nRUN [ 'a' ] && b\n",
  ],
  'variable-in-exec-form': [
    'FROM alpine\nENV A=1\nCMD ["sh", "-c", "echo $A"]\n',
    'FROM alpine\nENV A=1\nCMD ["/bin/bash", "-lc", "echo ${A}"]\n',
    'FROM alpine\nENV A=1\nCMD ["uv", "run", "sh", "-c", "exec serve --port $A"]\n',
    'FROM alpine\nENV A=1\nENTRYPOINT ["/usr/bin/catatonit", "--", "/bin/bash", "-c", "a $A"]\n',
    'FROM alpine\nCMD ["a", "$UNKNOWN"]\n',
    'FROM alpine\nENV A=1\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["$A"]\n',
    'FROM alpine\nENV A=1\nCMD ["a", "cost: $5"]\n',
    'FROM alpine\nENV A=1\nCMD echo $A\n',
  ],
  'cmd-ignored': [
    'FROM alpine\nENTRYPOINT ["a"]\nCMD ["b"]\n',
    'FROM alpine\nENTRYPOINT exec a "$@"\nCMD ["b"]\n',
    'FROM alpine\nENTRYPOINT a\n',
    'FROM alpine AS x\nENTRYPOINT a\nFROM alpine\nCMD b\n',
  ],
  'path-replaced': [
    'FROM alpine\nENV PATH=/opt/bin:$PATH\nRUN a\n',
    'FROM alpine\nENV PATH="/opt/bin:/usr/bin:/bin"\nRUN a\n',
    'FROM scratch\nENV PATH=/opt/bin\nRUN ["/a"]\n',
    'FROM alpine\nENV PATH /opt/bin:${PATH}\nRUN a\n',
    'FROM alpine\nRUN a\nENV PATH=/app\n',
  ],
  'file-for-directory': [
    'FROM alpine\nCOPY main.sh /app/\nWORKDIR /app\n',
    'FROM alpine\nWORKDIR /app\nCOPY main.sh /app\nWORKDIR /app/x\n',
    'FROM alpine\nRUN mkdir /app\nCOPY main.sh /app\nWORKDIR /app\n',
    'FROM alpine\nCOPY src /app\nWORKDIR /app\n',
    'FROM alpine\nCOPY main.sh /usr/local/bin\nWORKDIR /usr/local/bin\n',
    'FROM alpine\nCOPY main.sh /entry\nWORKDIR /app\n',
    'FROM alpine\nCOPY Company.Api /srv/api\nWORKDIR /srv/api\n',
    'FROM alpine\nCOPY conf.d /etc/app/conf\nWORKDIR /etc/app/conf\n',
    'FROM alpine\nCOPY --from=x /dist/node-v22.1 /opt/node\nWORKDIR /opt/node\n',
  ],
  'archive-not-unpacked': [
    'FROM alpine\nADD https://x.y/a.tar.gz /tmp/\nRUN tar xf /tmp/a.tar.gz\n',
    'FROM alpine\nADD --unpack https://x.y/a.tar.gz /opt/\n',
    'FROM alpine\nADD https://x.y/a.tar.gz /opt/a.tar.gz\n',
    'FROM alpine\nADD a.tar.gz /opt/\n',
    'FROM alpine\nADD https://x.y/a.tar.gz /opt/\nRUN ./setup.sh\n',
    'FROM alpine\nADD https://x.y/a.tar.gz /opt/\nRUN ["/opt/setup"]\n',
    'FROM alpine\nADD https://x.y/a.tar.gz /opt/\nRUN sh setup\n',
    'FROM alpine\nADD https://x.y/a.tar.gz /opt/\nRUN make install\n',
    'FROM alpine\nADD https://x.y/a.tar.gz /opt/\nRUN . ./setup\n',
    'FROM nginx\nADD https://x.y/a.tar.gz /usr/share/nginx/html/\n',
    'FROM httpd\nADD https://x.y/a.tar.gz "/var/www/files/"\n',
    'FROM httpd\nADD https://x.y/a.tar.gz /usr/local/apache2/htdocs\n',
    'FROM httpd\nADD https://x.y/a.tar.gz /srv/downloads/\n',
    'FROM alpine AS d\nADD https://x.y/a.tar.gz /\nFROM alpine\nRUN --mount=from=d,target=/d cat /d/a\n',
  ],
  'secret-in-layer': [
    'FROM alpine\nCOPY .env.example .env\n',
    'FROM alpine\nCOPY id_rsa.pub /root/.ssh/\n',
    'FROM alpine AS a\nCOPY .env .\nFROM alpine\nCOPY --from=a /x /x\n',
    'FROM alpine\nCOPY --from=x /root/.netrc /root/\n',
    'FROM alpine\nCOPY environment.env.ts /\n',
    'FROM alpine\nCOPY .npmrc .\n',
  ],
};

describe('rules of our own', () => {
  it.each(Object.entries(SILENT).flatMap(([id, texts]) => texts.map((text) => [id, text])))(
    '%s finds nothing in %j',
    async (id, text) => {
      const rule = STEVEDORE_RULES.find((one) => one.id === `stevedore/${id}`);
      expect(rule).toBeDefined();
      if (rule) expect(await findings(rule, text)).toEqual([]);
    },
  );

  /** Files of the context with a text that a rule must not speak of. */
  it.each([
    ['source-not-found', 'FROM a\nCOPY --from=x nope /\n', {}],
    ['source-not-found', 'FROM a\nADD https://x.y/nope /\n', {}],
    ['source-not-found', 'FROM a\nADD git@github.com:a/b.git /\n', {}],
    ['source-not-found', 'FROM a\nCOPY <<EOF /x\nEOF\n', {}],
    ['source-not-found', 'FROM a\nCOPY $NOPE /x\n', {}],
    ['source-not-found', 'FROM a\nCOPY ["a b", "/x"]\n', { 'a b': '' }],
    ['source-not-found', 'FROM a\nCOPY package.json yarn.lock* ./\n', { 'package.json': '' }],
    ['source-not-found', 'FROM a\nCOPY package-lock.json* ./\n', {}],
    ['source-not-found', 'FROM a\nCOPY . /\n', {}],
    ['source-not-found', 'FROM a\nCOPY ./src/ ../src/../src /x/\n', { 'src/a': '' }],
    ['source-not-found', 'FROM a\nONBUILD COPY nope /\n', {}],
    [
      'source-not-found',
      '# escape=`\nFROM a\nCOPY .\\src\\a src\\ C:\\x\\\nCOPY src\\*.dll C:\\x\\\nCOPY ["src\\\\a", "C:\\\\x"]\n',
      { 'src/a': '', 'src/b.dll': '' },
    ],
    ['source-not-found', 'FROM a\nCOPY nope /\n', { '.dockerignore': 'nope' }],
    [
      'source-not-found',
      'FROM a\nCOPY src src/a* /\n',
      { 'src/a/b': '', '.dockerignore': '*\n!src/a' },
    ],
    ['secret-in-layer', 'FROM a\nCOPY . /\n', { '.env': '', '.dockerignore': '.env' }],
    ['secret-in-layer', 'FROM a\nCOPY . /\n', { '.env.example': '' }],
    ['secret-in-layer', 'FROM a\nCOPY .npmrc /\n', { '.npmrc': 'registry=https://x.y\n' }],
    [
      'secret-in-layer',
      'FROM a\nCOPY .npmrc /\n',
      { '.npmrc': '//x.y/:_authToken=${NPM_TOKEN}\n' },
    ],
    ['secret-in-layer', 'FROM a\nCOPY src /\n', { '.env': '', 'src/a': '' }],
    [
      'host-dependencies',
      'FROM a\nRUN npm ci\nCOPY . .\n',
      { 'node_modules/a': '', '.dockerignore': 'node_modules' },
    ],
    ['host-dependencies', 'FROM a\nCOPY . .\nRUN npm ci\n', { 'node_modules/a': '' }],
    ['host-dependencies', 'FROM a\nRUN npm ci\nCOPY . .\n', { 'package.json': '' }],
  ])('%s finds nothing in %j with %j', async (id, text, files) => {
    const rule = STEVEDORE_RULES.find((one) => one.id === `stevedore/${id}`);
    expect(rule).toBeDefined();
    if (rule) expect(await findings(rule, text, { files })).toEqual([]);
  });

  it('tells a token of a registry, in a file and in a folder', async () => {
    const rule = STEVEDORE_RULES.find(({ id }) => id === 'stevedore/secret-in-layer');
    const files = { 'a/.npmrc': '//x.y/:_authToken=abc\n', 'a/b': '' };
    const messages = await Promise.all(
      ['FROM a\nCOPY a/.npmrc /\n', 'FROM a\nCOPY a /\n', 'FROM a\nCOPY . /\n'].map(async (text) =>
        rule ? await findings(rule, text, { files }) : [],
      ),
    );
    expect(messages.map((found) => found.length)).toEqual([1, 1, 1]);
  });

  it.each<[Record<string, string>, string, boolean, { line: number; character: number }]>([
    [{}, '.env\n', true, { line: 0, character: 0 }],
    [{ '.dockerignore': 'a\n' }, '.env\n', false, { line: 1, character: 0 }],
    [{ '.dockerignore': 'a\nbc' }, '\n.env\n', false, { line: 1, character: 2 }],
  ])('adds to an ignore file: %j', async (files, text, isNew, at) => {
    const rule = STEVEDORE_RULES.find(({ id }) => id === 'stevedore/secret-in-layer');
    const all = { ...files, '.env': '' };
    const [found] = rule ? await findings(rule, 'FROM a\nCOPY . /\n', { files: all }) : [];
    expect(found?.fixes?.[0]?.append).toMatchObject({ text, isNew, at });
    expect(found?.fixes?.[0]?.append?.path).toMatch(/[/\\]\.dockerignore$/);
  });
});
