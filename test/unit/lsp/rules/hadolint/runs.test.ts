import { describe, expect, it } from 'vitest';
import { fixed, words } from './found.ts';

describe('a command added to the script of a heredoc', () => {
  const script = (lines: string) => `FROM centos:7\nRUN <<EOF\n${lines}\nEOF\n`;

  it.each([
    ['set -e\nyum install -y a', 'set -e\nyum install -y a\nyum clean all'],
    // A line of its own would succeed after yum had failed.
    ['yum install -y a', 'yum install -y a && yum clean all'],
    ['yum install -y a # why', undefined],
    [
      'yum install -y a\nif b; then\n  c\nfi',
      'yum install -y a\nif b; then\n  c\nfi && yum clean all',
    ],
    ['yum install -y a &', undefined],
    // Nothing runs after these.
    ['yum install -y a\nexit 0', undefined],
    ['yum install -y a\nexec b', undefined],
  ])('%j', async (before, after) => {
    const wanted = after === undefined ? [] : [`* ${script(after)}`];
    expect(await fixed('DL3032', script(before))).toEqual(wanted);
  });
});

describe('apt as apt-get', () => {
  it.each([
    ['apt install -y a=1', 'apt-get install -y a=1'],
    // apt installs what an upgrade newly needs; apt-get holds such packages back unless told.
    ['apt upgrade -y', 'apt-get upgrade --with-new-pkgs -y'],
    ['apt -y upgrade', 'apt-get -y upgrade --with-new-pkgs'],
    ['apt -y upgrade --with-new-pkgs', 'apt-get -y upgrade --with-new-pkgs'],
    ['apt full-upgrade -y', 'apt-get dist-upgrade -y'],
    ['["apt", "upgrade", "-y"]', '["apt-get", "upgrade", "--with-new-pkgs", "-y"]'],
    ['["apt", "full-upgrade"]', '["apt-get", "dist-upgrade"]'],
    ['apt list', undefined],
    ['apt full-\\\nupgrade', 'apt-get dist-upgrade'],
  ])('does the same: %j', async (before, after) => {
    const wanted = after === undefined ? [] : [`* FROM a:1\nRUN ${after}\n`];
    expect(await fixed('DL3027', `FROM a:1\nRUN ${before}\n`)).toEqual(wanted);
  });
});

describe('a variable of ONBUILD', () => {
  const set = (value: number) => `ONBUILD ENV PIP_NO_CACHE_DIR=${value}\n`;
  const run = 'ONBUILD RUN pip install a==1\n';

  it.each([
    [`FROM a:1\n${set(1)}${run}`, 0],
    [`FROM a:1\nONBUILD ARG PIP_NO_CACHE_DIR=1\n${run}`, 0],
    [`FROM a:1\nENV PIP_NO_CACHE_DIR=1\n${run}`, 0],
    [`FROM a:1\nENV PIP_NO_CACHE_DIR=1\n${set(0)}${run}`, 1],
    [`FROM a:1\n${set(1)}${set(0)}${run}`, 1],
    [`FROM a:1\n${run}${set(1)}`, 1],
    [`FROM a:1\n${set(1)}FROM b:1\n${run}`, 1],
    [`FROM a:1\n${set(1)}RUN pip install a==1\n`, 1],
    [`${set(1)}${run}`, 0],
    // An argument is gone with the build that it was given to.
    [`FROM a:1\nARG PIP_NO_CACHE_DIR=1\n${run}`, 1],
    [`ARG PIP_NO_CACHE_DIR=1\nFROM a:1\n${run}`, 1],
  ])('is there for what it runs after: %j', async (text, count) => {
    expect(await words('DL3042', text)).toHaveLength(count);
  });

  it('may hold a version', async () => {
    const text = 'FROM a:1\nONBUILD ENV B=1\nONBUILD RUN dnf install -y b-$B b-$C\n';
    expect(await words('DL3041', text)).toEqual(['b-$C']);
    const args = 'ARG A\nFROM a:1\nARG B\nONBUILD ARG C\n';
    const run = 'RUN dnf install -y b-$A b-$B b-$C\n';
    expect(await words('DL3041', `${args}${run}`)).toEqual(['b-$C']);
    expect(await words('DL3041', `${args}ONBUILD ${run}`)).toEqual(['b-$A']);
    expect(await words('DL3041', `${args}ONBUILD RUN dnf install -y b-$C\n`)).toEqual([]);
  });
});

describe('a cache that is mounted', () => {
  const mount = '--mount=type=cache,target=/root/.cache ';

  it.each([
    ['DL3042', 'pip install a==1', 'pip install --no-cache-dir a==1'],
    ['DL3032', 'yum install -y a-1', 'yum install -y a-1 && yum clean all'],
    ['DL3019', 'apk add a=1', 'apk add --no-cache a=1'],
  ])('is emptied by nobody unseen: %s', async (id, before, after) => {
    const run = (command: string, flags = '') => `FROM a:1\nRUN ${flags}${command}\n`;
    expect(await fixed(id, run(before))).toEqual([`* ${run(after)}`]);
    expect(await fixed(id, run(before, mount))).toEqual([run(after, mount)]);
  });
});

