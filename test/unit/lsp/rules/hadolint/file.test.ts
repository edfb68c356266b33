import { describe, expect, it } from 'vitest';
import { HADOLINT_RULES } from '../../../../../src/lsp/server/rules/hadolint/rules.ts';
import { findings } from '../../support/examples.ts';
import { fixed, ruleOf, words } from './found.ts';

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
  ])('is there for what it runs after: %j', async (text, count) => {
    expect(await words('DL3042', text)).toHaveLength(count);
  });

  it('may hold a version', async () => {
    const text = 'FROM a:1\nONBUILD ENV B=1\nONBUILD RUN dnf install -y b-$B b-$C\n';
    expect(await words('DL3041', text)).toEqual(['b-$C']);
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
});

describe('DL3000', () => {
  it.each(['/a', '"/a"', "'/a'", '$a', '"${a}"', 'C:\\a', 'c:/a', '"C:\\a b"'])(
    'takes %s for absolute',
    async (path) => {
      expect(await words('DL3000', `WORKDIR ${path}\n`)).toEqual([]);
    },
  );

  it.each(['a', '"a/b"', './a', '\\a', '1:/a'])('finds %s', async (path) => {
    expect(await words('DL3000', `WORKDIR ${path}\n`)).toEqual([path]);
  });

  it('knows the directory from stages below', async () => {
    const text = 'FROM a:1 AS a\nWORKDIR /x\nFROM a\nWORKDIR y/../z\n';
    expect(await fixed('DL3000', text)).toEqual([`* ${text.replace('y/../z', '/x/z')}`]);
  });

  it.each([
    'FROM a:1\nWORKDIR $x\nWORKDIR y\n',
    'ARG B=b\nFROM a:1 AS b\nWORKDIR /x\nFROM $B\nWORKDIR y\n',
    'FROM a:1 AS b\nWORKDIR /x\nONBUILD WORKDIR /z\nFROM b\nWORKDIR y\n',
  ])('does not claim to know it in %j', async (text) => {
    expect(await fixed('DL3000', text)).toEqual([text.replace('y\n', '/y\n')]);
  });
});

describe('DL3002', () => {
  it.each(['root', '0', 'root:root', '0:0', '"root"'])('finds %s', async (user) => {
    expect(await words('DL3002', `FROM a\nUSER ${user}\n`)).toEqual([user]);
  });

  it.each(['rootless', '01', '1000:0', '$USER'])('takes %s', async (user) => {
    expect(await words('DL3002', `FROM a\nUSER ${user}\n`)).toEqual([]);
  });

  it('looks at the last one of each stage', async () => {
    const text = 'FROM a\nUSER root\nUSER 1\nFROM b\nUSER 1\nUSER root\n';
    expect(await words('DL3002', text)).toEqual(['root']);
  });
});

describe('DL3006', () => {
  it.each([
    'scratch',
    'a:1',
    'a@sha256:00',
    'localhost:5000/a:1',
    '${IMAGE}',
    '$IMAGE',
    '${IMAGE:-a}',
    'a:${TAG:-1}',
    'x.y/$IMAGE',
    'x.y/${IMAGE}',
    'a${TAG:-:1}',
  ])('takes %s', async (image) => {
    expect(await words('DL3006', `FROM ${image}\n`)).toEqual([]);
  });

  it.each(['a', 'localhost:5000/a', 'x.y/a', 'scratch/a', '"a"'])('finds %s', async (image) => {
    expect(await words('DL3006', `FROM ${image}\n`)).toEqual([image]);
  });

  it('takes stages, those too that a variable names', async () => {
    expect(await words('DL3006', 'FROM a:1 AS Base\nFROM base\n')).toEqual([]);
    expect(await words('DL3006', 'ARG I=a\nFROM x.y/$I\nFROM x.y/b/$I\n')).toEqual(['x.y/b/$I']);
    const text = 'ARG V=1\nFROM a:1 AS base-1\nFROM base-$V\nFROM image-$V\n';
    expect(await words('DL3006', text)).toEqual(['image-$V']);
  });
});

