import { describe, expect, it } from 'vitest';
import { STEVEDORE_RULES } from '../../../../../src/lsp/server/rules/stevedore/rules.ts';
import { findings } from '../../support/examples.ts';
import { fixed, words } from '../hadolint/found.ts';

describe('owner-by-name', () => {
  it.each([
    ['COPY --link --chown=a x /y', 'COPY --chown=a x /y'],
    ['COPY --link \\\n\t--chown=a x /y', 'COPY  \\\n\t--chown=a x /y'],
    ['COPY --link\\\n --chown=a x /y', 'COPY \\\n --chown=a x /y'],
    ['ADD --chown=a --link \\\r\n  x /y', 'ADD --chown=a  \\\r\n  x /y'],
  ])('leaves out --link of %j, and lines as they are', async (line, without) => {
    expect(await fixed('stevedore/owner-by-name', `FROM a:1\n${line}\n`)).toEqual([
      `FROM a:1\n${without}\n`,
    ]);
  });
});

describe('broken-array', () => {
  it.each([
    [`CMD ['node', "server.js"]`, 'CMD ["node", "server.js"]'],
    [String.raw`CMD ['it\'s', 'a "b"', '\n']`, String.raw`CMD ["it's", "a \"b\"", "\n"]`],
    ['CMD [“node”, ‘a’, „b“]', 'CMD ["node", "a", "b"]'],
    ['CMD ["python" "app.py"]', 'CMD ["python", "app.py"]'],
    ['CMD ["node", "server.js",]', 'CMD ["node", "server.js"]'],
    ['CMD ["node",, "server.js"]', 'CMD ["node", "server.js"]'],
    ['CMD [, "node"]', 'CMD [ "node"]'],
    ['CMD ["node",\u{A0}"server.js"]', 'CMD ["node", "server.js"]'],
    ['CMD ["node", "server.js"', 'CMD ["node", "server.js"]'],
    ['CMD [java -jar, "/a.jar"]', 'CMD ["java", "-jar", "/a.jar"]'],
    ['CMD [ java, -jar, a.jar ]', 'CMD [ "java", "-jar", "a.jar" ]'],
    [
      String.raw`ENTRYPOINT ["C:\app\x.exe", "C:\\new\z"]`,
      String.raw`ENTRYPOINT ["C:\\app\\x.exe", "C:\\new\\z"]`,
    ],
    ["HEALTHCHECK --retries=2 CMD ['a']", 'HEALTHCHECK --retries=2 CMD ["a"]'],
    ['VOLUME [/data]', 'VOLUME ["/data"]'],
    ['VOLUME [ /data ]', 'VOLUME [ "/data" ]'],
    ['VOLUME [$DATA, /b]', 'VOLUME ["$DATA", "/b"]'],
    ['VOLUME [/a /b]', 'VOLUME ["/a", "/b"]'],
    ['CMD [/bin/app --serve]', 'CMD ["/bin/app", "--serve"]'],
    ['ENTRYPOINT [./run.sh -v "x y"]', 'ENTRYPOINT ["./run.sh", "-v", "x y"]'],
    ['CMD [app]', 'CMD ["app"]'],
    ['ENTRYPOINT [ /docker-entrypoint.sh ]', 'ENTRYPOINT [ "/docker-entrypoint.sh" ]'],
    ['RUN [./build.sh]', 'RUN ["./build.sh"]'],
    ['HEALTHCHECK CMD [/check]', 'HEALTHCHECK CMD ["/check"]'],
    ['CMD ["a" \\\n  "b", \\\n]', 'CMD ["a", \\\n  "b" \\\n]'],
  ])('writes %j as JSON', async (line, json) => {
    expect(await fixed('stevedore/broken-array', `FROM a:1\n${line}\n`)).toEqual([
      `FROM a:1\n${json}\n`,
    ]);
  });

  it('leaves alone what only a shell could expand', async () => {
    expect(await fixed('stevedore/broken-array', 'FROM a:1\nCMD [java -jar *.jar]\n')).toEqual([]);
    expect(await fixed('stevedore/broken-array', 'FROM a:1\nCMD [$APP]\n')).toEqual([]);
    expect(await words('stevedore/broken-array', 'FROM a:1\nCMD [$APP]\n')).toEqual(['[$APP]']);
  });
});

