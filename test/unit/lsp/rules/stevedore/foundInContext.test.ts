import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheBustingOrder } from '../../../../../src/lsp/server/rules/stevedore/cacheBustingOrder.ts';
import { secretInLayer } from '../../../../../src/lsp/server/rules/stevedore/secretInLayer.ts';
import { hostDependencies } from '../../../../../src/lsp/server/rules/stevedore/hostDependencies.ts';
import { scriptNotRunnable } from '../../../../../src/lsp/server/rules/stevedore/scriptNotRunnable.ts';
import { sourceNotFound } from '../../../../../src/lsp/server/rules/stevedore/sourceNotFound.ts';
import { findings } from '../../support/examples.ts';

describe('source-not-found', () => {
  it.each([
    ['type=bind,source=nope,target=/x', {}, 'There is no "nope"'],
    ['target=/x,src="a/b"', { 'a/c': '' }, 'There is no "a/b"'],
    ['"type=bind,source=nope,target=/x"', {}, 'There is no "nope"'],
    ['source=a,target=/x', { a: '', '.dockerignore': 'a' }, '"a" is left out'],
    ['source=a,target=/x', { 'a/b': '', '.dockerignore': 'a' }, '"a" is left out'],
    ['source=a,target=/x,from=', {}, 'There is no "a"'],
  ])('finds what --mount=%s does not with %j', async (mount, files, said) => {
    const text = `FROM alpine\nRUN --mount=${mount} make\n`;
    const found = await findings(sourceNotFound, text, { files });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(said)]);
  });

  it.each(['/a', '../a', '//a', 'x/../../a/b'])(
    'finds %s left out, which is no path of the ignore file’s for BuildKit’s check',
    async (source) => {
      const files = { 'a/b': '', '.dockerignore': 'a\n' };
      const text = `FROM alpine\nCOPY ${source} /x/\nCOPY ./a a /x/\n`;
      expect(
        (await findings(sourceNotFound, text, { files })).map(({ message }) => message),
      ).toEqual([expect.stringContaining('is left out of the build context by the line "a"')]);
      const told = { ...files, '.dockerignore': '**/a\n' };
      expect(await findings(sourceNotFound, 'FROM alpine\nCOPY /a /x/\n', { files: told })).toEqual(
        [],
      );
    },
  );
});

describe('secret-in-layer', () => {
  it.each([
    ['COPY --exclude=.env . /', '"a/.env"'],
    ['COPY --exclude=/.env --exclude=a . /', '".env"'],
    ['COPY --exclude=a/.env a /', '"a/.env"'],
    ['COPY --exclude=*.env --exclude=!.env . /', '".env", "a/.env"'],
    ['COPY --exclude=.env .env /', '".env"'],
    ['COPY .env* /', '".env"'],
    ['COPY * /', '".env", "a/.env"'],
    ['COPY --exclude=x [a] /', '"a/.env"'],
    ['COPY ["[.]env", "/"]', '".env"'],
  ])('finds what %s does not exclude', async (line, names) => {
    const files = { '.env': '', 'a/.env': '' };
    const found = await findings(secretInLayer, `FROM alpine\n${line}\n`, { files });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(`${names} `)]);
  });

  it.each([
    'config/master.key',
    'web/config/credentials/production.key',
    'tls/server.jks',
    'my-release-key.keystore',
    'keystore.p12',
    'certs/latest/site.PFX',
    'terraform.tfstate',
    'infra/terraform.tfstate.backup',
    'application_default_credentials.json',
    '.config/gcloud/credentials.db',
    'home/.config/gcloud/access_tokens.db',
    '.azure/msal_token_cache.json',
    '.azure/service_principal_entries.bin',
    '.cargo/credentials.toml',
    '.gem/credentials',
    '.vault-token',
  ])('knows that %s is secret, by itself and in a folder', async (path) => {
    const files = { [path]: '', 'a/main.c': '' };
    const text = `FROM alpine\nCOPY . /\nCOPY ${path} /x\n`;
    const found = await findings(secretInLayer, text, { files });
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringMatching(`^This copies "${path}" into`),
      expect.stringMatching(`^"${path}" holds `),
    ]);
  });
});