describe('DL3007', () => {
  it('finds the tag alone', async () => {
    expect(await words('DL3007', 'FROM x.y:1/a:latest AS a\n')).toEqual(['latest']);
    expect(await words('DL3007', 'FROM a:latest@sha256:00\nFROM a:latest-1\n')).toEqual([]);
    expect(await words('DL3007', 'FROM ${A:-b:latest}\nFROM a:1 AS latest\n')).toEqual([]);
  });
});

describe('DL3010', () => {
  it.each(['tar -xf /t/a.tar', 'tar xf a.tar', 'tar --extract -f a.tar', 'unzip a.tar'])(
    'finds %s',
    async (command) => {
      expect(await words('DL3010', `COPY b.txt a.tar /t/\nRUN ${command}\n`)).toEqual(['a.tar']);
    },
  );

  it.each(['tar -cf a.tar', 'tar -xf b.tar', 'ls a.tar'])('takes %s', async (command) => {
    expect(await words('DL3010', `COPY a.tar /t/\nRUN ${command}\n`)).toEqual([]);
  });

  it('goes by the name that the archive gets', async () => {
    expect(await words('DL3010', 'COPY a.tar /b.tar\nRUN tar -xf /b.tar\n')).toEqual(['/b.tar']);
    expect(await words('DL3010', 'COPY a.tar /b.tar\nRUN tar -xf /a.tar\n')).toEqual([]);
  });

  it('looks at the stages whose layers get into the image', async () => {
    const stage = 'FROM a AS b\nCOPY a.tar /\nRUN tar -xf a.tar\n';
    expect(await words('DL3010', `${stage}FROM c\nCOPY --from=b /a /a\n`)).toEqual([]);
    expect(await words('DL3010', `${stage}FROM b\nUSER 1\n`)).toEqual(['a.tar']);
  });

  it('looks at one stage and at the build context', async () => {
    expect(await words('DL3010', 'FROM a\nCOPY a.tar /\nFROM b\nRUN tar -xf a.tar\n')).toEqual([]);
    expect(await words('DL3010', 'COPY --from=a a.tar /\nRUN tar -xf a.tar\n')).toEqual([]);
  });
});

describe('DL3011', () => {
  it('looks at ports and ranges', async () => {
    const text = 'EXPOSE 65535 65536/udp 1-70000 70000-1/tcp ${P:-70000} "80000" a-b\n';
    expect(await words('DL3011', text)).toEqual(['65536/udp', '1-70000', '70000-1/tcp', '"80000"']);
  });
});

describe('DL3012, DL4003, DL4004', () => {
  it('find all but the last of a stage', async () => {
    const text = 'FROM a\nCMD 1\nCMD 2\nCMD 3\nFROM b\nCMD 4\nONBUILD CMD 5\n';
    const found = await findings(ruleOf('DL4003'), text);
    const lines = found.map(({ span }) => text.slice(0, span.start).split('\n').length);
    const later = found.map(({ reportedAt = 0 }) => text.slice(0, reportedAt).split('\n').length);
    expect(lines).toEqual([2, 3]);
    expect(later).toEqual([3, 4]);
  });

  it('take the whole instruction away', async () => {
    const text = 'FROM a\r\n  CMD a \\\r\n    b\r\nENTRYPOINT c\r\nCMD d';
    expect(await fixed('DL4003', text)).toEqual(['* FROM a\r\nENTRYPOINT c\r\nCMD d']);
  });
});

