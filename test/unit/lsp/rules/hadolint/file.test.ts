import { describe, expect, it } from 'vitest';
import { HADOLINT_RULES } from '../../../../../src/lsp/server/rules/hadolint/rules.ts';
import { findings } from '../../support/examples.ts';
import { fixed, ruleOf, words } from './found.ts';

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

  it('knows it where ONBUILD runs: behind all of its stage, and before those that start from it', async () => {
    const kept = 'FROM a:1\nWORKDIR /x\nONBUILD WORKDIR y\nWORKDIR /z\n';
    expect(await fixed('DL3000', kept)).toEqual([kept.replace('y\n', '/z/y\n')]);
    const taken = 'FROM a:1 AS b\nWORKDIR /x\nONBUILD WORKDIR /z\nFROM b\nWORKDIR y\n';
    expect(await fixed('DL3000', taken)).toEqual([`* ${taken.replace('y\n', '/z/y\n')}`]);
  });

  it.each([
    'FROM a:1\nWORKDIR $x\nWORKDIR y\n',
    'ARG B=b\nFROM a:1 AS b\nWORKDIR /x\nFROM $B\nWORKDIR y\n',
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

  it('takes the users of Windows, which have no number', async () => {
    for (const user of ['ContainerUser', 'ContainerAdministrator', 'containeruser'])
      expect(await words('DL3066', `FROM a\nUSER ${user}\n`)).toEqual([]);
  });

  it.each([
    ['USER root:x', 'The host doesn’t know that root is 0: write the number.'],
    ['RUN useradd -u 7 app\nUSER app', 'The host doesn’t know that app is 7: write the number.'],
    ['USER app', 'Only the image knows which number app has: write the number.'],
  ])('says which number a user has where that is known: %j', async (text, message) => {
    const found = await findings(ruleOf('DL3066'), `FROM a\n${text}\n`);
    expect(found.map((one) => one.message)).toEqual([message]);
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