describe('secret-in-layer, where the text shows it', () => {
  const TOKEN = '//x.y/:_authToken=abc\n';
  const KEY = '-----BEGIN PRIVATE KEY-----\n';

  it.each<[string, string]>([
    ['.npmrc', TOKEN],
    ['b/c/.npmrc', TOKEN],
    ['b/.yarnrc.yml', 'npmAuthToken: abc\n'],
    ['b/pip.conf', '[global]\nindex-url = https://u:p@x.y/simple\n'],
    ['b/.docker/config.json', '{"auths": {"x.y": {"auth": "abc"}}}'],
    ['b/service-account.json', `{"private_key": "${KEY.trim()}"}`],
    ['b/auth.json', '{"http-basic": {"x.y": {"username": "a", "password": "b"}}}'],
    ['b/.m2/settings.xml', '<server><password>abc</password></server>'],
    ['b/NuGet.Config', '<add key="ClearTextPassword" value="abc" />'],
    ['b/.ssh/keys/deploy', ''],
    ['contest/server.key', KEY],
    ['latest/test.key', KEY],
  ])('finds %s in a folder, beside many files to read', async (path, text) => {
    const certificates = Array.from({ length: 60 }, (_, at) => [`a/0/${at}.pem`, 'CERTIFICATE']);
    const files = { ...Object.fromEntries(certificates), [`a/${path}`]: text };
    for (const line of ['COPY a /', 'COPY . /', 'COPY a* /']) {
      const found = await findings(secretInLayer, `FROM alpine\n${line}\n`, { files });
      expect(found.map(({ message }) => message)).toEqual([
        expect.stringMatching(`^This copies "a/${path}" into`),
      ]);
    }
  });

  it('looks at the files that a pattern means', async () => {
    const files = { '.npmrc': TOKEN, 'a.key': KEY, 'b.key': '' };
    const text = 'FROM alpine\nCOPY package.json .npmrc* ./\nCOPY *.key /keys/\n';
    const found = await findings(secretInLayer, text, { files });
    expect(found.map(({ span }) => text.slice(span.start, span.end))).toEqual(['.npmrc*', '*.key']);
  });
});