describe('DL3020', () => {
  it.each(['a.tar', 'a.tar.gz', '"a.tgz"', 'https://x/y', 'http://x', 'git@x.y:z.git', 'a.Z'])(
    'takes %s',
    async (source) => {
      expect(await words('DL3020', `ADD ${source} /b\n`)).toEqual([]);
    },
  );

  it.each(['a', 'a.zip', '.', 'a.TGZ', 'gz', '["a", "/b"]'])('finds %s', async (source) => {
    const text = source.startsWith('[') ? `ADD ${source}\n` : `ADD ${source} /b\n`;
    expect(await words('DL3020', text)).toEqual(['ADD']);
  });

  it('changes unseen only what is surely no archive', async () => {
    expect(await fixed('DL3020', 'add . /b\n')).toEqual(['* copy . /b\n']);
    expect(await fixed('DL3020', 'ADD --chown=1 a.py b/ /b/\n')).toEqual([
      '* COPY --chown=1 a.py b/ /b/\n',
    ]);
    expect(await fixed('DL3020', 'ADD a.bin /b\n')).toEqual(['COPY a.bin /b\n']);
    expect(await fixed('DL3020', 'ADD *.py /b\n')).toEqual(['COPY *.py /b\n']);
    expect(await fixed('DL3020', 'ADD a.tar b /b/\n')).toEqual([]);
    expect(await fixed('DL3020', 'ADD --unpack a /b/\n')).toEqual([]);
    const add = 'FROM a\nARG FROM_WHERE=https://example.org\nADD $FROM_WHERE/a.js /b\n';
    expect(await fixed('DL3020', add)).toEqual([]);
  });
});

describe('DL3021', () => {
  it('puts the slash where the target ends', async () => {
    expect(await fixed('DL3021', 'COPY a b "c"\n')).toEqual(['COPY a b "c/"\n']);
    expect(await fixed('DL3021', 'COPY a b .\n')).toEqual(['* COPY a b ./\n']);
    expect(await fixed('DL3021', 'COPY a \\\n  b \\\n  c\n')).toEqual([
      'COPY a \\\n  b \\\n  c/\n',
    ]);
    expect(await words('DL3021', 'COPY a b\nCOPY a b c/\nCOPY ["a", "b", "c/"]\n')).toEqual([]);
  });
});

describe('DL3022', () => {
  it('takes stages above by name and number, and images with a tag or digest', async () => {
    const text =
      'FROM a AS One\nFROM b\nCOPY --from=one a b\nCOPY --from=0 a b\nCOPY --from=c:1 a b\nCOPY --from="d@sha256:0" a b\nCOPY --from=2 a b\nCOPY --from=two a b\nFROM c AS two\n';
    expect(await words('DL3022', text)).toEqual(['2', 'two']);
  });

  it('does not propose the stage itself', async () => {
    expect(
      await fixed('DL3022', 'FROM x AS build\nFROM y AS built\nCOPY --from=biuld a b\n'),
    ).toEqual(['FROM x AS build\nFROM y AS built\nCOPY --from=build a b\n']);
    expect(await fixed('DL3022', 'FROM x AS build\nCOPY --from=biuld a b\n')).toEqual([]);
  });
});

describe('DL3025', () => {
  it('keeps the layout of what it does not change', async () => {
    const [plain] = await fixed('DL3025', 'FROM a\nCMD a \\\n    --b\n');
    expect(plain).toBe('FROM a\nCMD ["a", \\\n    "--b"]\n');
  });

  it('names no other shell than the one that runs', async () => {
    expect(await fixed('DL3025', 'FROM a\nSHELL ["/bin/bash", "-c"]\nCMD a $b\n')).toEqual([]);
    expect(await fixed('DL3025', 'FROM a\nHEALTHCHECK --retries=2 CMD a $b\n')).toEqual([
      'FROM a\nHEALTHCHECK --retries=2 CMD ["/bin/sh", "-c", "a $b"]\n',
    ]);
  });

  it('takes arrays over several lines, NONE and nothing', async () => {
    expect(
      await words('DL3025', 'CMD ["a", \\\n "b"]\nHEALTHCHECK NONE\nENTRYPOINT []\nCMD\n'),
    ).toEqual([]);
    expect(await words('DL3025', "CMD ['a']\n")).toEqual(["['a']"]);
  });
});

