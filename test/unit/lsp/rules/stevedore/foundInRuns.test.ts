import { describe, expect, it } from 'vitest';
import { installAsUser } from '../../../../../src/lsp/server/rules/stevedore/installAsUser.ts';
import { packageCache } from '../../../../../src/lsp/server/rules/stevedore/packageCache.ts';
import { findings } from '../../support/examples.ts';
import { words } from '../hadolint/found.ts';

describe('heredoc-without-set-e', () => {
  it.each([
    'a | b',
    'set -o pipefail\na | b',
    '(cd /a && b)',
    '(a)',
    '{ echo a; b; }',
    'set +x\na',
  ])('finds a script that goes on behind %j', async (line) => {
    const text = `FROM alpine\nRUN <<EOF\n${line}\nc\nEOF\n`;
    expect(await words('stevedore/heredoc-without-set-e', text)).toEqual(['<<EOF']);
  });
});

describe('update-alone', () => {
  it.each([
    ['apk update', 'apk add curl'],
    ['apk update && apk upgrade', 'apk add --virtual .deps gcc'],
    ['sudo apt-get update', 'sudo apt-get install -y curl'],
    ['pacman -Syy', 'pacman -S --noconfirm git'],
    ['pacman -Syu --noconfirm', 'pacman -S --needed --overwrite "*" --noconfirm git'],
    ['sudo pacman --sync --refresh', 'sudo pacman --noconfirm --sync git'],
  ])('finds %s before %s', async (update, install) => {
    const text = `FROM alpine\nRUN ${update}\nRUN ${install}\n`;
    const [command = ''] = update.split(' && ');
    expect(await words('stevedore/update-alone', text)).toEqual([command]);
  });
});

describe('user-before-creation', () => {
  it.each([
    'groupadd app && useradd -g app app',
    'set -eux; groupadd app || true; useradd -g app app',
    '["useradd", "app"]',
    'useradd -rms /bin/sh -d /app app',
    'adduser --system --ingroup staff --no-create-home app',
    'adduser --disabled-password --gecos "" app --home /app',
    'adduser -S app -G staff -h /app && adduser app www-data',
  ])('finds a user that %s creates for sure', async (run) => {
    const text = `FROM debian\nCOPY --chown=app a /a\nRUN ${run}\n`;
    expect(await words('stevedore/user-before-creation', text)).toEqual(['app']);
  });
});

describe('install-as-user', () => {
  it.each([
    'USER app\nFROM a\nRUN apk add curl',
    'USER root\nUSER 1000:0\nFROM a AS b\nENV B=1\nFROM ${B:-b}\nRUN apk add curl\nUSER root',
    'USER app\nFROM a\nRUN apk add curl\nFROM alpine\nRUN apk add git',
  ])('knows the user of the stage that one starts from: %j', async (text) => {
    const all = `FROM alpine AS a\n${text}\n`;
    expect(await words('stevedore/install-as-user', all)).toEqual(['apk add curl']);
  });

  it.each([
    'ONBUILD USER app\nFROM a\nRUN apk add curl',
    'ONBUILD USER app\nFROM a AS b\nFROM b\nRUN apk add curl',
    'ONBUILD USER app\nONBUILD RUN apk add curl',
    'USER app\nONBUILD RUN apk add curl\nFROM a\nUSER root\nFROM a',
    'ONBUILD USER root\nUSER app\nRUN apk add curl',
    'USER root\nONBUILD USER app\nFROM a AS b\nUSER root\nFROM a\nRUN apk add curl',
  ])('knows the user that triggers set: %j', async (text) => {
    const all = `FROM alpine AS a\n${text}\n`;
    expect(await words('stevedore/install-as-user', all)).toEqual(['apk add curl']);
  });

  it.each([
    'apt-get remove -y curl',
    'apt-get dist-upgrade -y',
    'apk del curl',
    'dnf remove -y curl',
    'yum groupinstall -y base',
    'zypper -n update',
    'tdnf install -y git',
    'pacman -S --noconfirm git',
    'pacman -Rns git',
    'dpkg -i /tmp/a.deb',
    'dpkg --install /tmp/a.deb',
    'rpm -Uvh https://x.y/a.rpm',
    'rpm --import https://x.y/key',
  ])('finds %s', async (run) => {
    const text = `FROM debian\nUSER app\nRUN ${run}\n`;
    expect(await words('stevedore/install-as-user', text)).toEqual([run]);
  });

  it('says what to do where USER is in another stage', async () => {
    const text = 'FROM a AS b\nUSER c\nRUN apk add d\nFROM b\nRUN apk add e\n';
    const found = await findings(installAsUser, text);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('Move it above USER.'),
      expect.stringContaining('put USER root before it.'),
    ]);
  });
});