describe('line-in-exec-form', () => {
  it.each([
    ['CMD ["nginx -g \\"daemon off;\\""]', 'CMD ["nginx", "-g", "daemon off;"]'],
    ['CMD ["perl -e \'print 1\'"]', 'CMD ["perl", "-e", "print 1"]'],
    ['CMD ["exec java -jar a.jar", "b"]', 'CMD ["java", "-jar", "a.jar", "b"]'],
    ['CMD ["nginx "]', 'CMD ["nginx"]'],
    ['CMD ["java \\\n  -jar a.jar"]', 'CMD ["java", "-jar", "a.jar"]'],
    ['HEALTHCHECK CMD ["curl -f http://a/"]', 'HEALTHCHECK CMD ["curl", "-f", "http://a/"]'],
    ['ENTRYPOINT ["tini", "--", "npm start"]', 'ENTRYPOINT ["tini", "--", "npm", "start"]'],
  ])('writes the words of %s', async (line, parted) => {
    expect(await fixed('stevedore/line-in-exec-form', `FROM alpine\n${line}\n`)).toEqual([
      `FROM alpine\n${parted}\n`,
    ]);
  });

  it.each([
    'CMD ["cd /app && ./run"]',
    'CMD ["java $JAVA_OPTS -jar a.jar"]',
    'CMD ["rm *.log"]',
    'CMD ["A=1 node a.js"]',
    'CMD ["source /venv/bin/activate"]',
  ])('leaves to a shell what only that reads: %s', async (line) => {
    const text = `FROM alpine\n${line}\n`;
    expect(await fixed('stevedore/line-in-exec-form', text)).toEqual([]);
    expect(await words('stevedore/line-in-exec-form', text)).toHaveLength(1);
  });
});

describe('repeated-keyword', () => {
  it.each([
    ['RUN RUN make', 'RUN make'],
    ['RUN make && \\\n  RUN make install', 'RUN make && \\\n  make install'],
    ['RUN RUN \\\n  make', 'RUN make'],
    ['ONBUILD RUN RUN make', 'ONBUILD RUN make'],
    ['CMD CMD ["npm", "start"]', 'CMD ["npm", "start"]'],
    ['HEALTHCHECK CMD CMD curl localhost', 'HEALTHCHECK CMD curl localhost'],
    ['COPY COPY --chown=a a b', 'COPY --chown=a a b'],
    ['RUN <<EOF\nRUN make\nEOF', 'RUN <<EOF\nmake\nEOF'],
  ])('leaves it out of %j', async (line, without) => {
    expect(await fixed('stevedore/repeated-keyword', `FROM a\n${line}\n`)).toEqual([
      `FROM a\n${without}\n`,
    ]);
  });

  it('leaves to a person where the flags of a later RUN belong', async () => {
    const text = 'FROM a\nRUN a && RUN --mount=type=cache,target=/b c\n';
    expect(await fixed('stevedore/repeated-keyword', text)).toEqual([]);
    expect(await words('stevedore/repeated-keyword', text)).toEqual(['RUN']);
  });
});

describe('operator-in-exec-form', () => {
  it('quotes no command that stands in one string', async () => {
    const text = 'FROM alpine\nCMD ["npm run migrate", "&&", "npm start"]\n';
    expect(await fixed('stevedore/operator-in-exec-form', text)).toEqual([
      'FROM alpine\nCMD ["sh", "-c", "npm run migrate && npm start"]\n',
    ]);
  });

  it.each([
    ['CMD ["a", "&&", "b", "-c"]', 'CMD ["sh", "-c", "a && b -c"]'],
    ['RUN ["a", ">", "/log", "2>&1"]', 'RUN ["sh", "-c", "a > /log 2>&1"]'],
    [
      'HEALTHCHECK --retries=2 CMD ["curl", "http://x/?a&b", "||", "exit 1"]',
      `HEALTHCHECK --retries=2 CMD ["sh", "-c", "curl 'http://x/?a&b' || exit 1"]`,
    ],
    ['CMD ["/bin/bash", "-lc", "cd /a", "&&", "b"]', 'CMD ["/bin/bash", "-lc", "cd /a && b"]'],
  ])('gives all of %s to a shell', async (line, other) => {
    expect(await fixed('stevedore/operator-in-exec-form', `FROM a:1\n${line}\n`)).toEqual([
      `FROM a:1\n${other}\n`,
    ]);
  });

  it('gives a shell to what runs the words of CMD', async () => {
    const text = 'FROM a:1\nENTRYPOINT ["tini", "--"]\nCMD ["a", "&&", "b"]\n';
    expect(await fixed('stevedore/operator-in-exec-form', text)).toEqual([
      'FROM a:1\nENTRYPOINT ["tini", "--"]\nCMD ["sh", "-c", "a && b"]\n',
    ]);
  });

  it.each([
    'ENTRYPOINT ["app"]\nCMD ["a", "&&", "b"]',
    'ENTRYPOINT ["a", "&&", "b"]\nCMD ["c"]',
    'CMD ["a", "&&"]',
  ])('gives no shell to what would become another command: %j', async (lines) => {
    expect(await fixed('stevedore/operator-in-exec-form', `FROM a:1\n${lines}\n`)).toEqual([]);
    expect(await words('stevedore/operator-in-exec-form', `FROM a:1\n${lines}\n`)).toEqual([
      '"&&"',
    ]);
  });

  it('leaves alone what is not plain', async () => {
    const text = String.raw`FROM a:1${'\n'}CMD ["a", "$B", "&&", "c"]`;
    expect(await fixed('stevedore/operator-in-exec-form', text)).toEqual([]);
    expect(await words('stevedore/operator-in-exec-form', text)).toEqual(['"&&"']);
  });
});