describe('DL3026', () => {
  const config = 'trustedRegistries: ["*.x.y", "z.*", "host:5000", docker.io]\n';
  it.each(['a.x.y/b', 'z.a/b', 'host:5000/b', 'b', 'b/c:1', 'docker.io/b', 'scratch'])(
    'takes %s',
    async (image) => {
      expect(await words('DL3026', `FROM ${image}\n`, config)).toEqual([]);
    },
  );

  it.each(['x.z/b', 'host/b.c', 'localhost/b', 'host:5001/b'])('looks at %s', async (image) => {
    const isHub = image.startsWith('host/');
    expect(await words('DL3026', `FROM ${image}\n`, config)).toEqual(isHub ? [] : [image]);
  });

  it('looks at what COPY and mounts take, but not at stages', async () => {
    const text =
      'FROM x AS a\nFROM a\nCOPY --from=0 b c\nCOPY --from=q.r/s b c\nRUN --mount=from=q.r/t,target=/t --mount=type=cache,from=a,target=/u --mount=type=secret,id=q.r/v x\n';
    expect(await words('DL3026', text, config)).toEqual(['q.r/s', 'q.r/t']);
    expect(await words('DL3026', text)).toEqual([]);
  });
});

describe('DL3044', () => {
  it('finds names that the same ENV defines and nothing before', async () => {
    const text = 'ENV A=1 B=$A C=${A}x D=$AB E=\\$A F=$F\nENV A=2 B=$A\n';
    expect(await words('DL3044', text)).toEqual(['$A', '${A}']);
    expect(await words('DL3044', 'ARG A\nENV A=1 B=$A\nENV X $X\n')).toEqual([]);
  });

  it('finds what another pair of the same name uses', async () => {
    const text = 'ENV PATH=/a/bin:$PATH PATH=/b/bin:${PATH}\n';
    expect(await words('DL3044', text)).toEqual(['${PATH}']);
    expect(await fixed('DL3044', text)).toEqual([
      'ENV PATH=/a/bin:$PATH\nENV PATH=/b/bin:${PATH}\n',
    ]);
    expect(await words('DL3044', 'ENV A=$A B=1\n')).toEqual([]);
    expect(await words('DL3044', `ENV A=1\n${text.replaceAll('PATH', 'A')}`)).toEqual([]);
  });

  it('splits where the variable is used', async () => {
    expect(await fixed('DL3044', '  env A=1  B=$A C=2\n')).toEqual(['  env A=1\n  env B=$A C=2\n']);
    expect(await fixed('DL3044', 'ONBUILD ENV A=1 B=$A\n')).toEqual([
      'ONBUILD ENV A=1\nONBUILD ENV B=$A\n',
    ]);
    expect(await fixed('DL3044', 'ENV A=1 \\\n B=$A\n')).toEqual([]);
    expect(await fixed('DL3044', 'ENV B=$A A=1\n')).toEqual([]);
  });
});