describe('package-cache-in-layer', () => {
  it('finds a cache before a command that has the name of a property of every object', async () => {
    const text = 'FROM node\nRUN npm ci && constructor a && toString\n';
    expect(await words('stevedore/package-cache-in-layer', text)).toEqual(['npm ci']);
  });

  it.each([
    'npm config set fund false && npm ci',
    'npm ci && rm -f .npmrc ~/.npmrc',
    'npm ci && rm -rf /root/.npm-global',
    'npm ci && rm -rf /root/.{config,ssh}',
    'npm ci && find /root/.npm -type f',
    'npm ci && find /root/.npm -type f | xargs chmod a+r',
    'npm ci && find /root/.npm -name "*.log" -size +1M | xargs rm -f',
    'npm ci && find /root/.npm | grep x | xargs rm -f',
    'npm ci && find /root/.npm || xargs rm -f',
    'npm ci && find /app | xargs rm -rf',
    'npm ci && find /root -name "*.log" -delete',
    'npm ci && find /root/.npm -mtime +3 -delete',
    'npm ci && find /root/.npm ! -type f -exec rmdir {} +',
    'npm ci && find /app -type d -name .cache -exec rm -rf {} +',
    'npm ci && find /root/.npm -maxdepth 1 -type f -delete',
    'npm config get cache && npm ci',
    'npm ci && npm config set cache /x',
    'poetry config virtualenvs.create false && npm ci',
    'npm ci && rm -rf "$(composer config cache-dir)"',
    '--mount=type=cache,target=/home/node/.cache npm ci',
    '--mount=type=cache,target=/root/src npm ci',
  ])('finds one that %s leaves', async (run) => {
    const text = `FROM node AS other\nRUN npm config set cache /x\nFROM node\nRUN ${run}\n`;
    expect(await words('stevedore/package-cache-in-layer', text)).toEqual(['npm ci']);
  });

  it.each([
    ['uv pip install --system -r requirements.txt', 'uv pip'],
    ['uv tool install ruff', 'uv tool'],
    ['conda env create -f environment.yml', 'conda env'],
    ['mamba env update -n base -f e.yml && conda env list', 'mamba env'],
    ['conda update -y conda', 'conda update'],
    ['npm update -g npm', 'npm update'],
    ['composer create-project a/b', 'composer create-project'],
    ['composer global require a/b', 'composer global'],
    ['poetry sync --only main', 'poetry sync'],
    ['pip install --no-cache-dir pipenv && pipenv sync --system', 'pipenv sync'],
    ['pdm sync --prod', 'pdm sync'],
    ['yarn --frozen-lockfile', 'yarn --frozen-lockfile'],
    ['yarn global add pm2', 'yarn global'],
    ['bundle install --jobs 4 && rm -rf ~/.bundle', 'bundle install'],
    ['gem install --no-document rails', 'gem install'],
    ['go install example.com/tool@v1.2.3', 'go install'],
    ['cargo install --locked just', 'cargo install'],
    ['pacman -Syu --noconfirm git', 'pacman -Syu'],
    ['pacman -S --noconfirm git && pacman -Scc --noconfirm', 'pacman -S'],
    ['pacman -S --noconfirm git && yes | pacman --noconfirm -Scc', 'pacman -S'],
    ['pacman -S --noconfirm git && pacman -Sc --noconfirm', 'pacman -S'],
    ['pacman -S --noconfirm git && yes | pacman -Sc', 'pacman -S'],
    ['tdnf install -y git', 'tdnf install'],
  ])('finds what %s leaves', async (run, said) => {
    const text = `FROM python\nRUN ${run}\n`;
    expect(await words('stevedore/package-cache-in-layer', text)).toEqual([said]);
  });

  it.each([
    ['COPY package.json .\nRUN npm ci\nCOPY . .', 'cache=/npm'],
    ['COPY . .\nFROM a\nCOPY package.json .\nRUN npm ci', 'cache=/npm'],
    ['COPY .npmrc .\nRUN npm ci', '; cache=/npm\ncache-min=1'],
    ['COPY --from=c .npmrc .\nRUN npm ci', 'cache=/npm'],
    ['COPY .npmrc .\nRUN npm ci', 'cache=/npm', '.npmrc'],
  ])(
    'finds one where no .npmrc puts it elsewhere: %j with %j',
    async (text, npmrc, ignored = '') => {
      const files = { '.npmrc': npmrc, '.dockerignore': ignored };
      const found = await findings(packageCache, `FROM a\n${text}\n`, { files });
      expect(found).toHaveLength(1);
    },
  );

  it('says why a cleaning without an answer cleans nothing', async () => {
    const text = 'FROM a\nRUN pacman -S --noconfirm git && pacman -Scc --noconfirm\n';
    const [found] = await findings(packageCache, text);
    expect(found?.message).toContain('`--noconfirm` answers `pacman -Scc` with its default, no');
    const [kept] = await findings(packageCache, text.replace('-Scc', '-Sc'));
    expect(kept?.message).toContain('`pacman -Sc` keeps the packages that are installed');
  });

  it('finds what other managers leave beside an .npmrc', async () => {
    const files = { '.npmrc': 'cache=/npm' };
    const text = 'FROM a\nCOPY . .\nRUN npm ci && composer install\n';
    const found = await findings(packageCache, text, { files });
    expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(/^Composer keeps/)]);
  });
});