describe('what cleans up at the end of a RUN is there to do it', () => {
  const cache = 'stevedore/package-cache-in-layer';
  const run = (command: string) => `FROM a:1\nRUN ${command}\n`;

  it.each([
    [cache, 'micromamba install -y a', 'micromamba clean -afy'],
    [cache, 'conda install -y a', 'conda clean -afy'],
    [cache, 'apk del b && npm ci && rm -rf /tmp/c', 'npm cache clean --force'],
    ['DL3060', 'npm install -g yarn && yarn install', 'yarn cache clean'],
    ['DL3032', 'yum install -y a && pip uninstall -y b', 'yum clean all'],
  ])('%s: %s', async (id, command, cleaning) => {
    expect(await fixed(id, run(command))).toEqual([`* ${run(`${command} && ${cleaning}`)}`]);
  });

  it.each([
    [cache, 'apk add --virtual .b npm && npm ci && apk del .b'],
    [cache, 'pip install poetry && poetry install && pip uninstall -y poetry'],
    [cache, 'npm ci && apt-get purge -y --auto-remove npm'],
    [cache, 'composer install && rm /usr/bin/composer'],
    ['DL3060', 'yarn install && npm uninstall -g yarn'],
  ])('%s: not after %s', async (id, command) => {
    expect(await words(id, run(command))).toHaveLength(1);
    expect(await fixed(id, run(command))).toEqual([]);
  });
});

describe('DL3047', () => {
  const get = 'RUN wget https://x.y/a\n';

  it.each([
    ['FROM debian:12\n', '--progress=dot:giga'],
    ['FROM alpine:3\n', '-q'],
    ['FROM docker:27\nRUN apk add --no-cache bash\n', '-q'],
    ['FROM docker:27 AS base\nRUN apk add --no-cache bash\nFROM base\n', '-q'],
    ['FROM docker:27\nRUN apk add --no-cache bash\nFROM debian:12\n', '--progress=dot:giga'],
  ])('after %j adds %s', async (before, flag) => {
    const after = get.replace('wget', `wget ${flag}`);
    expect(await fixed('DL3047', before + get)).toEqual([`* ${before}${after}`]);
  });
});

describe('DL3003', () => {
  it.each(['cd ~ && a', 'cd ~/b && a', 'cd ~c/b', 'cd $HOME && a'])(
    'makes no WORKDIR of a home: %s',
    async (command) => {
      const text = `FROM a:1\nRUN ${command}\n`;
      expect(await words('DL3003', text)).toHaveLength(1);
      expect(await fixed('DL3003', text)).toEqual([]);
    },
  );

  it.each([
    ['FROM a:1\nWORKDIR /app\n', 'web', '/app/web'],
    ['FROM a:1\nWORKDIR /app\n', '../web', '/web'],
    ['FROM a:1 AS b\nWORKDIR /app\nFROM b\n', '"web"', '/app/web'],
    ['FROM a:1\nWORKDIR /app\n', '/web', '/web'],
    ['FROM a:1\n', 'web', 'web'],
    ['FROM a:1\nWORKDIR $DIR\n', 'web', 'web'],
    ['FROM a:1\nWORKDIR /app\n', '"my web"', '"my web"'],
    ['FROM a:1\nWORKDIR /my\\ app\n', 'web', 'web'],
  ])('after %j takes %s for %s', async (before, folder, path) => {
    const text = `${before}RUN cd ${folder} && b\nWORKDIR /later\n`;
    const all = await fixed('DL3003', text);
    expect(all).toEqual([`${before}WORKDIR ${path}\nRUN b\nWORKDIR /later\n`]);
  });
});

describe('DL3004', () => {
  it.each([
    ['FROM a:1\n', true],
    ['FROM a:1\nUSER app\nUSER root\n', true],
    ['FROM a:1\nUSER 0:0\n', true],
    ['FROM a:1\nUSER $NAME\n', true],
    ['FROM a:1 AS b\nUSER app\nFROM a:1\n', true],
    ['FROM a:1\nUSER app\n', false],
    ['FROM a:1\nUSER 1000:1000\nCOPY a /b\n', false],
    ['FROM a:1 AS b\nUSER app\nFROM b\n', false],
    ['FROM a:1 AS b\nONBUILD USER app\nFROM b\n', false],
    ['FROM a:1\nUSER app\nONBUILD ', true],
    ['FROM a:1\nONBUILD USER app\n', true],
    ['FROM a:1\nONBUILD USER app\nONBUILD ', false],
    ['FROM a:1\nONBUILD USER app\nONBUILD USER root\nONBUILD ', true],
  ])('after %j takes sudo away: %s', async (before, isTaken) => {
    const text = `${before}RUN sudo apk add curl\nUSER root\n`;
    expect(await words('DL3004', text)).toEqual(['sudo']);
    expect(await fixed('DL3004', text)).toEqual(isTaken ? [text.replace('sudo ', '')] : []);
  });

  it('leaves it to a trigger of a stage that ends with another user', async () => {
    expect(await fixed('DL3004', 'FROM a:1\nONBUILD RUN sudo b\nUSER app\n')).toEqual([]);
  });
});