describe('cache-busting-order, in a build context', () => {
  it.each<[string, Record<string, string>, number]>([
    ['npm ci', { 'package.json': '{"scripts": {"test": "a"}}' }, 1],
    ['npm ci', { 'package.json': '{"workspaces": ["a"]}' }, 0],
    ['npm ci', { 'package.json': '{"dependencies": {"a": "file:../a"}}' }, 0],
    ['npm ci', { 'package.json': '{"scripts": {"postinstall": "patch-package"}}' }, 0],
    ['npm ci', { 'package.json': '{"workspaces": ["a"]}', '.dockerignore': 'package.json' }, 1],
    ['pnpm install', { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages: [a]' }, 0],
    ['pip install -r a.txt', { 'a.txt': 'flask==3\n# -e .\n' }, 1],
    ['pip install -r a.txt', { 'a.txt': 'flask==3\n-e .\n' }, 0],
    ['pip install -r a.txt', { 'a.txt': '-r base.txt\n' }, 0],
    ['bundle install', { Gemfile: "gem 'rails'\n" }, 1],
    ['bundle install', { Gemfile: "source 'x'\ngemspec\n" }, 0],
    ['go mod download', { 'go.mod': 'require x.y/a v1.0.0\n' }, 1],
    ['go mod download', { 'go.mod': 'replace x.y/a => ./a\n' }, 0],
    ['uv sync --no-install-project', { 'pyproject.toml': 'a = { workspace = true }\n' }, 0],
  ])('moves %s where its lists are all that it reads: %j', async (run, files, count) => {
    const text = `FROM a\nCOPY . .\nRUN ${run}\n`;
    const found = await findings(cacheBustingOrder, text, { files });
    expect(found.map(({ fixes }) => fixes?.length)).toEqual([count]);
    expect(found[0]?.message.includes('Copy all that it reads')).toBe(count === 0);
  });
});

describe('host-dependencies', () => {
  it.each([
    'WORKDIR /app\nRUN npm ci\nCOPY . /app/',
    'WORKDIR /deps\nRUN npm ci\nWORKDIR ../app\nRUN npm ci\nCOPY . .',
    'WORKDIR /deps\nRUN cd /app && npm ci\nCOPY . /app',
    'WORKDIR /deps\nRUN npm ci --prefix /app\nCOPY . /app',
    'RUN npm ci\nCOPY . /app',
    'RUN npm ci\nCOPY --exclude=node_modules.old . .',
    'WORKDIR $APP\nRUN npm ci\nCOPY . /app',
    'WORKDIR /app\nRUN npm ci\nCOPY . $APP',
    'ENV D=/app\nWORKDIR $D\nRUN npm ci\nCOPY [".", "/app"]',
    'WORKDIR /app\nRUN npm ci\nFROM one\nCOPY . .',
  ])('finds them copied over what %j installs', async (text) => {
    const files = { 'node_modules/a': '' };
    const found = await findings(hostDependencies, `FROM node AS one\n${text}\n`, { files });
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('over the one that npm has installed'),
    ]);
  });

  it.each([
    'WORKDIR /app\nCOPY --from=one /deps/node_modules ./node_modules\nCOPY . .',
    'COPY --from=one /deps/node_modules /app/node_modules/\nADD . /app',
    'ENV D=/app\nWORKDIR /app\nCOPY --from=one /deps/node_modules $D/node_modules\nCOPY . .',
  ])('finds them copied over what %j takes of another stage', async (text) => {
    const files = { 'node_modules/a': '' };
    const all = `FROM node AS one\nRUN npm ci\nFROM node\n${text}\n`;
    const found = await findings(hostDependencies, all, { files });
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('over the one that COPY --from=one has put there'),
    ]);
  });

  it.each([
    ['composer install', 'vendor'],
    ['mix deps.get', 'deps'],
    ['mix deps.compile', '_build'],
    ['pdm install', '.venv'],
    ['python -m venv .venv', '.venv'],
    ['uv venv', '.venv'],
    ['bundle config set --local path vendor/bundle && bundle install', 'vendor/bundle'],
    ['bundle install --deployment', 'vendor/bundle'],
  ])('knows where %s installs', async (run, folder) => {
    const text = `FROM a\nRUN ${run}\nCOPY . .\n`;
    const found = await findings(hostDependencies, text, { files: { [`${folder}/a`]: '' } });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(`"${folder}"`)]);
  });

  it.each([
    ['ENV BUNDLE_PATH=vendor/bundle\nRUN bundle install', 'vendor/bundle/a'],
    ['ENV PIPENV_VENV_IN_PROJECT=1\nRUN pipenv sync', '.venv/a'],
    ['WORKDIR /app\nRUN virtualenv -p python3 /app/venv', 'venv/pyvenv.cfg'],
    ['RUN cargo chef cook --release --recipe-path recipe.json', 'target/CACHEDIR.TAG'],
    ['RUN mkdir src && touch src/main.rs && cargo build --release', 'target/.rustc_info.json'],
    ['COPY --from=b /app/venv ./venv', 'venv/a'],
  ])('knows where %j installs', async (lines, path) => {
    const text = `FROM a\n${lines}\nCOPY . .\n`;
    const found = await findings(hostDependencies, text, { files: { [path]: '' } });
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining(`"${posix.dirname(path)}"`),
    ]);
  });

  it.each([
    ['WORKDIR /app\nCOPY web/package.json .\nRUN npm ci\nCOPY web .', 'web'],
    ['WORKDIR /app\nRUN npm ci\nCOPY web/ src/ /app/', 'web/'],
    ['WORKDIR /app/web\nRUN npm ci\nCOPY ./web ../web', './web'],
    ['WORKDIR /app/web\nRUN npm ci\nWORKDIR /app\nCOPY . .', '.'],
    ['WORKDIR /app\nRUN cd web && npm ci\nCOPY . .', '.'],
    ['WORKDIR /app\nRUN (cd web; npm ci)\nCOPY web web', 'web'],
  ])('finds them in a folder of the context: %j', async (lines, source) => {
    const files = { 'web/node_modules/a': '', 'src/b': '' };
    const text = `FROM a\n${lines}\n`;
    const found = await findings(hostDependencies, text, { files });
    expect(found.map(({ span, message }) => [text.slice(span.start, span.end), message])).toEqual([
      [source, expect.stringContaining('machine’s "web/node_modules" over')],
    ]);
  });

  it.each([
    ['package.json', '{"workspaces": ["packages/*"]}'],
    ['pnpm-workspace.yaml', 'packages: [packages/*]'],
  ])('finds those of workspaces that %s names', async (path, text) => {
    const files = {
      'package.json': '{}',
      [path]: text,
      'node_modules/x/a': '',
      'packages/a/package.json': '',
      'packages/a/node_modules/y/a': '',
      'packages/b/package.json': '',
      'packages/b/node_modules/z/a': '',
      'packages/c/node_modules/z/a': '',
      '.dockerignore': '/node_modules',
    };
    const dockerfile = 'FROM a\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nCOPY . .\n';
    const found = await findings(hostDependencies, dockerfile, { files });
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('machine’s "packages/a/node_modules" over the one that npm has'),
    ]);
    expect(found[0]?.fixes?.[0]?.append?.text).toBe(
      '\npackages/a/node_modules\npackages/b/node_modules\n',
    );
  });

  it.each([
    ['COPY ["Web/Web.csproj", "Web/"]\nRUN dotnet restore "Web/Web.csproj"\nCOPY . .', '.'],
    ['WORKDIR /src/Web\nRUN dotnet restore\nWORKDIR /src\nCOPY . .', '.'],
    ['WORKDIR /src\nRUN dotnet restore Web\nCOPY Web Web', 'Web'],
  ])('finds what .NET keeps beside a project: %j', async (lines, source) => {
    const files = {
      'Web/Web.csproj': '',
      'Web/obj/project.assets.json': '',
      'Web/bin/Debug/Web.dll': '',
      'Lib/Lib.fsproj': '',
      'Lib/obj/a': '',
      'scripts/bin/a': '',
    };
    const text = `FROM sdk\n${lines}\n`;
    const found = await findings(hostDependencies, text, { files });
    expect(found.map(({ span, message }) => [text.slice(span.start, span.end), message])).toEqual([
      [source, expect.stringContaining('machine’s "Web/obj" over what dotnet has restored')],
    ]);
    expect(found[0]?.fixes?.[0]?.append?.text).toBe('Web/bin\nWeb/obj\n');
  });
});

