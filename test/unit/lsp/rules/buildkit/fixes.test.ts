import { describe, expect, test } from 'vitest';
import { BUILDKIT_RULES } from '../../../../../src/lsp/server/rules/buildkit/rules.ts';
import { applied, findings } from '../../support/examples.ts';

/** The text after each fix of the first finding of a rule. */
async function fixed(id: string, text: string): Promise<string[]> {
  const rule = BUILDKIT_RULES.find((one) => one.id === id);
  if (!rule) throw new Error(`There is no rule ${id}`);
  const [first] = await findings(rule, text);
  return first?.fixes?.map((fix) => applied(text, fix)) ?? [];
}

/** The same with a stage in front, which is left out of the result. */
const inStage = async (id: string, text: string) =>
  (await fixed(id, `FROM a\n${text}`)).map((after) => after.replace(/^FROM a\n/, ''));

describe('LegacyKeyValueFormat', () => {
  test.each([
    ['ENV A b', 'ENV A=b'],
    ['env A   b  c', 'env A="b  c"'],
    ['ENV A "b c"', 'ENV A="b c"'],
    ['ENV A b "c d"', 'ENV A=b\\ "c d"'],
    ["ENV A it\\'s so", "ENV A=it\\'s\\ so"],
    ['ENV A $B c', 'ENV A="$B c"'],
    ['ENV A ${B:-"x y"}', 'ENV A=${B:-"x y"}'],
    ['ENV A b=c d', 'ENV A="b=c d"'],
    ['LABEL a \\\n  b \\\n  # comment\n  c', 'LABEL a="b \\\n  # comment\n  c"'],
  ])('%s', async (text, wanted) => {
    expect(await inStage('LegacyKeyValueFormat', text)).toEqual([wanted]);
  });

  test('a comment before the value stays where it is', async () => {
    expect(await inStage('LegacyKeyValueFormat', 'ENV A \\\n# comment\n b')).toEqual([]);
  });

  test.each([
    ['ENV A b \\\n  C=d', 'ENV A=b \\\n  C=d'],
    ['ENV A "b c" \\\n  C=d \\\n  E="f g" H=i', 'ENV A="b c" \\\n  C=d \\\n  E="f g" H=i'],
    ['LABEL a b \\\n  org.c=d', 'LABEL a=b \\\n  org.c=d'],
  ])('makes pairs of the lines that the value of %j takes', async (text, wanted) => {
    expect(await inStage('LegacyKeyValueFormat', text)).toEqual([wanted]);
  });

  test.each([
    ['ENV A b \\\n  c=d', 'ENV A="b \\\n  c=d"'],
    ['ENV A b c \\\n  C=d', 'ENV A="b c \\\n  C=d"'],
    ['ENV A b=1 \\\n  C=2', 'ENV A="b=1 \\\n  C=2"'],
    ['ENV A b \\\n  C=d \\\n  e', 'ENV A="b \\\n  C=d \\\n  e"'],
    ['ENV A b C=d', 'ENV A="b C=d"'],
  ])('leaves the value of %j what it is', async (text, wanted) => {
    expect(await inStage('LegacyKeyValueFormat', text)).toEqual([wanted]);
  });
});

describe('JSONArgsRecommended', () => {
  const throughShell = (text: string) => `["/bin/sh", "-c", ${JSON.stringify(text)}]`;

  test.each([
    ['my-program start', '["my-program", "start"]'],
    ['./run "a b" c', '["./run", "a b", "c"]'],
    ["printf '%s\\n' x", '["printf", "%s\\\\n", "x"]'],
    ['exec nginx -g daemon', '["nginx", "-g", "daemon"]'],
  ])('%s runs without a shell', async (command, wanted) => {
    const [words, shell] = await inStage('JSONArgsRecommended', `CMD ${command}`);
    expect(words).toBe(`CMD ${wanted}`);
    expect(shell).toBe(`CMD ${throughShell(command)}`);
  });

  test.each([
    'echo $HOME',
    'a && b',
    'A=1 b',
    'cd /srv',
    'echo "a\\"b"',
    'ls *.txt',
    'a > b',
    'a\tb | c',
    'echo ~',
  ])('%s needs its shell', async (command) => {
    const text = `CMD ${throughShell(command)}`;
    expect(await inStage('JSONArgsRecommended', `CMD ${command}`)).toEqual([text]);
  });

  test('lines and comments stay', async () => {
    const [words, shell] = await inStage(
      'JSONArgsRecommended',
      'CMD serve \\\n    # the port\n    --port 80',
    );
    expect(words).toBe('CMD ["serve", \\\n    # the port\n    "--port", "80"]');
    expect(shell).toBe('CMD ["/bin/sh", "-c", "serve \\\n    # the port\n    --port 80"]');
  });

  test.each(['CMD', 'CMD ["a", b]', 'CMD cat <<EOF'])('%s is left to a person', async (text) => {
    expect(await inStage('JSONArgsRecommended', text)).toEqual([]);
  });
});

