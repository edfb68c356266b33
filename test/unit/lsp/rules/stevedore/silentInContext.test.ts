import { describe, expect, it } from 'vitest';
import { STEVEDORE_RULES } from '../../../../../src/lsp/server/rules/stevedore/rules.ts';
import { findings } from '../../support/examples.ts';

describe('rules of our own, in a build context', () => {
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
    ['source-not-found', 'FROM a\nCOPY COPY a /x\n', { a: '' }],
    ['source-not-found', 'FROM a\nCOPY a . \\\nRUN npm ci\n', { a: '' }],
    ['source-not-found', 'FROM a\nCOPY a /x \\\nCOPY a /y\n', { a: '' }],
    ['source-not-found', 'FROM a\nCOPY ./src/ ../src/../src /x/\n', { 'src/a': '' }],
    ['source-not-found', 'FROM a\nONBUILD COPY nope /\n', {}],
    [
      'source-not-found',
      '# escape=`\nFROM a\nCOPY .\\src\\a src\\ C:\\x\\\nCOPY src\\*.dll C:\\x\\\nCOPY ["src\\\\a", "C:\\\\x"]\n',
      { 'src/a': '', 'src/b.dll': '' },
    ],
    ['source-not-found', 'FROM a\nCOPY nope /\n', { '.dockerignore': 'nope' }],
    ['source-not-found', 'FROM a\nRUN --mount=type=bind,target=/x ls\n', {}],
    ['source-not-found', 'FROM a\nRUN --mount=from=b,source=nope,target=/x ls\n', {}],
    ['source-not-found', 'FROM a\nRUN --mount=type=cache,source=nope,target=/x ls\n', {}],
    ['source-not-found', 'FROM a\nRUN --mount=source=$NOPE,target=/x ls\n', {}],
    ['source-not-found', 'FROM a\nONBUILD RUN --mount=source=nope,target=/x ls\n', {}],
    ['source-not-found', 'FROM a\nRUN --mount="source=a*,target=/x" ls\n', { 'a*': '' }],
    [
      'source-not-found',
      'FROM a\nRUN --mount=type=bind,src=src,target=/x ls\n',
      { 'src/a/b': '', '.dockerignore': '*\n!src/a' },
    ],
    [
      'source-not-found',
      'FROM a\nCOPY src src/a* /\n',
      { 'src/a/b': '', '.dockerignore': '*\n!src/a' },
    ],
    ['secret-in-layer', 'FROM a\nCOPY . /\n', { '.env': '', '.dockerignore': '.env' }],
    ['secret-in-layer', 'FROM a\nCOPY . /\n', { '.env.example': '' }],
    ['secret-in-layer', 'FROM a\nCOPY --exclude=.env . /\n', { '.env': '' }],
    [
      'secret-in-layer',
      'FROM a\nADD --exclude="**/.env*" . /\n',
      { '.env': '', 'a/.env.local': '' },
    ],
    [
      'secret-in-layer',
      'FROM a\nCOPY --exclude=keys --exclude=*env a /\n',
      { 'a/.env': '', 'a/keys/id_rsa': '' },
    ],
    ['secret-in-layer', 'FROM a\nCOPY --parents --exclude=a/.env a /\n', { 'a/.env': '' }],
    ['secret-in-layer', 'FROM a\nCOPY .npmrc /\n', { '.npmrc': 'registry=https://x.y\n' }],
    [
      'secret-in-layer',
      'FROM a\nCOPY .npmrc /\n',
      { '.npmrc': '//x.y/:_authToken=${NPM_TOKEN}\n' },
    ],
    ...[
      'COPY package*.json .npmrc* ./\nRUN npm ci',
      'COPY . .\nFROM b\nRUN npm ci',
      'FROM c\nCOPY .npmrc /root/\nRUN --mount=type=cache,target=/npm npm ci && npm i a',
    ].map((text): [string, string, Record<string, string>] => [
      'package-cache-in-layer',
      `FROM a AS b\n${text}\n`,
      { '.npmrc': 'audit=false\n  cache = /npm\n' },
    ]),
    [
      'secret-in-layer',
      'FROM a\nCOPY . /\nCOPY .npmrc* * /\n',
      {
        '.npmrc': 'registry=https://x.y\n',
        '.ssh/known_hosts': '',
        '.ssh/config': '',
        'a/.ssh/id_rsa.pub': '',
        'a/auth.json': '{"http-basic": {}}',
        'a/settings.xml': '<password>${env.PASSWORD}</password>',
        'b/settings.xml': '<password>{a1b2=}</password>',
        'nuget.config': '<add key="ClearTextPassword" value="%TOKEN%" />',
        'config.json': '{"auth": "x"}',
        'node_modules/a/.npmrc': '//x.y/:_authToken=abc\n',
      },
    ],
    ...[
      'test/fixtures/server.key',
      'src/__tests__/client.pem',
      'pkg/tls/testdata/key.pem',
      'examples/.env',
      'e2e/id_rsa',
      'spec/fixtures/.npmrc',
      'packages/a/mocks/service-account.json',
    ].map((path): [string, string, Record<string, string>] => [
      'secret-in-layer',
      `FROM a\nCOPY . /\nCOPY ${path} /x\n`,
      {
        [path]: '-----BEGIN PRIVATE KEY-----\n//x.y/:_authToken=a\n"private_key": "-----BEGIN',
      },
    ]),
    ['secret-in-layer', 'FROM a\nCOPY .env* /\n', { '.env': '', '.dockerignore': '.env' }],
    ['secret-in-layer', 'FROM a\nCOPY --exclude=.env .e* /\n', { '.env': '' }],
    ['secret-in-layer', 'FROM a\nCOPY src /\n', { '.env': '', 'src/a': '' }],
    ...[
      'truststore.jks',
      'kafka.client.truststore.p12',
      'cacerts.jks',
      'tls/ca.p12',
      'root-ca.pfx',
      'debug.keystore',
      'src/test/resources/server.jks',
      'spec/dummy/config/master.key',
      'fixtures/a.tfstate',
      'master.key',
      'keystore',
      'src/Acme.KeyStore/main.cs',
      'a.tfstate.json',
      '.azure/pipelines.yml',
      '.config/gcloud.md',
    ].map((path): [string, string, Record<string, string>] => [
      'secret-in-layer',
      `FROM a\nCOPY . /\nCOPY ${path} /x\n`,
      { [path]: '' },
    ]),
    [
      'host-dependencies',
      'FROM a\nRUN npm ci\nCOPY . .\n',
      { 'node_modules/a': '', '.dockerignore': 'node_modules' },
    ],
    ['host-dependencies', 'FROM a\nCOPY . .\nRUN npm ci\n', { 'node_modules/a': '' }],
    [
      'host-dependencies',
      'FROM a\nRUN npm ci\nCOPY --exclude=**/node_modules . .\n',
      { 'node_modules/a': '' },
    ],
    [
      'host-dependencies',
      'FROM a\nWORKDIR /deps\nRUN npm ci\nWORKDIR /app\nCOPY . .\n',
      { 'node_modules/a': '' },
    ],
    [
      'host-dependencies',
      'FROM a\nENV D=/app/web\nWORKDIR /app\nRUN npm ci\nCOPY . $D/\n',
      { 'node_modules/a': '' },
    ],
    ['host-dependencies', 'FROM a\nRUN npm ci\nCOPY . .\n', { 'package.json': '' }],
    ...[
      '. .\nCOPY --from=d /node_modules ./node_modules',
      '--from=d /node_modules . \nCOPY . .',
    ].map((line): [string, string, Record<string, string>] => [
      'host-dependencies',
      `FROM a AS d\nRUN npm ci\nFROM a\nCOPY ${line}\n`,
      { 'node_modules/a': '' },
    ]),
    [
      'host-dependencies',
      'FROM a AS d\nFROM a\nCOPY --from=d /node_modules /deps/node_modules\nCOPY . /app\n',
      { 'node_modules/a': '' },
    ],
    ...[
      ['RUN npm ci\nCOPY web .', 'node_modules/a'],
      ['WORKDIR /app\nRUN npm ci\nCOPY web ./web', 'web/node_modules/a'],
      ['WORKDIR /app\nRUN npm ci\nCOPY web $D', 'web/node_modules/a'],
      ['WORKDIR /app\nRUN npm ci\nCOPY --exclude=node_modules web .', 'web/node_modules/a'],
      ['WORKDIR /app\nRUN cd web && npm ci\nCOPY . .', 'node_modules/a'],
      ['ENV UV_PROJECT_ENVIRONMENT=/venv\nRUN uv sync\nCOPY . .', '.venv/a'],
      ['RUN poetry config virtualenvs.create false && poetry install\nCOPY . .', '.venv/a'],
      ['ENV POETRY_VIRTUALENVS_CREATE=0\nRUN poetry install\nCOPY . .', '.venv/a'],
      ['RUN pipenv install --system\nCOPY . .', '.venv/a'],
      ['RUN bundle install\nCOPY . .', 'vendor/bundle/a'],
      ['RUN python -m venv venv\nCOPY . .', 'venv/main.py'],
      ['RUN python -m venv /opt/venv\nCOPY . /app', 'venv/pyvenv.cfg'],
      ['RUN cargo build\nCOPY . .', 'target/main.rs'],
      ['RUN --mount=type=cache,target=/app/target cargo build\nCOPY . .', 'target/CACHEDIR.TAG'],
      ['ENV CARGO_TARGET_DIR=/t\nRUN cargo build\nCOPY . .', 'target/CACHEDIR.TAG'],
      ['RUN cargo fetch\nCOPY . .', 'target/CACHEDIR.TAG'],
      ['RUN go mod download\nCOPY . .', 'vendor/modules.txt'],
      ['RUN mvn dependency:go-offline\nCOPY . .', 'target/a.jar'],
      ['RUN dotnet restore\nCOPY . .', 'obj/project.assets.json'],
      ['RUN dotnet --info\nCOPY . .', 'obj/project.assets.json', 'A.csproj'],
      ['RUN dotnet restore\nCOPY . .', 'bin/a', 'A.csproj'],
      ['COPY . .\nRUN dotnet restore', 'obj/project.assets.json', 'A.csproj'],
      ['WORKDIR /a\nRUN dotnet restore\nCOPY . /b', 'obj/project.assets.json', 'A.csproj'],
    ].map(([lines, ...paths]): [string, string, Record<string, string>] => [
      'host-dependencies',
      `FROM a\n${lines}\n`,
      { 'web/src/a': '', ...Object.fromEntries(paths.map((path) => [path, ''])) },
    ]),
    ...[
      { 'package.json': '{}' },
      { 'package.json': '{"workspaces": ["a"]}', '.dockerignore': '**/node_modules' },
      { 'package.json': '{"workspaces": ["a"]}', '.dockerignore': 'a/node_modules' },
    ].map((files): [string, string, Record<string, string>] => [
      'host-dependencies',
      'FROM a\nWORKDIR /app\nRUN npm ci\nCOPY . .\n',
      { ...files, 'a/package.json': '', 'a/node_modules/b/c': '' },
    ]),
    [
      'host-dependencies',
      'FROM a\nRUN dotnet restore\nCOPY . .\n',
      { 'A.csproj': '', 'obj/project.assets.json': '', '.dockerignore': '**/obj' },
    ],
  ])('%s finds nothing in %j with %j', async (id, text, files) => {
    const rule = STEVEDORE_RULES.find((one) => one.id === `stevedore/${id}`);
    expect(rule).toBeDefined();
    if (rule) expect(await findings(rule, text, { files })).toEqual([]);
  });

  /** A script with the line ends of Windows, and one without an interpreter, that something takes care of. */
  it.each([
    'COPY win.sh /e.sh\nENTRYPOINT ["sh", "/e.sh"]',
    'COPY win.sh /e.sh\nRUN dos2unix /e.sh\nENTRYPOINT ["/e.sh"]',
    'COPY win.sh /e.sh\nRUN sed -i \'s/\\r$//\' /e.sh && chmod +x /e.sh\nENTRYPOINT ["/e.sh"]',
    'COPY win.sh /e.sh\nRUN ./fix /e.sh\nENTRYPOINT ["/e.sh"]',
    'COPY win.sh /app/\nRUN ./fix /app/*.sh\nENTRYPOINT ["/app/win.sh"]',
    'COPY win.sh /e.sh\nRUN <<EOF\nfix\nEOF\nENTRYPOINT ["/e.sh"]',
    'COPY win.sh /e.sh\nCOPY --from=b / /\nENTRYPOINT ["/e.sh"]',
    'COPY win.sh /e.sh\nCOPY $X /\nENTRYPOINT ["/e.sh"]',
    'COPY win.sh /e.sh\nCOPY unix.sh /e.sh\nENTRYPOINT ["/e.sh"]',
    'COPY win.sh /e.sh\nENTRYPOINT ["/other.sh"]',
    'COPY win.sh /e.sh\nENTRYPOINT /e.sh',
    'COPY win.sh app/\nENTRYPOINT ["app/win.sh"]',
    'COPY win.sh /app/\nENTRYPOINT ["win.sh"]',
    'COPY win.sh /e.sh\nENTRYPOINT ["tini", "--"]\nCMD ["/e.sh"]',
    'COPY bin.sh unix.sh /\nENTRYPOINT ["/bin.sh"]',
    'COPY unix.sh lfs.sh /\nENTRYPOINT ["/lfs.sh"]',
    'COPY unix.sh /\nENTRYPOINT ["/unix.sh"]',
    'COPY split.py warn.pl /\nENTRYPOINT ["/split.py"]',
    'COPY split.py warn.pl /\nENTRYPOINT ["/warn.pl"]',
    'COPY ignored.sh /\nENTRYPOINT ["/ignored.sh"]',
    'COPY --exclude=win.sh . /\nENTRYPOINT ["/win.sh"]',
    'ONBUILD COPY win.sh /\nENTRYPOINT ["/win.sh"]',
    'COPY win.sh /\nONBUILD ENTRYPOINT ["/win.sh"]',
    'COPY bare.sh /\nENTRYPOINT []\nCMD ["/bare.sh"]',
    'FROM node:22\nCOPY bare.sh /\nCMD ["/bare.sh"]',
    'FROM acme/base\nCOPY win.sh bare.sh /\nCMD ["/win.sh"]',
  ])('script-not-runnable finds nothing in %j', async (lines) => {
    const rule = STEVEDORE_RULES.find(({ id }) => id === 'stevedore/script-not-runnable');
    const files = {
      'split.py': '#!/usr/bin/env -S python3 -u\r\n',
      'warn.pl': '#!/usr/bin/perl -w\r\n',
      'win.sh': '#!/bin/sh\r\n',
      'ignored.sh': '#!/bin/sh\r\n',
      '.dockerignore': 'ignored.sh\n',
      'unix.sh': '#!/bin/sh\n\r\n',
      'bare.sh': 'exec app\n',
      'bin.sh': '\u007fELF\0',
      'lfs.sh': 'version https://git-lfs.github.com/spec/v1\n',
    };
    expect(rule && (await findings(rule, `FROM debian:12\n${lines}\n`, { files }))).toEqual([]);
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