describe('comma-between-arguments', () => {
  it.each([
    ['VOLUME /a, /b, /c', 'VOLUME /a /b /c'],
    ['VOLUME /a,/b,/c,', 'VOLUME /a /b /c'],
    ['VOLUME /a , /b', 'VOLUME /a /b'],
    ['VOLUME /a ,/b', 'VOLUME /a /b'],
    ['VOLUME /a \\\n# x\n, /b \\\n  , /c', 'VOLUME /a \\\n# x\n /b \\\n  /c'],
    ['VOLUME $A,\\\n$B', 'VOLUME $A \\\n$B'],
    ['VOLUME ["/a, /b,/c", "/d,"]', 'VOLUME ["/a", "/b", "/c", "/d"]'],
    [String.raw`VOLUME C:\a, D:\b`, String.raw`VOLUME C:\a D:\b`],
    ['LABEL a="b", \\\n  c=d, \\\n  # x\n  e=f,', 'LABEL a="b" \\\n  c=d \\\n  # x\n  e=f'],
    ['ENV A=1, B=2, C=,', 'ENV A=1 B=2 C=,'],
    ['ARG A=1, B, C', 'ARG A=1 B C'],
  ])('parts by spaces what %j parts by commas', async (line, better) => {
    expect(await fixed('stevedore/comma-between-arguments', `FROM a:1\n${line}\n`)).toEqual([
      `FROM a:1\n${better}\n`,
    ]);
  });
});

describe('package-cache-in-layer', () => {
  it.each([
    ['pacman -Sy --noconfirm git', '* ', 'rm -rf /var/cache/pacman/pkg/*'],
    ['tdnf install -y git', '* ', 'tdnf clean all'],
    ['pipenv sync', '* ', 'rm -rf ~/.cache/pip ~/.cache/pipenv'],
    ['pdm sync', '* ', 'pdm cache clear'],
    ['yarn --frozen-lockfile', '* ', 'yarn cache clean'],
    ['gem install rails', '', 'rm -rf "$(gem env gemdir)/cache"'],
    ['bundle install', '', 'rm -rf "$(bundle exec gem env gemdir)/cache"'],
    ['go install x.y/a@v1', '', 'go clean -cache -modcache'],
    ['cargo install a', '', 'rm -rf "${CARGO_HOME:-$HOME/.cargo}/registry"'],
  ])('takes away what %s leaves', async (run, safe, clean) => {
    const text = `FROM a:1\nRUN ${run}`;
    expect(await fixed('stevedore/package-cache-in-layer', `${text}\n`)).toEqual([
      `${safe}${text} && ${clean}\n`,
    ]);
    expect(await words('stevedore/package-cache-in-layer', `${text} && ${clean}\n`)).toEqual([]);
  });
});