describe('package-cache-in-layer, in a stage', () => {
  it.each([
    'FROM one',
    'FROM one AS two\nFROM two',
    'FROM one AS build\nFROM one\nCOPY --from=build /x /x',
  ])('finds one in what the last one starts from: %j', async (rest) => {
    const text = `FROM node AS one\nRUN npm ci\n${rest}\n`;
    expect(await words('stevedore/package-cache-in-layer', text)).toEqual(['npm ci']);
  });
});

describe('removed-too-late', () => {
  it.each([
    ['apt-get update && apt-get install -y a && apt-get clean', 'rm -r /var/lib/apt/lists/*'],
    ['apt-get update && apt-get install -y a && rm -r /var/lib/apt/lists/*', 'apt-get clean'],
    ['rm -rf /var/cache/yum && yum install -y a', 'yum clean all'],
    ['--mount=type=cache,target=/var/cache/apt apt-get update', 'rm -r /var/lib/apt/lists/*'],
    ['dnf install -y a && npm cache clean', 'dnf clean all'],
    ['yum -y update-minimal --security', 'yum clean all'],
    ['dnf reinstall -y a', 'dnf clean all'],
    ['dnf -y upgrade-minimal', 'rm -rf /var/cache/dnf'],
    ['yum localinstall -y a.rpm', 'yum clean all'],
    ['apt full-upgrade -y', 'apt-get clean'],
    ['apt-get build-dep -y a', 'apt-get clean'],
    ['apt-get update && apt-get install -y a', 'find /var/lib/apt/lists -type f -delete'],
    ['apt-get update && apt-get install -y a', 'find /var/lib/apt/lists | xargs rm -rf'],
  ])('finds what %s leaves for %s', async (run, later) => {
    const text = `FROM debian\nRUN ${run}\nRUN ${later}\n`;
    const [command = ''] = later.split(' | ');
    expect(await words('stevedore/removed-too-late', text)).toEqual([command]);
  });
});