describe('DL3046', () => {
  const found = (lines: string, id: string) =>
    words('DL3046', `FROM a\n${lines}RUN useradd -u ${id} app\n`);

  it.each([
    ['', '1234567', true],
    ['', '12345', false],
    ['ARG USER_ID=1000\n', '"${USER_ID}"', false],
    ['ARG USER_ID=1234567\n', '$USER_ID', true],
    ['ENV USER_ID=1234567\n', '${USER_ID}', true],
    ['ARG USER_ID\n', '${USER_ID}', false],
    ['', '${USER_ID}', false],
    ['', '${USER_ID:-1000}', false],
    ['', '"$(cat user-id)"', false],
  ])('goes by the number that a variable stands for: %j %s', async (lines, id, large) => {
    expect(await found(lines, id)).toEqual(large ? ['useradd'] : []);
  });

  it('takes --uid for -u', async () => {
    const of = (flag: string) =>
      words('DL3046', `FROM a\nARG ID=1234567\nRUN useradd ${flag} app\n`);
    for (const flag of ['--uid $ID', '--uid=$ID', '--uid=1234567', '-mu 1234567'])
      expect(await of(flag)).toEqual(['useradd']);
    expect(await of('--uid=12345')).toEqual([]);
  });
});

describe('DL3059', () => {
  it('compares flags, whatever their order', async () => {
    const text =
      'RUN --network=none --mount=target=/a a\nRUN --mount=target=/a --network=none b\nRUN c\n';
    expect(await words('DL3059', text)).toEqual(['RUN']);
    const mounts = (...fields: string[]) =>
      fields.map((field) => `RUN --mount=${field} a\n`).join('');
    const one = mounts('type=cache,id=b,target=/a', 'type=cache,target=/a,id=b');
    expect(await words('DL3059', one)).toEqual(['RUN']);
    expect(await words('DL3059', mounts('target=/a', 'target=/a,source=b'))).toEqual([]);
  });

  it.each([
    ['target=/a,source=b,ro', 'type=bind,dst=/a,src=b,readonly=true'],
    ['type=cache,target=/a', 'type=cache,destination="/a"'],
    ['type=secret,id=a,required', 'type=secret,id=a,required=true'],
  ])('takes the mount %s for the same as %s', async (one, other) => {
    const text = `RUN --mount=${one} a\nRUN --mount=${other} b\n`;
    expect(await words('DL3059', text)).toEqual(['RUN']);
  });

  it.each([
    ['# escape=`\nFROM x\nSHELL ["powershell", "-Command"]\n', 'a -b; c d'],
    ['FROM x\nSHELL ["pwsh", "-c"]\n', 'a | b { $_ }'],
    ['# escape=`\nFROM x\n', 'mkdir c:\\a && mkdir c:\\b'],
  ])('counts the commands of other shells, too: %j', async (head, several) => {
    expect(await words('DL3059', `${head}RUN ${several}\nRUN e\n`)).toEqual([]);
    expect(await words('DL3059', `${head}RUN e\nRUN ${several}\n`)).toEqual([]);
    expect(await words('DL3059', `${head}RUN e\nRUN f\n`)).toEqual(['RUN']);
  });

  it('joins what && can join', async () => {
    expect(await fixed('DL3059', 'FROM x\nRUN a\n\nRUN b \\\n  c\n')).toEqual([
      'FROM x\nRUN a \\\n    && b \\\n  c\n',
    ]);
    expect(await fixed('DL3059', 'RUN a\n# why\nRUN b\n')).toEqual([]);
    expect(await fixed('DL3059', 'RUN a # x\nRUN b\n')).toEqual([]);
    expect(await fixed('DL3059', 'RUN ["a"]\nRUN b\n')).toEqual([]);
    // PowerShell knows && from its version 7 on.
    expect(await fixed('DL3059', 'FROM x\nSHELL ["powershell"]\nRUN a\nRUN b\n')).toEqual([]);
  });
});

describe('DL4006', () => {
  const bash = 'FROM a:1\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\n';

  it.each(['bash', '/bin/bash', 'sh', 'ksh'])(
    'takes the options that SHELL has given, whatever shell=%s has it read',
    async (shell) => {
      expect(await words('DL4006', `${bash}# hadolint shell=${shell}\nRUN a | b\n`)).toEqual([]);
    },
  );

  it('knows of no options where only a comment names the shell, and of those of the last SHELL', async () => {
    const comment = '# hadolint shell=bash\n';
    expect(await words('DL4006', `${comment}FROM a:1\nRUN a | b\n`)).toEqual(['|']);
    expect(await words('DL4006', `${bash}FROM a:1\n${comment}RUN a | b\n`)).toEqual(['|']);
    const none = 'SHELL ["/bin/bash", "-c"]\n';
    expect(await words('DL4006', `${bash}${comment}${none}RUN a | b\n`)).toEqual(['|']);
  });
});