describe('cache-busting-order', () => {
  const id = 'stevedore/cache-busting-order';
  const before = (run: string) => `FROM a:1\nCOPY . .\nRUN ${run}\n`;

  it.each([
    ['npm ci --omit=dev', 'package*.json .npmrc*'],
    ['pip install -r ./requirements.txt', 'requirements.txt'],
    ['pip install --prefix=/install -r requirements.txt', 'requirements.txt'],
    ['pip install -r a.txt -c b.txt --constraint=c.txt', 'a.txt b.txt c.txt'],
    ['pip wheel --no-cache-dir -w /wheels -r requirements.txt', 'requirements.txt'],
    ['pip install --target /deps -r requirements.txt', 'requirements.txt'],
    ['uv pip install --system -r requirements.txt', 'requirements.txt'],
    ['uv -q pip sync --system requirements.txt', 'requirements.txt'],
    [
      'uv sync --frozen --no-install-project --group prod',
      'pyproject.toml uv.lock uv.toml* .python-version*',
    ],
    ['poetry install --only main --no-root', 'pyproject.toml poetry.lock poetry.toml*'],
    ['pdm install --no-self', 'pyproject.toml pdm.lock pdm.toml*'],
    [
      'pnpm install --frozen-lockfile',
      'package.json pnpm-lock.yaml pnpm-workspace.yaml* .npmrc* .pnpmfile.cjs*',
    ],
    ['pnpm fetch', 'pnpm-lock.yaml pnpm-workspace.yaml* .npmrc* .pnpmfile.cjs*'],
    ['yarn --frozen-lockfile', 'package.json yarn.lock .npmrc* .yarnrc*'],
    ['bun install', 'package.json bun.lock* .npmrc* bunfig.toml*'],
    ['npm clean-install', 'package*.json .npmrc*'],
    ['npm -s ci', 'package*.json .npmrc*'],
    ['--mount=type=secret,id=npmrc,target=/root/.npmrc npm ci', 'package*.json .npmrc*'],
    ['--mount=type=ssh pip install -r requirements.txt', 'requirements.txt'],
    ['bundle', 'Gemfile Gemfile.lock .ruby-version*'],
    [
      'composer install --no-scripts --no-autoloader --no-dev',
      'composer.json composer.lock auth.json* symfony.lock*',
    ],
  ])('copies what %s reads', async (run, files) => {
    expect(await fixed(id, before(run))).toEqual([
      `FROM a:1\nCOPY ${files} ./\nRUN ${run}\nCOPY . .\n`,
    ]);
  });

  it.each([
    ['/app', '', '/app/requirements.txt'],
    ['/app/', '', '/app/requirements.txt'],
    ['.', 'WORKDIR /app\n', '/app/requirements.txt'],
    ['src', 'WORKDIR /app\n', '/app/src/requirements.txt'],
    ['$D', 'ENV D=/srv/a\n', '/srv/a/./requirements.txt'],
  ])('copies to %s what an install reads by its whole path', async (target, set, path) => {
    const run = `RUN pip install -r ${path}\n`;
    const folder = target.endsWith('/') ? target : `${target}/`;
    expect(await fixed(id, `FROM a:1\n${set}COPY . ${target}\n${run}`)).toEqual([
      `FROM a:1\n${set}COPY requirements.txt ${folder}\n${run}COPY . ${target}\n`,
    ]);
  });

  it.each([
    'pip install -r requirements/prod.txt',
    'pip install -r requirements.txt -c constraints/all.txt',
    'npm --prefix client ci',
    'npm ci --workspace=api',
    'yarn --cwd web install',
    'yarn install --immutable',
    'yarn install --mode=skip-build',
    'pnpm -C web install',
    'pnpm install --filter web',
    'pnpm install -r',
    'pipenv install --requirements=dev.txt',
    'go -C api mod download',
    'uv pip install -r api/requirements.txt',
    'uv sync --project api --no-install-project',
    'poetry install --no-root -C api',
    'poetry install',
    'uv sync',
    'composer install --no-scripts',
    'cargo fetch',
    'mvn -B -f api/pom.xml dependency:go-offline',
    'gradle --no-daemon dependencies',
    './gradlew :app:dependencies --configuration runtimeClasspath',
    './mvnw -T 4 -pl api dependency:resolve',
    'nuget restore App.sln',
    'dotnet restore',
  ])('moves no install that would not find its files: %s', async (run) => {
    expect(await words(id, before(run))).toEqual(['COPY .']);
    expect(await fixed(id, before(run))).toEqual([]);
  });

  it.each([
    ['mvn -B dependency:go-offline', 'mvn -B dependency:go-offline'],
    ['npm --prefix client ci --omit=dev', 'npm --prefix client ci'],
    ['yarn --frozen-lockfile', 'yarn'],
    ['python -m pip install -r requirements.txt', 'python -m pip install'],
    ['go mod download -x', 'go mod download'],
    ['uv pip install --system -r requirements.txt', 'uv pip install'],
    ['pip install -r /tmp/a.txt && pip3 install -r a.txt', 'pip3 install'],
  ])('says which install %s is', async (run, said) => {
    const rule = STEVEDORE_RULES.find((one) => one.id === id);
    const [found] = rule ? await findings(rule, before(run)) : [];
    expect(found?.message).toContain(`Every change of a file runs "${said}" again.`);
  });
});

describe('old-syntax', () => {
  const lines = 'FROM a\nCOPY --link a /b\n';

  it('asks for the newest syntax', async () => {
    expect(await fixed('stevedore/old-syntax', `# syntax=docker/dockerfile:1.3\n${lines}`)).toEqual(
      [`# syntax=docker/dockerfile:1\n${lines}`],
    );
  });

  it('leaves a pinned one to who pinned it', async () => {
    const text = `# syntax=docker/dockerfile:1.3@sha256:${'0'.repeat(64)}\n${lines}`;
    expect(await fixed('stevedore/old-syntax', text)).toEqual([]);
    expect(await words('stevedore/old-syntax', text)).toEqual(['--link']);
  });
});