describe('MaintainerDeprecated', () => {
  test.each([
    ['MAINTAINER a', 'LABEL org.opencontainers.image.authors="a"'],
    ['maintainer "A B"', 'label org.opencontainers.image.authors="A B"'],
    ['MAINTAINER a "b" $c', 'LABEL org.opencontainers.image.authors="a \\"b\\" \\$c"'],
  ])('%s', async (text, wanted) => {
    expect(await inStage('MaintainerDeprecated', text)).toEqual([wanted]);
  });
});

describe('StageNameCasing', () => {
  test('every reference goes along, in mounts too', async () => {
    const text =
      'FROM a AS Dev\nFROM b\nCOPY --from=DEV /x /x\nRUN --mount=type=bind,from=Dev,target=/y make\n';
    expect(await fixed('StageNameCasing', text)).toEqual([
      text.replaceAll('Dev', 'dev').replace('DEV', 'dev'),
    ]);
  });

  test('a name that can’t be one is left alone', async () => {
    expect(await fixed('StageNameCasing', 'FROM a AS build-$X\n')).toEqual([]);
  });
});

describe('MultipleInstructionsDisallowed', () => {
  test('the whole instruction goes, nothing else', async () => {
    const text = 'CMD a \\\n  # why\n  b\n# kept\nCMD c\n';
    expect(await inStage('MultipleInstructionsDisallowed', text)).toEqual(['# kept\nCMD c\n']);
  });
});

describe('NoEmptyContinuation', () => {
  test('all blank lines go, at the end of the file too', async () => {
    expect(await inStage('NoEmptyContinuation', 'RUN a \\\n\n  \t\n  b \\\n\n')).toEqual([
      'RUN a \\\n  b \\\n',
    ]);
  });
});

describe('WorkdirRelativePath', () => {
  test.each([
    ['WORKDIR app', ['WORKDIR /app']],
    ['WORKDIR ./app', ['WORKDIR /app']],
    ['WORKDIR "app"', ['WORKDIR "/app"']],
    ['WORKDIR c:/app', []],
  ])('%s', async (text, wanted) => {
    expect(await inStage('WorkdirRelativePath', text)).toEqual(wanted);
  });
});

describe('EXPOSE', () => {
  test.each([
    ['ExposeInvalidFormat', 'EXPOSE [::1]:80:81/udp', 'EXPOSE 81/udp'],
    ['ExposeProtoCasing', 'EXPOSE 80:81/UDP', 'EXPOSE 80:81/udp'],
  ])('%s: %s', async (id, text, wanted) => {
    expect(await inStage(id, text)).toEqual([wanted]);
  });
});

describe('UndefinedVar', () => {
  test('offers the variable that was meant, and to declare it', async () => {
    expect(await inStage('UndefinedVar', 'ENV NAME=1\nCOPY ${NAMES:-x} "$B" /\n')).toEqual([
      'ENV NAME=1\nCOPY ${NAME:-x} "$B" /\n',
      'ENV NAME=1\nARG NAMES\nCOPY ${NAMES:-x} "$B" /\n',
    ]);
  });
});

describe('UndefinedVar and UndefinedArgInFrom', () => {
  test('declare a variable in the case of the file', async () => {
    expect(await inStage('UndefinedVar', 'copy $dir /')).toEqual(['arg dir\ncopy $dir /']);
    expect(await fixed('UndefinedArgInFrom', 'from a:$v')).toEqual(['arg v\nfrom a:$v']);
  });
});

describe('ConsistentInstructionCasing', () => {
  test.each([
    ['from a as b\nRUN x\nCMD ["y"]\n', 'FROM a AS b\nRUN x\nCMD ["y"]\n'],
    ['From a As b\n', 'FROM a AS b\n'],
    ['FROM a AS b\nrun x\nrun y\n', 'from a as b\nrun x\nrun y\n'],
    ['from as\nRUN x\nRUN y\n', 'FROM as\nRUN x\nRUN y\n'],
  ])('takes AS along: %j becomes %j', async (text, wanted) => {
    expect(await fixed('ConsistentInstructionCasing', text)).toEqual([wanted]);
  });
});

describe('InvalidDefinitionDescription', () => {
  test('puts the name where BuildKit looks for it', async () => {
    const [after = ''] = await fixed('InvalidDefinitionDescription', '\t # x\nFROM a AS b\n');
    expect(after).toBe('# b x\nFROM a AS b\n');
    expect(await fixed('InvalidDefinitionDescription', after)).toEqual([]);
  });

  test.each(['# check=skip=StageNameCasing', '# hadolint ignore=DL3006'])(
    'leaves %s, which silences, as it is',
    async (comment) => {
      const text = `ARG A\n${comment}\nFROM a AS b\n`;
      expect(await fixed('InvalidDefinitionDescription', text)).toEqual([]);
    },
  );
});

test('a variable is changed to no name that a reference cannot have', async () => {
  expect(await fixed('UndefinedArgInFrom', 'ARG GO|VER=1\nFROM a:${GOVER}\n')).toEqual([
    'ARG GOVER\nARG GO|VER=1\nFROM a:${GOVER}\n',
  ]);
  expect(await inStage('UndefinedVar', 'ARG GO|VER=1\nWORKDIR /${GOVER}\n')).toEqual([
    'ARG GO|VER=1\nARG GOVER\nWORKDIR /${GOVER}\n',
  ]);
});