describe('script-not-runnable', () => {
  const files = {
    'win.sh': '#!/usr/bin/env bash\r\nexec app\r\n',
    'bare.sh': 'exec app\n',
    'docker/win.sh': '#!/bin/sh\r\n',
  };

  it.each([
    ['COPY win.sh /e.sh\nENTRYPOINT ["/e.sh"]', 'win.sh'],
    ['COPY --chmod=755 win.sh /\nENTRYPOINT ["/win.sh", "x"]', 'win.sh'],
    ['ADD win.sh /\nRUN chmod +x /win.sh\nENTRYPOINT ["/win.sh"]', 'win.sh'],
    [
      'WORKDIR /app\nCOPY . .\nRUN npm ci && rm -rf /tmp/* && chmod +x *.sh\nCMD ["./docker/win.sh"]',
      'docker/win.sh',
    ],
    ['COPY docker /app\nWORKDIR /app\nENTRYPOINT ["./win.sh"]', 'docker/win.sh'],
    ['COPY . /app\nCOPY bare.sh /app/win.sh\nENTRYPOINT ["/app/win.sh"]', 'bare.sh'],
    ['COPY docker/win.sh /usr/local/bin/\nENTRYPOINT ["win.sh"]', 'docker/win.sh'],
    ['COPY win.sh /usr/bin/start.sh\nCMD ["start.sh"]', 'win.sh'],
    ['COPY win.sh bare.sh /app/\nENTRYPOINT ["/app/bare.sh"]\nCMD ["npm"]', 'bare.sh'],
  ])('finds what %j runs', async (lines, name) => {
    const found = await findings(scriptNotRunnable, `FROM debian:12\n${lines}\n`, { files });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(`"${name}" `)]);
  });

  it.each([
    ['#!/bin/sh\r\n', 'its interpreter is not found'],
    ['#!/usr/bin/env bash\r\n', 'its interpreter is not found'],
    ['#!/bin/sh -e\r\n', 'its interpreter refuses the option “-e\\r”'],
    ['#!/usr/bin/env -S bash -eu\r\n', 'its shell takes “\\r” for a part of each command'],
    ['\uFEFF#!/bin/sh\n', 'begins with a byte order mark, not with “#!”'],
    ['exec app\n', 'does not begin with “#!”'],
    ['', 'does not begin with “#!”'],
  ])('says of %j what becomes of it', async (text, what) => {
    const found = await findings(
      scriptNotRunnable,
      'FROM debian:12\nCOPY a.sh /\nENTRYPOINT ["/a.sh"]\n',
      { files: { 'a.sh': text } },
    );
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(what)]);
  });
});