describe('DL3045', () => {
  it('knows the WORKDIR of stages below and of ONBUILD', async () => {
    expect(await words('DL3045', 'FROM a AS b\nWORKDIR /x\nFROM b\nCOPY a b\n')).toEqual([]);
    expect(await words('DL3045', 'FROM a\nONBUILD WORKDIR /x\nONBUILD COPY a b\n')).toEqual([]);
    expect(await words('DL3045', 'FROM a\nONBUILD WORKDIR /x\nCOPY a b\n')).toEqual(['b']);
    expect(await words('DL3045', 'FROM a\nCOPY a b\nWORKDIR /x\nCOPY a c\n')).toEqual(['b']);
  });

  it.each(['/a', '"/a"', 'c:\\a', 'd:/a', '$a', '"${a}/b"'])('takes %s', async (path) => {
    expect(await words('DL3045', `COPY a ${path}\n`)).toEqual([]);
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

describe('DL3057', () => {
  it.each([
    ['FROM a AS b\nHEALTHCHECK CMD c\nFROM b\n', []],
    ['FROM a AS b\nFROM b AS c\nFROM c\nHEALTHCHECK CMD d\n', []],
    ['FROM a AS b\nFROM c AS d\nFROM d\nHEALTHCHECK NONE\n', ['a']],
    ['FROM a AS b\nFROM b AS c\nFROM b\nHEALTHCHECK CMD d\n', ['b']],
    ['FROM a AS b\nFROM b\nONBUILD HEALTHCHECK CMD c\n', ['a', 'b']],
  ])('looks at what stages start from, and at what starts from them: %j', async (text, found) => {
    expect(await words('DL3057', text)).toEqual(found);
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

describe('DL3064', () => {
  it('finds known names and telling parts of names', async () => {
    const text =
      'ARG GH_TOKEN\nENV My_Password=1 api_keys=2 TRAVIS_SUDO=3 KEY=4 PATH=5\nONBUILD ARG aws_access_key_id\n';
    expect(await words('DL3064', text)).toEqual([
      'GH_TOKEN',
      'My_Password',
      'api_keys',
      'TRAVIS_SUDO',
      'aws_access_key_id',
    ]);
  });
});

describe('DL3066', () => {
  it('takes numbers, arguments, and variables that are numbers', async () => {
    const text = 'ARG A\nENV B=1 C=x\nUSER 1\nUSER 1:x\nUSER $A\nUSER ${A}:x\nUSER $B\nUSER :x\n';
    expect(await words('DL3066', text)).toEqual([]);
    for (const user of ['$C', 'a:1', '$D'])
      expect(await words('DL3066', `ENV C=x\nUSER ${user}\n`)).toEqual([user]);
  });

  it.each([
    ['FROM a\nUSER root\nRUN b\nUSER 1\n', []],
    ['FROM a\nUSER 1\nUSER b\nUSER c\n', ['c']],
    ['FROM a\nUSER b\nARG C\nUSER $C\n', []],
    ['FROM a AS b\nUSER c\nFROM b\nUSER 1\n', []],
    ['FROM a AS b\nUSER c\nFROM b\n', ['c']],
    ['FROM a AS b\nUSER c\nFROM d\n', []],
    ['FROM a AS b\nUSER 1\nFROM d\nUSER e\n', ['e']],
    ['FROM a\nUSER b\nONBUILD USER 1\n', ['b']],
    ['FROM a\nUSER 1\nONBUILD USER b\n', []],
  ])('looks at the user that the image ends with: %j', async (text, found) => {
    expect(await words('DL3066', text)).toEqual(found);
  });

  it('knows numbers that the file gives', async () => {
    const user = (command: string) => fixed('DL3066', `FROM a\nRUN ${command}\nUSER app:app\n`);
    const good = (command: string) => [`FROM a\nRUN ${command}\nUSER 7:app\n`];
    for (const command of [
      'useradd -lu 7 app',
      'adduser --uid=7 app',
      'adduser -D -u 7 app',
      'adduser app -u 7 -G staff',
      'useradd app --uid 7 --groups x',
    ])
      expect(await user(command)).toEqual(good(command));
    for (const command of ['useradd app', 'adduser -u 7 other -G app', 'useradd -u 7 x -g app'])
      expect(await user(command)).toEqual([]);
  });
});

describe('rules on fragments and odd texts', () => {
  it.each([
    '',
    'FROM',
    'ENV',
    'LABEL =',
    'COPY',
    'COPY a',
    'ADD []',
    'USER',
    'EXPOSE',
    'WORKDIR ""',
  ])('find nothing that they should not in %j', async (text) => {
    for (const rule of HADOLINT_RULES) {
      const found = await findings(rule, text);
      for (const { span } of found) expect(span.end).toBeLessThanOrEqual(text.length);
    }
  });
});
